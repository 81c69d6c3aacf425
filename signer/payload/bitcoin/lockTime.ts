/** The lock time of a PSBT of version 2 (BIP-370, "Determining Lock Time"). */

import { refuse } from '../../formats/refusal.ts';

/** Below it a lock time is the height of a block, from it on a time in seconds since 1970. */
export const LEAST_TIME = 500_000_000;

/** What one input requires; null: nothing of that kind. */
export type RequiredLock = { readonly time: number | null; readonly height: number | null };

/**
 * > The field chosen is the one which is supported by all of the inputs. If a PSBT has both types of locktimes possible, then the
 * > locktime height must be chosen. The final locktime is the maximum value of the chosen type.
 */
export function lockTime(inputs: readonly RequiredLock[], fallback: number): number {
  const locked = inputs.filter(({ time, height }) => time !== null || height !== null);
  if (locked.length === 0) return fallback;
  const chosen = every(locked.map(({ height }) => height)) ?? every(locked.map(({ time }) => time));
  return Math.max(...(chosen ?? refuse('PSBT_MALFORMED', 'one input requires a lock height, another a lock time')));
}

function every(values: readonly (number | null)[]): readonly number[] | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? known : null;
}

/** > It must be greater than or equal to 500000000. */
export function requireTime(value: number): number {
  return value >= LEAST_TIME ? value : refuse('PSBT_MALFORMED', `a required lock time of ${value}`);
}

/** > It must be greater than 0 and less than 500000000. */
export function requireHeight(value: number): number {
  return value > 0 && value < LEAST_TIME ? value : refuse('PSBT_MALFORMED', `a required lock height of ${value}`);
}
