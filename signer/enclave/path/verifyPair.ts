/** Two members of the committee of a key that signs with OT, who are to set it up between their lives. No share is needed, nor a key yet. */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { refuse } from '../../formats/refusal.ts';
import type { ProvenState } from '../../proof/state.ts';
import { signsWithOt } from '../sessions/supported.ts';
import type { OwnBoot, VerifiedPair } from './stages.ts';
import { verifyAnyCommittee } from './verifyCommittee.ts';
import { signingSession, verifySet } from './verifySession.ts';

const PAIR = 2;

export function verifyPair(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  unverified: Committee,
  set: SigningSet,
): VerifiedPair {
  const committee = verifyAnyCommittee(state, configuration, self, unverified);
  if (!signsWithOt(committee.scheme)) refuse('OT_NOT_USED', `keys of ${committee.scheme} sign without OT`);
  const pair = verifySet(state, self, committee, set, PAIR);
  const peer = pair.members.find(({ party }) => party !== committee.self);
  if (peer === undefined) throw new Error('a pair of one');
  return { session: signingSession(pair, { kind: 'ot-setup', subject: committee.hash }), peer } as VerifiedPair;
}
