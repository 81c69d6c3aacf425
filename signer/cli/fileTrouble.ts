/** What a system call says of a file that a person has named: theirs to mend, and no bug. */

import { Fatal } from '../host/errors.ts';

/** Null for all that is not about a file. */
export function fileTrouble(error: unknown): Fatal | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return null;
  const advice = 'Name another file or folder, or mend who owns it and who may read and write it.';
  return new Fatal('CONFIG_INVALID', error.message, advice, { cause: error });
}
