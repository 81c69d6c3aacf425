/** Everything beside the DAO itself, in an order in which each contract finds those that it names. */

import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import { type Attestation, deployAttestation } from './attestation.ts';
import { deployKeys, type Keys } from './keys.ts';
import { deployLenses, type Lenses } from './lenses.ts';
import type { DeployOptions } from './options.ts';
import { deployRequests, type Requests } from './requests.ts';
import type { Steps } from './steps.ts';

export type Registries = Attestation & Keys & Requests & Lenses;

export async function deployRegistries(
  steps: Steps,
  authority: QuorateAccessManager,
  options: DeployOptions,
): Promise<Registries> {
  const attestation = await deployAttestation(steps, authority, options);
  const keys = await deployKeys(steps, authority, attestation, options);
  const requests = await deployRequests(steps, authority, attestation, keys, options);
  const lenses = await deployLenses(steps, attestation, keys, requests);
  return { ...attestation, ...keys, ...requests, ...lenses };
}
