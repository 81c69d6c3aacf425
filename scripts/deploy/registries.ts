/** Everything that a vote rules: verifier, registries, requests, and the example consumer. */

import type { Signer } from 'ethers';
import type { AccessManager } from '../../types/@openzeppelin/contracts/access/manager/AccessManager.ts';
import type { DevelopmentVerifier } from '../../types/contracts/attestation/DevelopmentVerifier.ts';
import type { EnclaveRegistry } from '../../types/contracts/attestation/EnclaveRegistry.ts';
import type { MeasurementRegistry } from '../../types/contracts/attestation/MeasurementRegistry.ts';
import type { Committees } from '../../types/contracts/keys/Committees.ts';
import type { KeyRegistry } from '../../types/contracts/keys/KeyRegistry.ts';
import type { SignatureVerifier } from '../../types/contracts/keys/SignatureVerifier.ts';
import type { SigningRequests } from '../../types/contracts/signing/SigningRequests.ts';
import type { SpendingLimits } from '../../types/contracts/signing/SpendingLimits.ts';
import type { SpendReceipt } from '../../types/contracts/signing/SpendReceipt.ts';
import { DevelopmentVerifier__factory } from '../../types/factories/contracts/attestation/DevelopmentVerifier__factory.ts';
import { EnclaveRegistry__factory } from '../../types/factories/contracts/attestation/EnclaveRegistry__factory.ts';
import { MeasurementRegistry__factory } from '../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { Committees__factory } from '../../types/factories/contracts/keys/Committees__factory.ts';
import { KeyRegistry__factory } from '../../types/factories/contracts/keys/KeyRegistry__factory.ts';
import { SignatureVerifier__factory } from '../../types/factories/contracts/keys/SignatureVerifier__factory.ts';
import { SigningRequests__factory } from '../../types/factories/contracts/signing/SigningRequests__factory.ts';
import { SpendingLimits__factory } from '../../types/factories/contracts/signing/SpendingLimits__factory.ts';
import { SpendReceipt__factory } from '../../types/factories/contracts/signing/SpendReceipt__factory.ts';
import { mined } from './mined.ts';
import type { DeployOptions } from './options.ts';

export type Registries = {
  readonly measurementRegistry: MeasurementRegistry;
  readonly enclaveRegistry: EnclaveRegistry;
  readonly signatureVerifier: SignatureVerifier;
  readonly committees: Committees;
  readonly keyRegistry: KeyRegistry;
  readonly spendingLimits: SpendingLimits;
  readonly signingRequests: SigningRequests;
  readonly spendReceipt: SpendReceipt;
  readonly developmentVerifier: DevelopmentVerifier | null;
};

export async function deployRegistries(
  deployer: Signer,
  authority: AccessManager,
  options: DeployOptions,
): Promise<Registries> {
  const { promotionCount, minimumCanaryTime, trustDelay, committeeDelay, beat, developmentRoot: root } = options;
  const measurementRegistry = await mined(
    new MeasurementRegistry__factory(deployer).deploy(authority, promotionCount, minimumCanaryTime),
  );
  const enclaveRegistry = await mined(
    new EnclaveRegistry__factory(deployer).deploy(authority, measurementRegistry, trustDelay),
  );
  const signatureVerifier = await mined(new SignatureVerifier__factory(deployer).deploy());
  const committees = await mined(new Committees__factory(deployer).deploy(enclaveRegistry, measurementRegistry));
  const keyRegistry = await mined(
    new KeyRegistry__factory(deployer).deploy(
      authority,
      enclaveRegistry,
      committees,
      signatureVerifier,
      committeeDelay,
      beat,
    ),
  );
  const spendingLimits = await mined(new SpendingLimits__factory(deployer).deploy(authority));
  const signingRequests = await mined(
    new SigningRequests__factory(deployer).deploy(authority, keyRegistry, signatureVerifier, spendingLimits),
  );
  const firstKey = await keyRegistry.keyIdAt(1);
  const spendReceipt = await mined(new SpendReceipt__factory(deployer).deploy(signingRequests, firstKey));
  const developmentVerifier =
    root && (await mined(new DevelopmentVerifier__factory(deployer).deploy(root.x, root.y, root.maxAge)));
  return {
    measurementRegistry,
    enclaveRegistry,
    signatureVerifier,
    committees,
    keyRegistry,
    spendingLimits,
    signingRequests,
    spendReceipt,
    developmentVerifier,
  };
}
