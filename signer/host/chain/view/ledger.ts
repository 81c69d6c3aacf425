/** What the finalised chain says, folded from its events: nothing here is asked of an RPC twice. */

import type { Committee } from '../../../enclave/api.ts';
import type { Hex } from '../../../formats/hex.ts';
import type { LocatedEvent } from '../../ports/chain.ts';
import { EVENTS } from './contracts.ts';
import { type Derived, derivedName } from './derivedKeys.ts';
import type { EnclaveRecord } from './enclaves.ts';
import type { ForkRecord } from './forks.ts';
import type { KeyRecord } from './keys.ts';
import type { NetworkRecord } from './network.ts';
import type { RefusalRecord } from './refusals.ts';
import { createRequestIndex, type OpenRequest, type RequestIndex, type Requests } from './requestIndex.ts';
import { rowName } from './rowName.ts';
import type { RowRecord } from './rows.ts';

/** For reading. Maps and sets keep the order in which the chain named things. */
export type Ledger = {
  readonly requests: Requests;
  readonly keys: ReadonlyMap<Hex, KeyRecord>;
  /** by `rowName` */
  readonly rows: ReadonlyMap<string, RowRecord>;
  readonly enclaves: ReadonlyMap<Hex, EnclaveRecord>;
  /** measurements that a vote has ended for ever */
  readonly revoked: ReadonlySet<Hex>;
  /** derived keys that the chain has accepted, by `derivedName` */
  readonly claimed: ReadonlyMap<string, Derived>;
  /** what members have said against requests, by request */
  readonly refusals: ReadonlyMap<Hex, readonly RefusalRecord[]>;
  readonly network: NetworkRecord;
  /** in the order in which votes added them, withdrawn ones too */
  readonly forks: readonly ForkRecord[];
};

/** For folding: only who makes it has it. */
export type WritableLedger = {
  readonly requests: RequestIndex;
  readonly keys: Map<Hex, KeyRecord>;
  readonly rows: Map<string, RowRecord>;
  readonly enclaves: Map<Hex, EnclaveRecord>;
  readonly revoked: Set<Hex>;
  readonly claimed: Map<string, Derived>;
  readonly refusals: Map<Hex, readonly RefusalRecord[]>;
  network: NetworkRecord;
  forks: readonly ForkRecord[];
};

/** `events` in chain order. */
export function createLedger(events: Iterable<LocatedEvent>): WritableLedger {
  const ledger: WritableLedger = {
    requests: createRequestIndex(),
    keys: new Map(),
    rows: new Map(),
    enclaves: new Map(),
    revoked: new Set(),
    claimed: new Map(),
    refusals: new Map(),
    network: { pausedUntil: 0, beatBound: 0, releasesPerBeat: 0, margin: 0 },
    forks: [],
  };
  for (const event of events) applyEvent(ledger, event);
  return ledger;
}

/** The next event in chain order. Events that arrive late need a new ledger. */
export function applyEvent(ledger: WritableLedger, { data, block }: Pick<LocatedEvent, 'data' | 'block'>): void {
  EVENTS[data.event].fold(ledger, data as never, block);
}

/** Seconds: until then the chain takes no request of this key on to READY, and enclaves that see it sign none. */
export function pausedUntil({ keys, network }: Ledger, keyId: Hex): number {
  return Math.max(network.pausedUntil, keys.get(keyId)?.pausedUntil ?? 0);
}

/** What enclaves want of each member of a session at a block of this time, in seconds: a member that they refuse spoils it for all. */
export function serves({ enclaves, revoked }: Ledger, id: Hex, time: number): boolean {
  const enclave = enclaves.get(id);
  return enclave !== undefined && enclave.validUntil > time && !revoked.has(enclave.measurement);
}

/** The row has gone on since this was asked for: no enclave signs it, and whoever wants it asks anew. */
export function isOvertaken({ rows }: Ledger, request: Pick<OpenRequest, 'keyId' | 'requester' | 'epoch'>): boolean {
  return (rows.get(rowName(request))?.epoch ?? 0) > request.epoch;
}

/** Whether the chain knows this derived key: it has to, before it takes a signature under it. */
export function isClaimed({ claimed }: Ledger, derived: Derived): boolean {
  return claimed.has(derivedName(derived));
}

/** Whether the chain has this member's word of this kind against this request. */
export function isRefusedBy(
  { refusals }: Pick<Ledger, 'refusals'>,
  request: Hex,
  { member, kind }: Pick<RefusalRecord, 'member' | 'kind'>,
): boolean {
  return (refusals.get(request) ?? []).some((said) => said.member === member && said.kind === kind);
}

/** Preimage of the key's committee, or null while the registration of a member has not been seen. */
export function committeeOf(ledger: Ledger, key: KeyRecord): Committee | null {
  const members = key.members.flatMap((id) => {
    const enclave = ledger.enclaves.get(id);
    return enclave ? [{ id, operator: enclave.operator, identity: enclave.identity }] : [];
  });
  if (members.length !== key.members.length) return null;
  return { keyId: key.id, epoch: key.epoch, attempt: key.attempt, threshold: key.threshold, members };
}
