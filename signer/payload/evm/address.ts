/** Addresses as people write them (ERC-55). */

import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import { hash, ZERO_WORD } from '../../formats/words.ts';

type Bytes = Uint8Array;

export const ADDRESS_BYTES = 20;
export const ZERO_ADDRESS: Bytes = ZERO_WORD.subarray(0, ADDRESS_BYTES);

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** > print the ith digit in uppercase if it's a letter and the 4*ith bit of the hash of the lowercase hexadecimal address is 1 */
export function checksumAddress(address: Bytes): string {
  const lower = bytesToHex(address);
  const digest = bytesToHex(hash(utf8ToBytes(lower)));
  const digits = Array.from(lower, (digit, at) =>
    Number.parseInt(digest[at] ?? '0', 16) >= 8 ? digit.toUpperCase() : digit,
  );
  return `0x${digits.join('')}`;
}

/** Undefined where it is no address at all. @throws Refused ADDRESS_CHECKSUM where its case is mixed, and another than its checksum */
export function parseAddress(text: string): Bytes | undefined {
  if (!ADDRESS.test(text)) return undefined;
  const digits = text.slice(2);
  const address = hexToBytes(digits);
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  const right = checksumAddress(address);
  if (isMixed && text !== right) refuse('ADDRESS_CHECKSUM', `${text} would be written ${right}: a digit may be wrong`);
  return address;
}
