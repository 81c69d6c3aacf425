/** Requests, the modules and the guard beside them, the example consumer, and the guardian that may take requests back. */

import type { Provider } from 'ethers';
import type { SpendReceipt } from '../../types/contracts/examples/SpendReceipt.ts';
import type { Guardian } from '../../types/contracts/governance/Guardian.ts';
import type { QuorateAccessManager } from '../../types/contracts/governance/QuorateAccessManager.ts';
import type { SpendingLimits } from '../../types/contracts/requests/guards/SpendingLimits.ts';
import type { LateSignatures } from '../../types/contracts/requests/modules/LateSignatures.ts';
import type { Mandates } from '../../types/contracts/requests/modules/Mandates.ts';
import type { Refusals } from '../../types/contracts/requests/modules/Refusals.ts';
import type { SigningRequests } from '../../types/contracts/requests/SigningRequests.ts';
import { SpendReceipt__factory } from '../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { Guardian__factory } from '../../types/factories/contracts/governance/Guardian__factory.ts';
import { SpendingLimits__factory } from '../../types/factories/contracts/requests/guards/SpendingLimits__factory.ts';
import { LateSignatures__factory } from '../../types/factories/contracts/requests/modules/LateSignatures__factory.ts';
import { Mandates__factory } from '../../types/factories/contracts/requests/modules/Mandates__factory.ts';
import { Refusals__factory } from '../../types/factories/contracts/requests/modules/Refusals__factory.ts';
import { SigningRequests__factory } from '../../types/factories/contracts/requests/SigningRequests__factory.ts';
import type { Attestation } from './attestation.ts';
import type { Keys } from './keys.ts';
import type { Lenses } from './lenses.ts';
import type { DeployOptions } from './options.ts';
import { accountOf } from './plan.ts';
import { codeHashOf } from './record.ts';
import type { Steps } from './steps.ts';

export type Requests = {
  readonly refusals: Refusals;
  readonly signingRequests: SigningRequests;
  readonly mandates: Mandates;
  readonly lateSignatures: LateSignatures;
  readonly spendingLimits: SpendingLimits;
  readonly spendReceipt: SpendReceipt;
  /** Holds the role for the person whom the options name. */
  readonly guardianContract: Guardian;
};

/** `refusals` comes first: the requests contract names it for good. */
export async function deployRequests(
  steps: Steps,
  authority: QuorateAccessManager,
  { measurementRegistry, enclaveRegistry }: Attestation,
  { keyRegistry, derivedKeys }: Keys,
  { trustDelay, guardian }: DeployOptions,
): Promise<Requests> {
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
  const spendingLimits = await steps.create('spendingLimits', SpendingLimits__factory, authority);
  const firstKey = await keyRegistry.keyIdAt(1);
  const spendReceipt = await steps.create('spendReceipt', SpendReceipt__factory, signingRequests, firstKey);
  const guardianContract = await steps.create(
    'guardianContract',
    Guardian__factory,
    authority,
    accountOf(guardian),
    keyRegistry,
    enclaveRegistry,
    measurementRegistry,
    signingRequests,
  );
  return { refusals, signingRequests, mandates, lateSignatures, spendingLimits, spendReceipt, guardianContract };
}

/** By vote, and after the trust delay, later on: while there is no key it may ask at once. Rows name it where a vote says so. */
export async function listMandates(
  steps: Steps,
  provider: Provider,
  { signingRequests, mandates }: Requests,
  { requestLens }: Lenses,
): Promise<void> {
  const address = await mandates.getAddress();
  await steps.call(
    'signingRequests: listModule mandates',
    async (at) =>
      signingRequests.listModule(address, codeHashOf('mandates', address, await provider.getCode(address)), at),
    async () => (await requestLens.listingOf(address)).effectiveAt !== 0n,
  );
}
