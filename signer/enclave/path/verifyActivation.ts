/** A key whose confirmations the chain has counted: the message that activates it is built here, from proven words only. */

import { activationMessage } from '../../formats/activation.ts';
import type { Committee, SigningSet } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { readMadeKey } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { OwnBoot, VerifiedActivation } from './stages.ts';
import { verifyCeremonyCommittee } from './verifyCommittee.ts';
import { signingSession, verifySet } from './verifySession.ts';

export function verifyActivation(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  unverified: Committee,
  set: SigningSet,
): VerifiedActivation {
  const committee = verifyCeremonyCommittee(state, configuration, self, unverified, 'confirmed');
  const { keyId, epoch, attempt, scheme, hash } = committee;
  const { publicKey, commitments } = readMadeKey(state, keyId, committee.ceremony);
  const activation = { keyId, epoch, attempt, committee: hash, publicKey, commitments };
  const message = activationMessage(configuration.chainId, configuration.contracts.keyRegistry.address, activation);
  const signers = verifySet(state, self, committee, set);
  const session = signingSession(signers, { kind: 'activation', subject: message });
  return { session, scheme, publicKey, commitments, message } as VerifiedActivation;
}
