/** One unambiguous encoding for everything that is hashed: no two different inputs have the same bytes. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { wipe } from './secret.ts';

/** Bytes, text, a whole number below 2^32, or a list of such. */
export type Item = Uint8Array | string | number | readonly Item[];

// A tag for each kind and a length for each item: ["a", "b"], ["ab"] and [["a"], "b"] all differ.
const BYTES = 0;
const TEXT = 1;
const NUMBER = 2;
const LIST = 3;

/** 32 bytes that name `items` under `label`. */
export function transcriptHash(label: string, ...items: readonly Item[]): Uint8Array {
  return hashed(sha256, label, items);
}

/** 64 bytes that do: to be hashed to a group. */
export function wideTranscriptHash(label: string, ...items: readonly Item[]): Uint8Array {
  return hashed(sha512, label, items);
}

function hashed(hash: (bytes: Uint8Array) => Uint8Array, label: string, items: readonly Item[]): Uint8Array {
  const encoded = encodeItem(['quorate/v1', label, items]);
  const digest = hash(encoded);
  wipe(encoded); // secrets are hashed too
  return digest;
}

export function encodeItem(item: Item): Uint8Array {
  const parts: Uint8Array[] = [];
  collect(item, parts);
  return concatBytes(...parts);
}

function collect(item: Item, parts: Uint8Array[]): void {
  if (typeof item === 'number') parts.push(head(NUMBER, 4), uint32(item));
  else if (typeof item === 'string') pushFramed(TEXT, utf8(item), parts);
  else if (item instanceof Uint8Array) pushFramed(BYTES, item, parts);
  else {
    parts.push(head(LIST, item.length));
    for (const inner of item) collect(inner, parts);
  }
}

function pushFramed(tag: number, bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(head(tag, bytes.length), bytes);
}

// Half a character has no UTF-8 of its own: all such texts would have the same bytes.
function utf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('not a text: half a character');
  return utf8ToBytes(text);
}

function head(tag: number, length: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = tag;
  bytes.set(uint32(length), 1);
  return bytes;
}

function uint32(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32) throw new RangeError(`not a uint32: ${value}`);
  const bytes = new Uint8Array(4);
  for (let k = 0; k < 4; k++) bytes[k] = value >>> (24 - 8 * k);
  return bytes;
}
