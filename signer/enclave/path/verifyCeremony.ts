/** Before a key exists: the open attempt of a key whose committee names this enclave. */

import { refusable } from '../../formats/refusal.ts';
import type { VerifiedCeremony, VerifyCeremony } from './stages.ts';
import { verifyCeremonyCommittee } from './verifyCommittee.ts';
import { verifyCeremonySession } from './verifySession.ts';

export const verifyCeremony: VerifyCeremony = (state, configuration, self, unverified) =>
  refusable(() => {
    const committee = verifyCeremonyCommittee(state, configuration, self, unverified, 'open');
    const session = verifyCeremonySession(state, self, committee);
    return { session, scheme: committee.scheme } as VerifiedCeremony;
  });
