/** Which code and which enclaves count. */

import type { EnclaveRegistry } from '../../types/contracts/attestation/EnclaveRegistry.ts';
import type { MeasurementRegistry } from '../../types/contracts/attestation/MeasurementRegistry.ts';
import type { DevelopmentVerifier } from '../../types/contracts/attestation/verifiers/development/DevelopmentVerifier.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import { EnclaveRegistry__factory } from '../../types/factories/contracts/attestation/EnclaveRegistry__factory.ts';
import { MeasurementRegistry__factory } from '../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { DevelopmentVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/development/DevelopmentVerifier__factory.ts';
import type { DeployOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Attestation = {
  readonly measurementRegistry: MeasurementRegistry;
  readonly enclaveRegistry: EnclaveRegistry;
  readonly developmentVerifier: DevelopmentVerifier | null;
};

export async function deployAttestation(
  steps: Steps,
  authority: QuorateAccessManager,
  { promotionCount, minimumCanaryTime, trustDelay, developmentRoot: root }: DeployOptions,
): Promise<Attestation> {
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
  const developmentVerifier =
    root && (await steps.create('developmentVerifier', DevelopmentVerifier__factory, root.x, root.y, root.maxAge));
  return { measurementRegistry, enclaveRegistry, developmentVerifier };
}

/** By vote later on: while no enclave is registered it takes effect at once. */
export async function setDevelopmentVerifier(
  steps: Steps,
  { enclaveRegistry, developmentVerifier }: Attestation,
): Promise<void> {
  if (developmentVerifier === null) return;
  const [tee, address] = [await developmentVerifier.tee(), await developmentVerifier.getAddress()];
  await steps.call(
    'enclaveRegistry: setVerifier',
    (at) => enclaveRegistry.setVerifier(developmentVerifier, at),
    async () => (await enclaveRegistry.verifierOf(tee)) === address,
  );
}
