/** Who signs requests of a key: proven once for all requests of a session. The key is active, and neither it nor the network is paused (I1, I7). */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { refuse } from '../../formats/refusal.ts';
import { readNetwork } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { OwnBoot, VerifiedSigners } from './stages.ts';
import { verifyKeyCommittee } from './verifyCommittee.ts';
import { verifySet } from './verifySession.ts';

export function verifySigners(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  unverified: Committee,
  set: SigningSet,
): VerifiedSigners {
  requireNotPaused('NETWORK_PAUSED', readNetwork(state), state);
  const { key, ...committee } = verifyKeyCommittee(state, configuration, self, unverified);
  requireNotPaused('KEY_PAUSED', key, state);
  const { publicKey, birth } = key;
  return { ...verifySet(state, self, committee, set), scheme: committee.scheme, publicKey, birth } as VerifiedSigners;
}

function requireNotPaused(
  code: 'NETWORK_PAUSED' | 'KEY_PAUSED',
  { pausedUntil }: { readonly pausedUntil: number },
  { block }: ProvenState,
): void {
  if (pausedUntil > block.timestamp) refuse(code, `until ${pausedUntil}, block ${block.timestamp}`);
}
