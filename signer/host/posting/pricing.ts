/** Prices of this host's transactions: one look at the market per block, and never past the operator's ceilings. */

import type { View } from '../chain/view/view.ts';
import type { Chain, Fees } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import type { FeeLimits } from '../settings.ts';
import { affordable, bumped, least, marketPrice, type Price } from './fees.ts';

export type Pricing = {
  market(): Promise<Fees>;
  /** Null where it may not be paid now; /readyz says so. `spent`: what the last 24 hours may have cost already. */
  first(gas: bigint, spent: bigint): Promise<Price | null>;
  /** Null where the former price was the last acceptable one; /readyz says so. `spent` is without the former. */
  raised(former: Price, gas: bigint, spent: bigint): Promise<Price | null>;
};

/** About a block. */
const FRESH = 12_000;

export function createPricing(
  { chain, clock }: { readonly chain: Pick<Chain, 'fees'>; readonly clock: Clock },
  view: Pick<View, 'head'>,
  problems: Problems,
  limits: FeeLimits,
): Pricing {
  let seen: { readonly fees: Fees; readonly at: number; readonly head: string | undefined } | null = null;
  const market = async () => {
    const at = clock.now();
    const head = view.head?.hash;
    if (seen === null || seen.head !== head || at - seen.at >= FRESH) seen = { fees: await chain.fees(), at, head };
    return seen.fees;
  };
  const most = (spent: bigint) => least(limits.perPosting, limits.perDay > spent ? limits.perDay - spent : 0n);
  const decided = (price: Price | null, fees: Fees, words: string): Price | null => {
    if (price === null) problems.set('fees', `${words}: ${asked(fees, limits)}`);
    else problems.clear('fees');
    return price;
  };
  return {
    market,
    first: async (gas, spent) => {
      const fees = await market();
      const price = marketPrice(fees, limits);
      const affordably = price && affordable(price, fees, gas, most(spent));
      return decided(affordably, fees, 'transactions wait, for they would cost more than `fees` allows');
    },
    raised: async (former, gas, spent) => {
      const fees = await market();
      const price = bumped(former, marketPrice(fees, limits), limits, gas, most(spent));
      return decided(price, fees, 'a transaction is stuck at the highest fee that `fees` allows');
    },
  };
}

function asked({ baseFee, tip }: Fees, { maxFeePerGas, perPosting, perDay }: FeeLimits): string {
  return `the chain asks for ${baseFee} + ${tip} wei per gas, allowed are ${maxFeePerGas} per gas, ${perPosting} per transaction and ${perDay} per day`;
}
