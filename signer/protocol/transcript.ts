/** One unambiguous encoding for everything that is hashed: no two different inputs have the same bytes. */
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
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
  return encoded(['quorate/v1', label, items], hash);
}

export function encodeItem(item: Item): Uint8Array {
  return encoded(item, (bytes) => bytes.slice());
}

/** Where items are written, one after the other: thousands of short texts are hashed. Grows, and is zeros between uses. */
let room = new Uint8Array(1024);

/** `use` gets the encoding in place. */
function encoded<T>(item: Item, use: (bytes: Uint8Array) => T): T {
  let end: number | undefined;
  try {
    end = write(item, 0);
    return use(room.subarray(0, end));
  } finally {
    wipe(end === undefined ? room : room.subarray(0, end)); // secrets are hashed too
  }
}

/** @returns where the item ends */
function write(item: Item, at: number): number {
  if (typeof item === 'number') return writeUint32(item, writeHead(NUMBER, 4, at));
  if (typeof item === 'string') return writeFramed(TEXT, utf8(item), at);
  if (item instanceof Uint8Array) return writeFramed(BYTES, item, at);
  let end = writeHead(LIST, item.length, at);
  for (const inner of item) end = write(inner, end);
  return end;
}

function writeFramed(tag: number, bytes: Uint8Array, at: number): number {
  const start = writeHead(tag, bytes.length, at);
  makeRoom(start + bytes.length);
  room.set(bytes, start);
  return start + bytes.length;
}

function writeHead(tag: number, length: number, at: number): number {
  makeRoom(at + 1);
  room[at] = tag;
  return writeUint32(length, at + 1);
}

function writeUint32(value: number, at: number): number {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** 32) throw new RangeError(`not a uint32: ${value}`);
  makeRoom(at + 4);
  for (let k = 0; k < 4; k++) room[at + k] = value >>> (24 - 8 * k);
  return at + 4;
}

function makeRoom(end: number): void {
  if (end <= room.length) return;
  const larger = new Uint8Array(2 * end);
  larger.set(room);
  wipe(room);
  room = larger;
}

// Half a character has no UTF-8 of its own: all such texts would have the same bytes.
function utf8(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('not a text: half a character');
  return utf8ToBytes(text);
}
