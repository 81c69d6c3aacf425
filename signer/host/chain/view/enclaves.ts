/** Enclaves, their hosts and their latest lives, from the events of EnclaveRegistry. */

import type { Hex } from '../../../formats/hex.ts';
import type { ENCLAVE_REGISTRY_ABI } from '../abi.ts';
import { type Events, lower, type Of } from './events.ts';

/** As registered. */
type Registered = {
  readonly id: Hex;
  readonly operator: Hex;
  readonly identity: Hex;
  readonly epoch: number;
  readonly tlsKey: Hex;
  readonly endpoint: string;
  readonly region: Hex;
  readonly measurement: Hex;
};
export type EnclaveRecord = Registered & {
  /** seconds; 0 before the first attestation and after a retirement or suspension */
  readonly validUntil: number;
  /** `recordedIn`: the block of the first record of this life; `beatIn`: that of the newest */
  readonly boot: {
    readonly counter: bigint;
    readonly nonce: Hex;
    readonly recordedIn: number;
    readonly beatIn: number;
  } | null;
};

export type EnclaveEvent =
  | Of<'EnclaveRegistered', Registered>
  | Of<'EnclaveAttested', { readonly id: Hex; readonly validUntil: number }>
  | Of<'EnclaveRetired' | 'EnclaveSuspended', { readonly id: Hex }>
  | Of<'BootRecorded', { readonly id: Hex; readonly counter: string; readonly nonce: Hex }>;

type State = { readonly enclaves: Map<Hex, EnclaveRecord> };

const lapse = {
  read: ({ id }: { readonly id: Hex }) => ({ id }),
  fold: (state: State, { id }: { readonly id: Hex }) => change(state, id, { validUntil: 0 }),
  ends: true as const,
};

export const enclaveEvents: Events<typeof ENCLAVE_REGISTRY_ABI, EnclaveEvent, State> = {
  EnclaveRegistered: {
    read: ({ id, measurement, registration }) => {
      const { epoch, tlsKey, endpoint, region } = registration;
      const [operator, identity] = [lower(registration.operator), lower(registration.identity)];
      return { id, operator, identity, epoch, tlsKey, endpoint, region, measurement };
    },
    fold: ({ enclaves }, { event: _, ...registered }) => {
      const { validUntil = 0, boot = null } = enclaves.get(registered.id) ?? {};
      enclaves.set(registered.id, { ...registered, validUntil, boot });
    },
  },
  EnclaveAttested: {
    read: ({ id, validUntil }) => ({ id, validUntil }),
    fold: (state, { id, validUntil }) => change(state, id, { validUntil }),
  },
  EnclaveRetired: lapse,
  EnclaveSuspended: lapse,
  BootRecorded: {
    read: ({ id, counter, nonce }) => ({ id, counter: counter.toString(), nonce }),
    fold: (state, { id, counter, nonce }, beatIn) => {
      const known = state.enclaves.get(id)?.boot;
      const recordedIn = known?.nonce === nonce ? known.recordedIn : beatIn;
      change(state, id, { boot: { counter: BigInt(counter), nonce, recordedIn, beatIn } });
    },
  },
};

function change({ enclaves }: State, id: Hex, fields: Partial<EnclaveRecord>): void {
  const known = enclaves.get(id);
  if (known === undefined) return; // its registration was left out by an RPC; a later scan brings both in order
  enclaves.set(id, { ...known, ...fields });
}
