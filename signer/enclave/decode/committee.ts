/** The preimage of a committee hash and the choice of a signing set, as a host sends them. */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import { MAX_COMMITTEE } from '../path/verifyCommittee.ts';
import type { Decoder } from './decoder.ts';
import { hexOf, integerOf, listOf, object } from './decoder.ts';

const member = object({ id: hexOf(32), operator: hexOf(20), identity: hexOf(20) });

export const decodeCommittee: Decoder<Committee> = object({
  keyId: hexOf(32),
  epoch: integerOf(32),
  attempt: integerOf(32),
  threshold: integerOf(16),
  members: listOf(member, MAX_COMMITTEE),
});

export const decodeSet: Decoder<SigningSet> = object({
  parties: listOf(integerOf(16), MAX_COMMITTEE),
  leader: hexOf(32),
  run: integerOf(32),
});
