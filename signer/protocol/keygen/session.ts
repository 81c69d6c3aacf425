/** What stays the same through all rounds of one key generation. */
import type { KeygenSuite } from '../ciphersuite/ciphersuite.ts';
import { type Committee, requireCommittee } from '../committee.ts';
import type { Envelope } from './envelope.ts';

export interface KeygenSession {
  readonly committee: Committee;
  readonly suite: KeygenSuite;
  readonly envelope: Envelope;
}

/** Everybody of the committee takes part: the ids are 1..n and the threshold is at most n. */
export function requireKeygenCommittee(committee: Committee): void {
  requireCommittee(committee);
  const { parties, threshold } = committee;
  if (!parties.every((id, k) => id === k + 1))
    throw new RangeError(`key generation needs the ids 1..n, not ${parties}`);
  if (threshold > parties.length) throw new RangeError(`a threshold of ${threshold} with ${parties.length} parties`);
}
