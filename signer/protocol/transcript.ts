/** One unambiguous encoding for everything that is hashed: no two different inputs have the same bytes. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** Bytes, text, a whole number below 2^32, or a list of such. */
export type Item = Uint8Array | string | number | readonly Item[];

// A tag for each kind and a length for each item: ["a", "b"], ["ab"] and [["a"], "b"] all differ.
const BYTES = 0;
const TEXT = 1;
const NUMBER = 2;
const LIST = 3;

/** 32 bytes that name `items` under `label`. */
export function transcriptHash(label: string, ...items: readonly Item[]): Uint8Array {
  return sha256(encodeItem(['quorate/v1', label, items]));
}

export function encodeItem(item: Item): Uint8Array {
  return concatBytes(...partsOf(item));
}

function partsOf(item: Item): readonly Uint8Array[] {
  if (typeof item === 'number') return [head(NUMBER, 4), uint32(item)];
  if (typeof item === 'string') return framed(TEXT, utf8ToBytes(item));
  if (item instanceof Uint8Array) return framed(BYTES, item);
  return [head(LIST, item.length), ...item.flatMap(partsOf)];
}

function framed(tag: number, bytes: Uint8Array): readonly Uint8Array[] {
  return [head(tag, bytes.length), bytes];
}

function head(tag: number, length: number): Uint8Array {
  return Uint8Array.of(tag, ...uint32(length));
}

function uint32(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32) throw new RangeError(`not a uint32: ${value}`);
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
