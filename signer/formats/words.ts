/** ABI words: everything that Quorate hashes is a list of 32-byte words (docs/formats.md, "Notation"). */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';

type Bytes = Uint8Array;

export const WORD_BYTES = 32;
export const ZERO_WORD: Bytes = new Uint8Array(WORD_BYTES);

export function uintWord(value: bigint | number): Bytes {
  let rest = BigInt(value);
  if (rest < 0n || rest >= 1n << 256n) throw new RangeError(`not a uint256: ${value}`);
  const word = new Uint8Array(WORD_BYTES);
  for (let at = WORD_BYTES - 1; rest > 0n; at--, rest >>= 8n) word[at] = Number(rest & 0xffn);
  return word;
}

/** Left-padded, as the ABI encodes address and uint. */
export function addressWord(address: Bytes): Bytes {
  const word = new Uint8Array(WORD_BYTES);
  word.set(sized(address, 20), 12);
  return word;
}

/** Right-padded, as the ABI encodes bytes16. */
export function bytes16Word(bytes: Bytes): Bytes {
  const word = new Uint8Array(WORD_BYTES);
  word.set(sized(bytes, 16));
  return word;
}

export function uintOf(bytes: Bytes): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** `keccak` of docs/formats.md: Keccak-256 over the ABI encoding of static words. */
export function keccak(...words: readonly Bytes[]): Bytes {
  return keccak_256(abiEncode(...words));
}

/** `list` of docs/formats.md. The same bytes as `keccak`; the name says that the number of words varies. */
export function list(words: readonly Bytes[]): Bytes {
  return keccak(...words);
}

/** `hash` of docs/formats.md: Keccak-256 of bytes of any length. */
export function hash(bytes: Bytes): Bytes {
  return keccak_256(bytes);
}

export function abiEncode(...words: readonly Bytes[]): Bytes {
  for (const word of words) sized(word, WORD_BYTES);
  return concatBytes(...words);
}

// A wrong length here is a bug: `decode/` has checked every length that comes from outside.
function sized(bytes: Bytes, length: number): Bytes {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}
