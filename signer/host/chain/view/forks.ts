/** Forks of the home chain that votes have added, from the events of KeyRegistry. */

import type { Hex } from '../../../formats/hex.ts';
import type { KEY_REGISTRY_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

type Voted = {
  readonly epoch: number;
  /** 4 bytes */
  readonly version: Hex;
  /** as the contract numbers formats, from 1 on */
  readonly shape: number;
  /** Unix seconds */
  readonly effectiveAt: number;
};

/** Numbers of blocks: what a block says is asked for blocks before the newest, too. */
export type ForkRecord = Voted & { readonly addedIn: number; readonly withdrawnIn: number | null };

export type ForkEvent = Of<'ForkAdded', Voted> | Of<'ForkWithdrawn', Pick<Voted, 'epoch'>>;

type State = { forks: readonly ForkRecord[] };

export const forkEvents: Events<typeof KEY_REGISTRY_ABI, ForkEvent, State> = {
  ForkAdded: {
    read: ({ epoch, version, shape, effectiveAt }) => ({ epoch, version, shape, effectiveAt }),
    fold: (state, { event: _, ...voted }, block) => {
      state.forks = [...state.forks, { ...voted, addedIn: block, withdrawnIn: null }];
    },
  },
  ForkWithdrawn: {
    read: ({ epoch }) => ({ epoch }),
    fold: (state, { epoch }, block) => {
      state.forks = state.forks.map((fork) =>
        fork.epoch === epoch && fork.withdrawnIn === null ? { ...fork, withdrawnIn: block } : fork,
      );
    },
    ends: true,
  },
};

/** Those that an enclave learns at this block: added by then, not withdrawn, and in effect. */
export function forksAt(
  forks: readonly ForkRecord[],
  { number, timestamp }: { readonly number: number; readonly timestamp: number },
): readonly ForkRecord[] {
  return forks.filter(
    ({ addedIn, withdrawnIn, effectiveAt }) =>
      addedIn <= number && (withdrawnIn ?? Number.POSITIVE_INFINITY) > number && effectiveAt <= timestamp,
  );
}
