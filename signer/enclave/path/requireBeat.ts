/** How old the view may be at which requests are signed (I7): asked when a session begins, and again whenever something of it leaves. */

import { readBootRecord, readNetwork } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Rooted } from '../process.ts';
import { withNewerWords } from './granted.ts';
import type { VerifiedSigners } from './stages.ts';

/** To be asked whenever something leaves, and of a newer block once it is proven: a bound that a vote has lowered counts from then on. @throws Refused BEAT_OLD */
export type RequireFresh = (newer?: ProvenState) => void;

/**
 * The beat is the pinned block's own, which grants: nothing else bounds how far below the newest that block is.
 * @throws Refused BEAT_OLD, BEAT_SPENT
 */
export function requireBeat(
  life: Pick<Rooted, 'beats' | 'checkpoints'>,
  block: Uint8Array,
  { committee }: Pick<VerifiedSigners, 'committee'>,
  requests: number,
): RequireFresh {
  const { beats, checkpoints } = life;
  const bounds = readNetwork(newest(life, block));
  const beat = beats.see(readBootRecord(checkpoints.at(block), committee.ownId).counter);
  beats.requireRoom(beat, requests, bounds);
  let { beatBound } = bounds;
  return (newer) => {
    if (newer !== undefined) beatBound = Math.min(beatBound, readNetwork(newer).beatBound);
    beats.requireFresh(beat, { beatBound });
  };
}

function newest({ checkpoints }: Pick<Rooted, 'checkpoints'>, block: Uint8Array): ProvenState {
  const pinned = checkpoints.at(block);
  const head = checkpoints.newer(block);
  return head === undefined ? pinned : withNewerWords(pinned, head);
}
