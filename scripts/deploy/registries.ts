/** Everything that a vote rules: verifier, registries, requests, and the example consumer. */

import { ZeroAddress } from 'ethers';
import type { KeyAddresses } from '../../types/contracts/addresses/KeyAddresses.ts';
import type { EnclaveRegistry } from '../../types/contracts/attestation/EnclaveRegistry.ts';
import type { MeasurementRegistry } from '../../types/contracts/attestation/MeasurementRegistry.ts';
import type { DevelopmentVerifier } from '../../types/contracts/attestation/verifiers/development/DevelopmentVerifier.ts';
import type { SpendReceipt } from '../../types/contracts/examples/SpendReceipt.ts';
import type { Guardian } from '../../types/contracts/governance/Guardian.ts';
import type { LivenessGuard } from '../../types/contracts/governance/LivenessGuard.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import type { Committees } from '../../types/contracts/keys/Committees.ts';
import type { CommitteeVotes } from '../../types/contracts/keys/CommitteeVotes.ts';
import type { DerivedKeys } from '../../types/contracts/keys/DerivedKeys.ts';
import type { KeyRegistry } from '../../types/contracts/keys/KeyRegistry.ts';
import type { Closed } from '../../types/contracts/requests/guards/Closed.ts';
import type { SpendingLimits } from '../../types/contracts/requests/guards/SpendingLimits.ts';
import type { LateSignatures } from '../../types/contracts/requests/modules/LateSignatures.ts';
import type { Mandates } from '../../types/contracts/requests/modules/Mandates.ts';
import type { Refusals } from '../../types/contracts/requests/modules/Refusals.ts';
import type { SigningRequests } from '../../types/contracts/requests/SigningRequests.ts';
import type { SignatureVerifier } from '../../types/contracts/signatures/SignatureVerifier.ts';
import { KeyAddresses__factory } from '../../types/factories/contracts/addresses/KeyAddresses__factory.ts';
import { EnclaveRegistry__factory } from '../../types/factories/contracts/attestation/EnclaveRegistry__factory.ts';
import { MeasurementRegistry__factory } from '../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { DevelopmentVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/development/DevelopmentVerifier__factory.ts';
import { SpendReceipt__factory } from '../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { Guardian__factory } from '../../types/factories/contracts/governance/Guardian__factory.ts';
import { LivenessGuard__factory } from '../../types/factories/contracts/governance/LivenessGuard__factory.ts';
import { Committees__factory } from '../../types/factories/contracts/keys/Committees__factory.ts';
import { CommitteeVotes__factory } from '../../types/factories/contracts/keys/CommitteeVotes__factory.ts';
import { DerivedKeys__factory } from '../../types/factories/contracts/keys/DerivedKeys__factory.ts';
import { KeyRegistry__factory } from '../../types/factories/contracts/keys/KeyRegistry__factory.ts';
import { Closed__factory } from '../../types/factories/contracts/requests/guards/Closed__factory.ts';
import { SpendingLimits__factory } from '../../types/factories/contracts/requests/guards/SpendingLimits__factory.ts';
import { LateSignatures__factory } from '../../types/factories/contracts/requests/modules/LateSignatures__factory.ts';
import { Mandates__factory } from '../../types/factories/contracts/requests/modules/Mandates__factory.ts';
import { Refusals__factory } from '../../types/factories/contracts/requests/modules/Refusals__factory.ts';
import { SigningRequests__factory } from '../../types/factories/contracts/requests/SigningRequests__factory.ts';
import { SignatureVerifier__factory } from '../../types/factories/contracts/signatures/SignatureVerifier__factory.ts';
import type { DeployOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Registries = {
  readonly measurementRegistry: MeasurementRegistry;
  readonly enclaveRegistry: EnclaveRegistry;
  readonly signatureVerifier: SignatureVerifier;
  readonly committees: Committees;
  readonly committeeVotes: CommitteeVotes;
  readonly closed: Closed;
  readonly keyRegistry: KeyRegistry;
  readonly derivedKeys: DerivedKeys;
  readonly keyAddresses: KeyAddresses;
  readonly spendingLimits: SpendingLimits;
  readonly refusals: Refusals;
  readonly signingRequests: SigningRequests;
  readonly mandates: Mandates;
  readonly lateSignatures: LateSignatures;
  readonly guardianContract: Guardian;
  readonly livenessGuard: LivenessGuard;
  readonly spendReceipt: SpendReceipt;
  readonly developmentVerifier: DevelopmentVerifier | null;
};

export async function deployRegistries(
  steps: Steps,
  authority: QuorateAccessManager,
  options: DeployOptions,
): Promise<Registries> {
  const { promotionCount, minimumCanaryTime, trustDelay, developmentRoot: root } = options;
  const measurementRegistry = await steps.create(
    'measurementRegistry',
    MeasurementRegistry__factory,
    authority,
    promotionCount,
    minimumCanaryTime,
  );
  const enclaveRegistry = await steps.create(
    'enclaveRegistry',
    EnclaveRegistry__factory,
    authority,
    measurementRegistry,
    trustDelay,
  );
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
    options.committeeDelay,
    { ...options.beat, minimumBeatBound: options.minimumBeatBound },
  );
  const derivedKeys = await steps.create('derivedKeys', DerivedKeys__factory, keyRegistry, signatureVerifier);
  const keyAddresses = await steps.create('keyAddresses', KeyAddresses__factory, derivedKeys);
  const spendingLimits = await steps.create('spendingLimits', SpendingLimits__factory, authority);
  const refusals = await steps.create('refusals', Refusals__factory, keyRegistry);
  const signingRequests = await steps.create(
    'signingRequests',
    SigningRequests__factory,
    authority,
    keyRegistry,
    derivedKeys,
    refusals,
    trustDelay,
  );
  const mandates = await steps.create('mandates', Mandates__factory, signingRequests);
  const lateSignatures = await steps.create('lateSignatures', LateSignatures__factory, signingRequests);
  const guardianContract = await steps.create(
    'guardianContract',
    Guardian__factory,
    authority,
    options.guardian ?? ZeroAddress,
    keyRegistry,
    enclaveRegistry,
    measurementRegistry,
    signingRequests,
  );
  const livenessGuard = await steps.create('livenessGuard', LivenessGuard__factory, keyRegistry);
  const firstKey = await keyRegistry.keyIdAt(1);
  const spendReceipt = await steps.create('spendReceipt', SpendReceipt__factory, signingRequests, firstKey);
  const developmentVerifier =
    root && (await steps.create('developmentVerifier', DevelopmentVerifier__factory, root.x, root.y, root.maxAge));
  return {
    measurementRegistry,
    enclaveRegistry,
    signatureVerifier,
    committees,
    committeeVotes,
    closed,
    keyRegistry,
    derivedKeys,
    keyAddresses,
    spendingLimits,
    refusals,
    signingRequests,
    mandates,
    lateSignatures,
    guardianContract,
    livenessGuard,
    spendReceipt,
    developmentVerifier,
  };
}
