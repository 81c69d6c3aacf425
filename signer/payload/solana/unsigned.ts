/** The message inside what wallets and libraries export: itself, or a transaction whose signatures are all still missing. */

import { isZero } from '../../formats/equal.ts';

const SIGNATURE = 64;

/** Signatures that are there are left in place, so that nothing reads it: what is signed already is not for a vote. */
export function messageIn(bytes: Uint8Array): Uint8Array {
  const [count = 0] = bytes;
  const end = 1 + SIGNATURE * count;
  const isTransaction = count > 0 && count < 0x80 && bytes.length > end && isZero(bytes.subarray(1, end));
  return isTransaction ? bytes.subarray(end) : bytes;
}
