/** What a newer block says, where it was shown: reads records of a state that need not be complete. */

import { Refused } from '../formats/refusal.ts';

/** What `read` reads, or undefined where nodes for it are missing; every other refusal passes. */
export function ifProven<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused && (error.code === 'SLOT_NOT_PROVEN' || error.code === 'ACCOUNT_NOT_PROVEN')) return;
    throw error;
  }
}
