/** Mandates as a DAO places them, and what executors fill in. */

import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { ZeroAddress, ZeroHash } from 'ethers';
import type { EffectStruct, IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import type { FeeCapStruct, MandateStruct } from '../../../types/contracts/requests/modules/IMandates.ts';
import type { Mandates } from '../../../types/contracts/requests/modules/Mandates.ts';
import type { World } from './chain.ts';
import { KIND } from './keys.ts';
import { BTC, DAY } from './limits.ts';
import { mandateHash, mandateId } from './preimages.ts';
import { EFFECT, intentOf, lastRequest, type Request } from './requests.ts';

export type Placed = {
  readonly id: string;
  readonly mandate: MandateStruct;
  readonly requester: HardhatEthersSigner;
  readonly counter: bigint;
};

export function transfer(change: Partial<EffectStruct> = {}): EffectStruct {
  return { kind: EFFECT.transfer, asset: BTC, recipient: '0x0014', amount: 1000n, detail: ZeroHash, ...change };
}

export const fee = (amount: bigint, asset = BTC) => transfer({ kind: EFFECT.fee, recipient: '0x', amount, asset });
export const cap = (amount: bigint, asset = BTC): FeeCapStruct => ({ asset, amount });

/** For anyone to fill within ten days. */
export async function mandateOf(
  world: World,
  keyId: string,
  change: Partial<MandateStruct> = {},
): Promise<MandateStruct> {
  return {
    keyId,
    path: ZeroHash,
    kind: KIND.psbt,
    effects: [transfer(), transfer({ amount: 2n })],
    feeCaps: [cap(20n)],
    executor: ZeroAddress,
    deadline: (await world.helpers.time.latest()) + 10 * DAY,
    consumer: ZeroAddress,
    callbackGas: 0,
    ...change,
  };
}

/** Places, and says what the id must be by docs/formats.md. */
export async function place(
  world: World,
  requester: HardhatEthersSigner,
  mandate: MandateStruct,
  by: Mandates = world.mandates,
): Promise<Placed> {
  await by.connect(requester).place(mandate);
  const counter = await by.mandateCount();
  const { chainId } = await world.ethers.provider.getNetwork();
  const at = { chainId, contract: await by.getAddress() };
  return { id: mandateId(at, requester.address, counter, mandateHash(mandate)), mandate, requester, counter };
}

/** What fills it: its effects, and a fee of 10. */
export async function fillingOf(
  world: World,
  { mandate }: Pick<Placed, 'mandate'>,
  fees: readonly EffectStruct[] = [fee(10n)],
  change: Partial<IntentStruct> = {},
): Promise<IntentStruct> {
  const { keyId, path, kind, deadline, consumer, callbackGas } = mandate;
  const said = { path, kind, deadline, consumer, callbackGas };
  return intentOf(world, String(keyId), { ...said, effects: [...mandate.effects, ...fees], ...change });
}

export function termsOf({ mandate, requester, counter }: Omit<Placed, 'id'>) {
  const { executor, feeCaps } = mandate;
  return { requester: requester.address, counter, executor, feeCaps };
}

export async function fill(world: World, its: Placed, intent: IntentStruct, by = world.anyone): Promise<Request> {
  await world.mandates.connect(by).fill(termsOf(its), intent);
  return lastRequest(world, its.requester.address, intent);
}
