/** What a step of the light client came to. */

import { isRejection, Rejected, type Rejection, type RejectionCode } from '../../../signer/finality/rejection.ts';

export function accepted<T>(outcome: T | Rejection): T {
  if (isRejection(outcome))
    throw new Error(`${outcome.code} ${outcome.field}: ${outcome.found}, not ${outcome.expected}`);
  return outcome;
}

/** The code of a rejection that is returned or thrown, or `accepted`; any other error is a bug and passes through. */
export function outcome(act: () => unknown): RejectionCode | 'accepted' {
  try {
    const result = act();
    return isRejection(result) ? result.code : 'accepted';
  } catch (error) {
    if (error instanceof Rejected) return error.code;
    throw error;
  }
}
