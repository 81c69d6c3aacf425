/** The folder that a command writes into. */

import { makeFolder } from '../host/adapters/makeFolder.ts';
import { describe, Fatal } from '../host/errors.ts';

/** @param mode of each that is made @throws Fatal CONFIG_INVALID */
export function requireFolder(directory: string, mode?: number): void {
  try {
    makeFolder(directory, mode);
  } catch (cause) {
    const detail = `cannot make the folder ${directory}: ${describe(cause)}`;
    throw new Fatal('CONFIG_INVALID', detail, 'Name another --directory.', { cause });
  }
}
