/** Before a key exists: the open attempt of a key whose committee names this enclave. */

import type { Committee } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { OwnBoot, VerifiedCeremony } from './stages.ts';
import { verifyCeremonyCommittee } from './verifyCommittee.ts';
import { verifyCeremonySession } from './verifySession.ts';

export function verifyCeremony(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  unverified: Committee,
): VerifiedCeremony {
  const committee = verifyCeremonyCommittee(state, configuration, self, unverified, 'open');
  const session = verifyCeremonySession(state, self, committee);
  return { session, scheme: committee.scheme } as VerifiedCeremony;
}
