/** A key whose confirmations the chain has counted: the message that activates it is built here, from proven words only. */

import { activationMessage } from '../formats/activation.ts';
import { readCommitments, readPublicKey } from '../proof/records.ts';
import { verifyCommittee } from '../proof/verifyCommittee.ts';
import { verifySigningSession } from '../proof/verifySession.ts';
import { refusable } from '../refusal.ts';
import type { VerifiedActivation, VerifyActivation } from './stages.ts';

export const verifyActivation: VerifyActivation = (state, configuration, self, unverified, set) =>
  refusable(() => {
    const committee = verifyCommittee(state, configuration, self, unverified, 'confirmed');
    const { keyId, epoch, attempt, scheme, key } = committee;
    const publicKey = readPublicKey(state, keyId);
    const commitments = readCommitments(state, keyId);
    const activation = { keyId, epoch, attempt, committee: key.committee, publicKey, commitments };
    const message = activationMessage(configuration.chainId, configuration.contracts.keyRegistry.address, activation);
    const session = verifySigningSession(state, self, committee, set, { kind: 'activation', subject: message });
    return { session, scheme, publicKey, commitments, message } as VerifiedActivation;
  });
