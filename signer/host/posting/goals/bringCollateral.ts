/** What a vendor has signed, onto the chain: evidence that it is needed for is then verified without it. Whoever brings it first has brought it for all. */

import { keccak256 } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { Retryable } from '../../errors.ts';
import type { Chain } from '../../ports/chain.ts';
import { type Rule, reachedIf } from './rule.ts';

/** Once it is there, this word of what this view of its keeper returns is at least so much. */
export type There = {
  /** calldata */
  readonly view: Hex;
  /** from 0 on */
  readonly word: number;
  readonly least: number;
};

export type BringCollateral = {
  readonly kind: 'bring-collateral';
  /** The contract that keeps it. */
  readonly keeper: Hex;
  /** calldata */
  readonly data: Hex;
  readonly there: There;
};

export const bringCollateral: Rule<BringCollateral> = {
  id: ({ keeper, data }) => `bring-collateral:${keeper}:${keccak256(data)}`,
  priority: 0,
  shown: () => 'open', // no log of it is read
  standing: async ({ keeper, there }, now) => reachedIf(await isThere(now, keeper, there)),
  call: ({ keeper, data }) => ({ to: keeper, data }),
  gas: () => 0n,
};

/** @throws Retryable RPC_NONSENSE where the answer is shorter than that */
export async function isThere(chain: Pick<Chain, 'call'>, keeper: Hex, { view, word, least }: There): Promise<boolean> {
  const answer = await chain.call(keeper, view);
  const found = answer.slice(2 + 64 * word, 2 + 64 * (word + 1));
  if (found.length < 64) throw new Retryable('RPC_NONSENSE', `eth_call: ${answer.slice(0, 66)} has no word ${word}`);
  return BigInt(`0x${found}`) >= BigInt(least);
}
