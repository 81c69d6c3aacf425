/** Prices of this host's transactions: one look at the market per block, and never past the operator's ceilings. */

import type { View } from '../chain/view/view.ts';
import type { Chain, Fees } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sent } from '../ports/store.ts';
import type { Problems } from '../problems.ts';
import type { FeeLimits } from '../settings.ts';
import { affordable, bumped, greatest, least, marketPrice, type Price } from './fees.ts';
import { costOf } from './lane.ts';
import type { Spending } from './spending.ts';

export type Pricing = {
  market(): Promise<Fees>;
  /** `counted`: in wei, for the same nonce by the day's limit already. `waits`: the market, or the day's limit, lets nothing be sent now · `dear`: this one costs more than one may. /readyz says so. */
  first(gas: bigint, counted: bigint): Promise<Price | 'waits' | 'dear'>;
  /** Null where the former price was the last acceptable one. */
  raised(former: Sent, gas: bigint): Promise<Price | null>;
};

/** About a block. */
const FRESH = 12_000;

export function createPricing(
  { chain, clock }: { readonly chain: Pick<Chain, 'fees'>; readonly clock: Clock },
  view: Pick<View, 'head'>,
  problems: Problems,
  spending: Spending,
  limits: FeeLimits,
): Pricing {
  let seen: { readonly fees: Fees; readonly at: number; readonly head: string | undefined } | null = null;
  const market = async () => {
    const at = clock.now();
    const head = view.head?.hash;
    if (seen === null || seen.head !== head || at - seen.at >= FRESH) seen = { fees: await chain.fees(), at, head };
    return seen.fees;
  };
  const left = (without: bigint) => greatest(0n, limits.perDay - spending.total() + without);
  return {
    market,
    first: async (gas, counted) => {
      const fees = await market();
      const price = marketPrice(fees, limits);
      const today = price && affordable(price, fees, gas, left(counted));
      const affordably = today && affordable(today, fees, gas, limits.perPosting);
      const verdict = affordably ?? (today === null ? 'waits' : 'dear');
      if (affordably !== null) problems.clear('fees');
      else
        problems.set(
          'fees',
          `transactions wait, for they would cost more than \`fees\` allows: ${asked(fees, limits)}`,
        );
      return verdict;
    },
    raised: async (former, gas) => {
      const fees = await market();
      const most = least(limits.perPosting, left(costOf(former)));
      return bumped(priceOf(former), marketPrice(fees, limits), limits, gas, most);
    },
  };
}

export function priceOf({ maxFeePerGas, maxPriorityFeePerGas }: Sent): Price {
  return { maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) };
}

function asked({ baseFee, tip }: Fees, { maxFeePerGas, perPosting, perDay }: FeeLimits): string {
  return `the chain asks for ${baseFee} + ${tip} wei per gas, allowed are ${maxFeePerGas} per gas, ${perPosting} per transaction and ${perDay} per day`;
}
