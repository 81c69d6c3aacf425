/** What to do about a payload that enclaves would refuse, by the code that they would refuse it with. */

import { Refused } from '../../formats/refusal.ts';
import { Fatal } from '../../host/errors.ts';
import { refusalWords } from '../words/refusalWords.ts';

/** @throws Fatal CONFIG_INVALID with that advice where it throws Refused */
export function advised<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Fatal(
      'CONFIG_INVALID',
      `enclaves refuse it with ${cause.code}: ${cause.message}`,
      refusalWords(cause.code).todo,
      {
        cause,
      },
    );
  }
}
