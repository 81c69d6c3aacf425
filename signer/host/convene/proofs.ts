/** What a proof of a checkpoint that was not taken says of whoever sent it. */

import type { Retryable } from '../errors.ts';
import { EnclaveRefused, FarClaim } from '../life/life.ts';

/**
 * `early`: of the period after the newest that is known here, as honest proofs are where a period has just begun, and false ones may be. Further
 * ahead is nobody whose beacon nodes are right, or else this host is not.
 */
export type Verdict = 'lie' | 'early' | 'nobody';

export function verdictOn(error: Retryable): Verdict {
  if (error instanceof FarClaim) return error.periods > 1 ? 'lie' : 'early';
  return error instanceof EnclaveRefused && error.refusal.code === 'UPDATE_REJECTED' ? 'lie' : 'nobody';
}
