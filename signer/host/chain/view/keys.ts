/** Keys and their attempts, from the events of KeyRegistry. */

import type { Hex, Wire } from '../../../formats/hex.ts';
import type { PublicKey as Bytes } from '../../../formats/schemes.ts';
import type { KEY_REGISTRY_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

export type PublicKey = Wire<Bytes>;

export type KeyState = 'generating' | 'confirmed' | 'active';
type AttemptRecord = {
  readonly epoch: number;
  readonly attempt: number;
  readonly threshold: number;
  readonly members: readonly Hex[];
  /** seconds; of the open attempt */
  readonly deadline: number;
};
export type KeyRecord = AttemptRecord & {
  readonly id: Hex;
  readonly scheme: number;
  readonly state: KeyState;
  /** block of what it last came by: its attempt, its confirmation, its activation */
  readonly changedIn: number;
  /** seconds */
  readonly pausedUntil: number;
  readonly publicKey: PublicKey | null;
  readonly confirmedBy: readonly Hex[];
};

export type KeyEvent =
  | Of<'KeyCreated', { readonly keyId: Hex; readonly scheme: number }>
  | Of<'AttemptOpened', { readonly keyId: Hex } & AttemptRecord>
  | Of<'KeyConfirmedBy', { readonly keyId: Hex; readonly attempt: number; readonly member: Hex }>
  | Of<'KeyConfirmed', { readonly keyId: Hex; readonly attempt: number; readonly publicKey: PublicKey }>
  | Of<'KeyActivated', { readonly keyId: Hex; readonly epoch: number; readonly publicKey: PublicKey }>
  | Of<'KeyPaused' | 'KeySuspended', Paused>;

type Paused = { readonly keyId: Hex; readonly pausedUntil: number };
type State = { readonly keys: Map<Hex, KeyRecord> };

/** The only kind of ceremony so far (docs/storage.md). */
const KEY_GENERATION = 1;

const pause = {
  read: ({ keyId, pausedUntil }: Paused) => ({ keyId, pausedUntil }),
  fold: (state: State, { keyId, pausedUntil }: Paused) => change(state, keyId, () => ({ pausedUntil })),
  ends: true as const,
};

export const keyEvents: Events<typeof KEY_REGISTRY_ABI, KeyEvent, State> = {
  KeyCreated: {
    read: ({ keyId, scheme }) => ({ keyId, scheme }),
    fold: ({ keys }, { keyId, scheme }, changedIn) => void keys.set(keyId, created(keyId, scheme, changedIn)),
  },
  AttemptOpened: {
    read: ({ kind, ...attempt }) => (kind === KEY_GENERATION ? attempt : null),
    fold: (state, { event: _, keyId, ...attempt }, changedIn) =>
      change(state, keyId, () => ({ ...attempt, state: 'generating', confirmedBy: [], changedIn })),
  },
  KeyConfirmedBy: {
    read: ({ keyId, attempt, member }) => ({ keyId, attempt, member }),
    fold: (state, { keyId, attempt, member }) =>
      change(state, keyId, (known) =>
        attempt === known.attempt ? { confirmedBy: [...known.confirmedBy, member] } : {},
      ),
  },
  KeyConfirmed: {
    read: ({ keyId, attempt, publicKey }) => ({ keyId, attempt, publicKey }),
    fold: (state, { keyId, publicKey }, changedIn) =>
      change(state, keyId, () => ({ state: 'confirmed', publicKey, changedIn })),
  },
  KeyActivated: {
    read: ({ keyId, epoch, publicKey }) => ({ keyId, epoch, publicKey }),
    fold: (state, { keyId, publicKey }, changedIn) =>
      change(state, keyId, () => ({ state: 'active', publicKey, changedIn })),
  },
  KeyPaused: pause,
  KeySuspended: pause,
};

function change({ keys }: State, id: Hex, fields: (known: KeyRecord) => Partial<KeyRecord>): void {
  const known = keys.get(id);
  if (known === undefined) return; // its creation was left out by an RPC; a later scan brings both in order
  keys.set(id, { ...known, ...fields(known) });
}

function created(id: Hex, scheme: number, changedIn: number): KeyRecord {
  const attempt = { epoch: 0, attempt: 0, threshold: 0, members: [], deadline: 0 };
  return { id, scheme, state: 'generating', changedIn, ...attempt, pausedUntil: 0, publicKey: null, confirmedBy: [] };
}
