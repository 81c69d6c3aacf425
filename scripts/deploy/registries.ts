/** Everything that a vote rules: verifier, registries, requests, and the example consumer. */

import type { KeyAddresses } from '../../types/contracts/addresses/KeyAddresses.ts';
import type { EnclaveRegistry } from '../../types/contracts/attestation/EnclaveRegistry.ts';
import type { MeasurementRegistry } from '../../types/contracts/attestation/MeasurementRegistry.ts';
import type { DevelopmentVerifier } from '../../types/contracts/attestation/verifiers/development/DevelopmentVerifier.ts';
import type { SpendReceipt } from '../../types/contracts/examples/SpendReceipt.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import type { Committees } from '../../types/contracts/keys/Committees.ts';
import type { KeyRegistry } from '../../types/contracts/keys/KeyRegistry.ts';
import type { SpendingLimits } from '../../types/contracts/requests/guards/SpendingLimits.ts';
import type { SigningRequests } from '../../types/contracts/requests/SigningRequests.ts';
import type { SignatureVerifier } from '../../types/contracts/signatures/SignatureVerifier.ts';
import { KeyAddresses__factory } from '../../types/factories/contracts/addresses/KeyAddresses__factory.ts';
import { EnclaveRegistry__factory } from '../../types/factories/contracts/attestation/EnclaveRegistry__factory.ts';
import { MeasurementRegistry__factory } from '../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { DevelopmentVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/development/DevelopmentVerifier__factory.ts';
import { SpendReceipt__factory } from '../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { Committees__factory } from '../../types/factories/contracts/keys/Committees__factory.ts';
import { KeyRegistry__factory } from '../../types/factories/contracts/keys/KeyRegistry__factory.ts';
import { SpendingLimits__factory } from '../../types/factories/contracts/requests/guards/SpendingLimits__factory.ts';
import { SigningRequests__factory } from '../../types/factories/contracts/requests/SigningRequests__factory.ts';
import { SignatureVerifier__factory } from '../../types/factories/contracts/signatures/SignatureVerifier__factory.ts';
import type { DeployOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Registries = {
  readonly measurementRegistry: MeasurementRegistry;
  readonly enclaveRegistry: EnclaveRegistry;
  readonly signatureVerifier: SignatureVerifier;
  readonly committees: Committees;
  readonly keyRegistry: KeyRegistry;
  readonly keyAddresses: KeyAddresses;
  readonly spendingLimits: SpendingLimits;
  readonly signingRequests: SigningRequests;
  readonly spendReceipt: SpendReceipt;
  readonly developmentVerifier: DevelopmentVerifier | null;
};

export async function deployRegistries(
  steps: Steps,
  authority: QuorateAccessManager,
  options: DeployOptions,
): Promise<Registries> {
  const { promotionCount, minimumCanaryTime, trustDelay, committeeDelay, beat, developmentRoot: root } = options;
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
  const committees = await steps.create('committees', Committees__factory, enclaveRegistry, measurementRegistry);
  const keyRegistry = await steps.create(
    'keyRegistry',
    KeyRegistry__factory,
    authority,
    enclaveRegistry,
    committees,
    signatureVerifier,
    committeeDelay,
    beat,
  );
  const keyAddresses = await steps.create('keyAddresses', KeyAddresses__factory, keyRegistry);
  const spendingLimits = await steps.create('spendingLimits', SpendingLimits__factory, authority);
  const signingRequests = await steps.create(
    'signingRequests',
    SigningRequests__factory,
    authority,
    keyRegistry,
    signatureVerifier,
    spendingLimits,
  );
  const firstKey = await keyRegistry.keyIdAt(1);
  const spendReceipt = await steps.create('spendReceipt', SpendReceipt__factory, signingRequests, firstKey);
  const developmentVerifier =
    root && (await steps.create('developmentVerifier', DevelopmentVerifier__factory, root.x, root.y, root.maxAge));
  return {
    measurementRegistry,
    enclaveRegistry,
    signatureVerifier,
    committees,
    keyRegistry,
    keyAddresses,
    spendingLimits,
    signingRequests,
    spendReceipt,
    developmentVerifier,
  };
}
