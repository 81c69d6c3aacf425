/** What to pay for gas: the market's price, within what the operator allows. */

import type { Fees } from '../ports/chain.ts';
import type { FeeLimits } from '../settings.ts';

export type Price = { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };

/** Room for the base fee to double, but no more per gas than allowed; null where that would not be mined. */
export function marketPrice({ baseFee, tip }: Fees, limits: FeeLimits): Price | null {
  const maxPriorityFeePerGas = least(tip, limits.maxPriorityFeePerGas);
  if (baseFee + maxPriorityFeePerGas > limits.maxFeePerGas) return null;
  return { maxFeePerGas: least(2n * baseFee + maxPriorityFeePerGas, limits.maxFeePerGas), maxPriorityFeePerGas };
}

/** The same price with less room, so that so much gas costs at most `most`; null where it would not be mined then. */
export function affordable(price: Price, { baseFee }: Fees, gas: bigint, most: bigint): Price | null {
  const maxFeePerGas = least(price.maxFeePerGas, most / gas);
  return maxFeePerGas < baseFee + price.maxPriorityFeePerGas ? null : { ...price, maxFeePerGas };
}

/** Enough more than before for nodes to replace the transaction, and no less than the market; null where that is more than allowed. */
export function bumped(old: Price, market: Price | null, limits: FeeLimits, gas: bigint, most: bigint): Price | null {
  const highest = least(limits.maxFeePerGas, most / gas);
  const maxFeePerGas = raised(old.maxFeePerGas, market?.maxFeePerGas ?? 0n, highest);
  const maxPriorityFeePerGas = raised(
    old.maxPriorityFeePerGas,
    market?.maxPriorityFeePerGas ?? 0n,
    least(limits.maxPriorityFeePerGas, highest),
  );
  return maxFeePerGas === null || maxPriorityFeePerGas === null ? null : { maxFeePerGas, maxPriorityFeePerGas };
}

/** By 12.5 %, or as far as the ceiling lets it: nodes ask for 10 %. */
function raised(old: bigint, market: bigint, ceiling: bigint): bigint | null {
  const enough = (old * 11n) / 10n + 1n;
  if (enough > ceiling) return null;
  return least(greatest((old * 1_125n) / 1_000n + 1n, market), ceiling);
}

/** The most that one transaction may cost (EIP-7825). */
const GAS_CAP = 16_777_216n;

/** Room for state that changes between the estimate and the block. */
export function gasLimit(estimate: bigint): bigint {
  return least((estimate * 5n) / 4n + 10_000n, GAS_CAP);
}

/** Of a transaction whose calls may use so much, estimates aside: its own, and that of its bytes (EIP-7623's floor included). */
export function declaredGas(bytes: number, calls: bigint): bigint {
  return 21_000n + greatest(16n * BigInt(bytes) + calls, 40n * BigInt(bytes));
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
