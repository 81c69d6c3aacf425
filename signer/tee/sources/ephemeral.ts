/**
 * The sealing key of a machine that has none of its own: drawn for this life, and gone with it. What is sealed under it is read by nobody
 * after a restart, as if nothing had been sealed: the member returns with a new identity.
 */

import { randomBytes } from 'node:crypto';

const KEY_BYTES = 32;

export function ephemeralKey(): () => Promise<Uint8Array> {
  const key = new Uint8Array(randomBytes(KEY_BYTES));
  return async () => key;
}
