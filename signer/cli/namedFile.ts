/** Files that people name: what cannot be read is theirs to mend, and said in one line. */

import { readFileSync } from 'node:fs';
import { Fatal } from '../host/errors.ts';

/** @throws Fatal CONFIG_INVALID */
export function readBytes(
  file: string,
  advice = '`quorate bundle` makes the programs, `quorate configuration` the configuration.',
): Uint8Array {
  return asNamed(file, advice, () => new Uint8Array(readFileSync(file)));
}

/** What the file system says no to while a named file is read. @throws Fatal CONFIG_INVALID */
export function asNamed<T>(file: string, advice: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!isOfFiles(cause)) throw cause;
    throw new Fatal('CONFIG_INVALID', `cannot read ${file}: ${cause.message}`, advice, { cause });
  }
}

/** What remains, said once for all commands; null for what is not about a file. */
export function fileTrouble(error: unknown): Fatal | null {
  if (!isOfFiles(error)) return null;
  const advice = 'Name another file or folder, or mend who owns it and who may read and write it.';
  return new Fatal('CONFIG_INVALID', error.message, advice, { cause: error });
}

/** Calls about connections name no path. */
function isOfFiles(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && ('path' in error || error.syscall === 'read');
}
