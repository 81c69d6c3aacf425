/** What to pay for gas. */

import type { Fees } from '../ports/chain.ts';

export type Price = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** Room for the base fee to double. */
export function priceOf({ baseFee, tip }: Fees): Price {
  return { maxFeePerGas: 2n * baseFee + tip, maxPriorityFeePerGas: tip };
}

/** Enough more than before for nodes to replace the transaction (they ask for 10 %), and no less than the market. */
export function bumped(old: Price, market: Price): Price {
  const more = (fee: bigint) => (fee * 1_125n) / 1_000n + 1n;
  return {
    maxFeePerGas: max(more(old.maxFeePerGas), market.maxFeePerGas),
    maxPriorityFeePerGas: max(more(old.maxPriorityFeePerGas), market.maxPriorityFeePerGas),
  };
}

/** Room for state that changes between the estimate and the block. */
export function gasLimit(estimate: bigint): bigint {
  return (estimate * 5n) / 4n + 10_000n;
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
