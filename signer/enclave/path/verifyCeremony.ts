/** Before a key exists: the open attempt of a key whose committee names this enclave. */

import { verifyCommittee } from '../proof/verifyCommittee.ts';
import { verifyCeremonySession } from '../proof/verifySession.ts';
import { refusable } from '../refusal.ts';
import type { VerifiedCeremony, VerifyCeremony } from './stages.ts';

export const verifyCeremony: VerifyCeremony = (state, configuration, self, unverified) =>
  refusable(() => {
    const committee = verifyCommittee(state, configuration, self, unverified, 'generating');
    const session = verifyCeremonySession(state, self, committee);
    return { session, scheme: committee.scheme } as VerifiedCeremony;
  });
