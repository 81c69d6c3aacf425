/** Everything beside the DAO itself, in an order in which each contract finds those that it names. */

import type { Directory } from '../../types/contracts/lens/Directory.ts';
import { type Attestation, deployAttestation } from './attestation.ts';
import { deployDirectory } from './directory.ts';
import type { Governance } from './governance.ts';
import { deployKeys, type Keys } from './keys.ts';
import { deployLenses, type Lenses } from './lenses.ts';
import type { DeployOptions } from './options.ts';
import { deployRequests, type Requests } from './requests.ts';
import type { Steps } from './steps.ts';

export type Registries = Attestation & Keys & Requests & Lenses & { readonly directory: Directory };

export async function deployRegistries(
  steps: Steps,
  governance: Governance,
  options: DeployOptions,
): Promise<Registries> {
  const { accessManager: authority } = governance;
  const attestation = await deployAttestation(steps, authority, options);
  const keys = await deployKeys(steps, authority, attestation, options);
  const requests = await deployRequests(steps, authority, attestation, keys, options);
  const lenses = await deployLenses(steps, attestation, keys, requests);
  const all = { ...attestation, ...keys, ...requests, ...lenses };
  return { ...all, directory: await deployDirectory(steps, { ...governance, ...all }) };
}
