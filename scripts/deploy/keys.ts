/** Keys, and what belongs to them: committees, derived keys, addresses, and verifiers of their signatures for other contracts. */

import type { KeyAddresses } from '../../types/contracts/addresses/KeyAddresses.ts';
import type { LivenessGuard } from '../../types/contracts/governance/LivenessGuard.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import type { Committees } from '../../types/contracts/keys/Committees.ts';
import type { CommitteeVotes } from '../../types/contracts/keys/CommitteeVotes.ts';
import type { DerivedKeys } from '../../types/contracts/keys/DerivedKeys.ts';
import type { KeyRegistry } from '../../types/contracts/keys/KeyRegistry.ts';
import type { Closed } from '../../types/contracts/requests/guards/Closed.ts';
import type { SignatureVerifier } from '../../types/contracts/signatures/SignatureVerifier.ts';
import type { Bip340Verifier } from '../../types/contracts/signatures/verifiers/Bip340Verifier.ts';
import type { EcdsaVerifier } from '../../types/contracts/signatures/verifiers/EcdsaVerifier.ts';
import type { Ed25519Verifier } from '../../types/contracts/signatures/verifiers/Ed25519Verifier.ts';
import { KeyAddresses__factory } from '../../types/factories/contracts/addresses/KeyAddresses__factory.ts';
import { LivenessGuard__factory } from '../../types/factories/contracts/governance/LivenessGuard__factory.ts';
import { Committees__factory } from '../../types/factories/contracts/keys/Committees__factory.ts';
import { CommitteeVotes__factory } from '../../types/factories/contracts/keys/CommitteeVotes__factory.ts';
import { DerivedKeys__factory } from '../../types/factories/contracts/keys/DerivedKeys__factory.ts';
import { KeyRegistry__factory } from '../../types/factories/contracts/keys/KeyRegistry__factory.ts';
import { Closed__factory } from '../../types/factories/contracts/requests/guards/Closed__factory.ts';
import { SignatureVerifier__factory } from '../../types/factories/contracts/signatures/SignatureVerifier__factory.ts';
import { Bip340Verifier__factory } from '../../types/factories/contracts/signatures/verifiers/Bip340Verifier__factory.ts';
import { EcdsaVerifier__factory } from '../../types/factories/contracts/signatures/verifiers/EcdsaVerifier__factory.ts';
import { Ed25519Verifier__factory } from '../../types/factories/contracts/signatures/verifiers/Ed25519Verifier__factory.ts';
import type { Attestation } from './attestation.ts';
import type { DeployOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Keys = {
  readonly signatureVerifier: SignatureVerifier;
  readonly committees: Committees;
  readonly committeeVotes: CommitteeVotes;
  readonly closed: Closed;
  readonly keyRegistry: KeyRegistry;
  readonly derivedKeys: DerivedKeys;
  readonly keyAddresses: KeyAddresses;
  readonly livenessGuard: LivenessGuard;
  readonly bip340Verifier: Bip340Verifier;
  readonly ecdsaVerifier: EcdsaVerifier;
  readonly ed25519Verifier: Ed25519Verifier;
};

/** `committeeVotes` and `closed` come first: the registry names both for good. */
export async function deployKeys(
  steps: Steps,
  authority: QuorateAccessManager,
  { enclaveRegistry }: Attestation,
  { committeeDelay, minimumBeatBound, beat }: DeployOptions,
): Promise<Keys> {
  const signatureVerifier = await steps.create('signatureVerifier', SignatureVerifier__factory);
  const committees = await steps.create('committees', Committees__factory, enclaveRegistry);
  const committeeVotes = await steps.create('committeeVotes', CommitteeVotes__factory, authority);
  const closed = await steps.create('closed', Closed__factory);
  const keyRegistry = await steps.create(
    'keyRegistry',
    KeyRegistry__factory,
    authority,
    enclaveRegistry,
    committees,
    signatureVerifier,
    committeeVotes,
    closed,
    committeeDelay,
    { ...beat, minimumBeatBound },
  );
  const derivedKeys = await steps.create('derivedKeys', DerivedKeys__factory, keyRegistry, signatureVerifier);
  return {
    signatureVerifier,
    committees,
    committeeVotes,
    closed,
    keyRegistry,
    derivedKeys,
    keyAddresses: await steps.create('keyAddresses', KeyAddresses__factory, derivedKeys),
    livenessGuard: await steps.create('livenessGuard', LivenessGuard__factory, keyRegistry),
    bip340Verifier: await steps.create('bip340Verifier', Bip340Verifier__factory),
    ecdsaVerifier: await steps.create('ecdsaVerifier', EcdsaVerifier__factory),
    ed25519Verifier: await steps.create('ed25519Verifier', Ed25519Verifier__factory),
  };
}
