/** The pinned block only grants; every newer word that is proven forbids. */

import type { ProvenState } from '../../proof/state.ts';
import type { Rooted } from '../process.ts';

/**
 * What a stage verifies at the block that a call names, unless it refuses the same at the head.
 * @throws Refused BLOCK_UNKNOWN, and whatever the stage refuses at either block
 */
export function granted<T>({ checkpoints }: Rooted, block: Uint8Array, verify: (state: ProvenState) => T): T {
  const pinned = checkpoints.at(block);
  const verified = verify(pinned);
  const head = checkpoints.newer(block);
  if (head !== undefined) verify(withNewerWords(pinned, head));
  return verified;
}

/**
 * The pinned state as the head knows better: its block, and its words where their nodes are there. No session is pinned to it: words of
 * two blocks stand in it side by side.
 */
export function withNewerWords(pinned: ProvenState, head: ProvenState): ProvenState {
  return {
    ...pinned,
    block: head.block,
    word: (contract, slot) => head.proven(contract, slot) ?? pinned.word(contract, slot),
    proven: (contract, slot) => head.proven(contract, slot) ?? pinned.proven(contract, slot),
  };
}
