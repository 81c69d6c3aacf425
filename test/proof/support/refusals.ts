/** What a function refuses with. */

import type { RefusalCode } from '../../../signer/formats/refusal.ts';
import { Refused } from '../../../signer/formats/refusal.ts';

/** The code of the refusal that `act` throws, or `accepted`; any other error is a bug and passes through. */
export function outcome(act: () => unknown): RefusalCode | 'accepted' {
  try {
    act();
    return 'accepted';
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
