/** Standing limits of delegates, and what their guard says. */

import { expect } from 'chai';
import { type AddressLike, type BaseContract, id, isHexString, resolveAddress } from 'ethers';
import type { RowParametersStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import type { LimitsStruct } from '../../../types/contracts/requests/guards/ISpendingLimits.ts';
import { SigningRequests__factory } from '../../../types/factories/contracts/requests/SigningRequests__factory.ts';
import type { World } from './chain.ts';
import { KIND } from './keys.ts';

export const BTC = id('bip122:000/slip44:0');
export const DAY = 86_400;

/** Thirty days of 10,000 a day, to anyone. */
export async function limitsFor(world: World, change: Partial<LimitsStruct> = {}): Promise<LimitsStruct> {
  return {
    expiresAt: (await world.helpers.time.latest()) + 30 * DAY,
    kinds: 1 << KIND.psbt,
    maxUnsettled: 2,
    recipients: [],
    targets: [],
    caps: [{ asset: BTC, capacity: 10_000n, window: DAY, feeCap: 100n }],
    ...change,
  };
}

/** By vote. */
export async function setLimits(world: World, key: string, who: AddressLike, change: Partial<LimitsStruct> = {}) {
  const { spendingLimits, signingRequests, dao } = world;
  const limits = await limitsFor(world, change);
  return spendingLimits.connect(dao).setLimits(signingRequests, key, await resolveAddress(who), limits);
}

/** By vote. */
export async function setRow({ keyRegistry, dao }: World, key: string, row: RowParametersStruct) {
  return keyRegistry.connect(dao).setRow(key, row);
}

/** That the core passes on this error of the guard. */
export async function expectGuardRefuses(
  { signingRequests }: World,
  call: Promise<unknown>,
  guard: BaseContract,
  error: string,
  args?: readonly unknown[],
): Promise<void> {
  const reason = (data: string) => {
    const told = guard.interface.parseError(data);
    expect(told?.name, data).to.equal(error);
    if (args !== undefined) expect([...told!.args]).to.deep.equal(args);
    return true;
  };
  await expect(call)
    .to.be.revertedWithCustomError(signingRequests, 'SigningRequestsGuardRefused')
    .withArgs((id: string) => isHexString(id, 32), guard, reason);
}

/** A second requests contract over the same keys. */
export async function foreignCore({ deployer, accessManager, keyRegistry, derivedKeys, refusals }: World) {
  return new SigningRequests__factory(deployer).deploy(accessManager, keyRegistry, derivedKeys, refusals, DAY);
}
