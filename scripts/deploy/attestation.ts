/** Which code and which enclaves count. */

import type { EnclaveRegistry } from '../../types/contracts/attestation/EnclaveRegistry.ts';
import type { MeasurementRegistry } from '../../types/contracts/attestation/MeasurementRegistry.ts';
import type { NitroVerifier } from '../../types/contracts/attestation/verifiers/nitro/NitroVerifier.ts';
import type { SgxVerifier } from '../../types/contracts/attestation/verifiers/sgx/SgxVerifier.ts';
import type { TdxVerifier } from '../../types/contracts/attestation/verifiers/tdx/TdxVerifier.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import { EnclaveRegistry__factory } from '../../types/factories/contracts/attestation/EnclaveRegistry__factory.ts';
import { MeasurementRegistry__factory } from '../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import type { Intel } from './intel.ts';
import type { Nitro } from './nitro.ts';
import type { DeployOptions, IntelOptions, NitroOptions } from './options.ts';
import type { Steps } from './steps.ts';

export type Attestation = Nitro &
  Intel & {
    readonly measurementRegistry: MeasurementRegistry;
    readonly enclaveRegistry: EnclaveRegistry;
  };

export async function deployAttestation(
  steps: Steps,
  authority: QuorateAccessManager,
  { promotionCount, minimumCanaryTime, trustDelay, nitro, intel }: DeployOptions,
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
  const vendors = { ...(await nitroOf(steps, authority, nitro)), ...(await intelOf(steps, authority, intel)) };
  return { measurementRegistry, enclaveRegistry, ...vendors };
}

/** Compiled, and loaded, only where somebody asks for it. */
async function nitroOf(steps: Steps, authority: QuorateAccessManager, options: NitroOptions | null): Promise<Nitro> {
  if (options === null) return { p384Verifier: null, nitroCertificates: null, nitroVerifier: null };
  const { deployNitro } = await import('./nitro.ts');
  return deployNitro(steps, authority, options);
}

async function intelOf(steps: Steps, authority: QuorateAccessManager, options: IntelOptions | null): Promise<Intel> {
  if (options === null) return { intelCertificates: null, intelTcb: null, tdxVerifier: null, sgxVerifier: null };
  const { deployIntel } = await import('./intel.ts');
  return deployIntel(steps, authority, options);
}

export type Verifier = NitroVerifier | TdxVerifier | SgxVerifier;

/** By name, in the order in which the registry is told of them. */
export function verifiersIn({
  nitroVerifier,
  tdxVerifier,
  sgxVerifier,
}: Attestation): readonly (readonly [string, Verifier])[] {
  const all = Object.entries({ nitroVerifier, tdxVerifier, sgxVerifier });
  return all.filter((entry): entry is [string, Verifier] => entry[1] !== null);
}

/** By vote later on: while no enclave is registered it takes effect at once. */
export async function setVerifiers(steps: Steps, attestation: Attestation): Promise<void> {
  for (const [name, verifier] of verifiersIn(attestation)) await setVerifier(steps, attestation, name, verifier);
}

async function setVerifier(
  steps: Steps,
  { enclaveRegistry }: Attestation,
  name: string,
  verifier: Verifier,
): Promise<void> {
  const [tee, address] = [await verifier.tee(), await verifier.getAddress()];
  await steps.call(
    `enclaveRegistry: setVerifier ${name}`,
    (at) => enclaveRegistry.setVerifier(verifier, at),
    async () => (await enclaveRegistry.verifierOf(tee)) === address,
  );
}
