/** A key whose confirmations the chain has counted: the message that activates it is built here, from proven words only. */

import { activationMessage } from '../../formats/activation.ts';
import { refusable } from '../../formats/refusal.ts';
import { readMadeKey } from '../../proof/records.ts';
import type { VerifiedActivation, VerifyActivation } from './stages.ts';
import { verifyCeremonyCommittee } from './verifyCommittee.ts';
import { verifySigningSession } from './verifySession.ts';

export const verifyActivation: VerifyActivation = (state, configuration, self, unverified, set) =>
  refusable(() => {
    const committee = verifyCeremonyCommittee(state, configuration, self, unverified, 'confirmed');
    const { keyId, epoch, attempt, scheme, hash } = committee;
    const { publicKey, commitments } = readMadeKey(state, keyId, committee.ceremony);
    const activation = { keyId, epoch, attempt, committee: hash, publicKey, commitments };
    const message = activationMessage(configuration.chainId, configuration.contracts.keyRegistry.address, activation);
    const session = verifySigningSession(state, self, committee, set, { kind: 'activation', subject: message });
    return { session, scheme, publicKey, commitments, message } as VerifiedActivation;
  });
