/** Enclaves, their hosts and their latest lives, from the events of EnclaveRegistry. */

import type { Hex } from '../../formats/hex.ts';
import type { ChainEvent } from '../ports/chain.ts';
import type { EnclaveRecord } from './ledger.ts';

type EnclaveEvent = Extract<ChainEvent, { readonly event: `Enclave${string}` | 'BootRecorded' }>;

export function applyEnclaveEvent(enclaves: Map<Hex, EnclaveRecord>, event: EnclaveEvent): void {
  const known = enclaves.get(event.id);
  if (event.event === 'EnclaveRegistered') {
    const { event: _, ...registration } = event;
    enclaves.set(event.id, { validUntil: 0, boot: null, ...known, ...registration });
    return;
  }
  if (known === undefined) return; // its registration was left out by an RPC; a later scan brings both in order
  enclaves.set(event.id, { ...known, ...changes(event) });
}

function changes(event: Exclude<EnclaveEvent, { readonly event: 'EnclaveRegistered' }>): Partial<EnclaveRecord> {
  switch (event.event) {
    case 'EnclaveAttested':
      return { validUntil: event.validUntil };
    case 'EnclaveRetired':
    case 'EnclaveSuspended':
      return { validUntil: 0 };
    case 'BootRecorded':
      return { boot: { counter: BigInt(event.counter), nonce: event.nonce } };
  }
}
