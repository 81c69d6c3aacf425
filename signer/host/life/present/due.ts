/** When what a vendor has dated is brought anew: while the old one still holds, if there is a newer one. */

import { isRetryable, Retryable } from '../../errors.ts';

/** Seconds since 1970. */
export type Dated = { readonly issueDate: number; readonly nextUpdate: number };

/** Seconds before it is overdue: a registration ends with what verified it, and vendors sign for thirty days. */
export const AHEAD = 7 * 86_400;

/** `enough`: with this nextUpdate on chain, of whoever's bringing, nobody needs to bring it. */
export type Newer<T> = T & { readonly enough: number };

/**
 * Null: what is there serves.
 * @param fetch what the vendor has now
 * @throws Retryable COLLATERAL_UNAVAILABLE where what is there is overdue and there is nothing newer
 */
export async function newerIfDue<T extends Dated>(
  what: string,
  there: Dated,
  at: number,
  fetch: () => Promise<T>,
): Promise<Newer<T> | null> {
  if (there.nextUpdate > at + AHEAD) return null;
  const serves = there.nextUpdate > at;
  const found = await fetch().catch((error: unknown) => {
    if (serves && isRetryable(error, 'COLLATERAL_UNAVAILABLE')) return null; // the next attestation tries again
    throw error;
  });
  if (found !== null && found.issueDate > there.issueDate && found.nextUpdate > at)
    return { ...found, enough: Math.min(found.nextUpdate, at + AHEAD + 1) };
  if (serves) return null;
  throw new Retryable('COLLATERAL_UNAVAILABLE', `${what} is overdue on chain, and there is none that is newer`);
}
