/** Pages and views for whoever reads the chain from outside. No contract names a lens, so another can be deployed at any time. */

import type { EnclaveLens } from '../../types/contracts/lens/EnclaveLens.ts';
import type { KeyLens } from '../../types/contracts/lens/KeyLens.ts';
import type { RequestLens } from '../../types/contracts/lens/RequestLens.ts';
import { EnclaveLens__factory } from '../../types/factories/contracts/lens/EnclaveLens__factory.ts';
import { KeyLens__factory } from '../../types/factories/contracts/lens/KeyLens__factory.ts';
import { RequestLens__factory } from '../../types/factories/contracts/lens/RequestLens__factory.ts';
import type { Attestation } from './attestation.ts';
import type { Keys } from './keys.ts';
import type { Requests } from './requests.ts';
import type { Steps } from './steps.ts';

export type Lenses = {
  readonly enclaveLens: EnclaveLens;
  readonly keyLens: KeyLens;
  readonly requestLens: RequestLens;
};

export async function deployLenses(
  steps: Steps,
  { enclaveRegistry, measurementRegistry }: Attestation,
  { keyRegistry, committees }: Keys,
  { signingRequests, spendingLimits }: Requests,
): Promise<Lenses> {
  return {
    enclaveLens: await steps.create('enclaveLens', EnclaveLens__factory, enclaveRegistry, measurementRegistry),
    keyLens: await steps.create('keyLens', KeyLens__factory, keyRegistry, committees, enclaveRegistry),
    requestLens: await steps.create('requestLens', RequestLens__factory, signingRequests, spendingLimits),
  };
}
