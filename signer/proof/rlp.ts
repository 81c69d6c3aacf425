/**
 * Recursive Length Prefix, decoded strictly: one encoding per value, nothing left over (Yellow Paper, appendix B).
 *
 * Every item keeps its own encoding, since a trie tells an embedded node from a hashed one by its encoded length.
 */

import { refuse } from '../formats/refusal.ts';
import { uintOf } from '../formats/words.ts';

type Bytes = Uint8Array;

export type RlpString = { readonly kind: 'string'; readonly encoded: Bytes; readonly bytes: Bytes };
export type RlpList = { readonly kind: 'list'; readonly encoded: Bytes; readonly items: readonly RlpItem[] };
export type RlpItem = RlpString | RlpList;

// A trie node nests an embedded node in at most four others; a header nests nothing.
const MAX_DEPTH = 8;

export function decodeRlp(bytes: Bytes): RlpItem {
  const item = decodeItem(bytes, 0);
  if (item.encoded.length !== bytes.length) {
    refuse('RLP_TRAILING_BYTES', `${bytes.length - item.encoded.length} bytes after the item`);
  }
  return item;
}

export function rlpString(item: RlpItem | undefined): Bytes {
  if (item?.kind !== 'string') refuse('RLP_WRONG_KIND', `expected a string, got ${item?.kind ?? 'nothing'}`);
  return item.bytes;
}

export function rlpList(item: RlpItem): readonly RlpItem[] {
  if (item.kind !== 'list') refuse('RLP_WRONG_KIND', 'expected a list, got a string');
  return item.items;
}

/** An unsigned integer: no leading zero, at most `maxBytes` long. Zero is the empty string. */
export function rlpUint(item: RlpItem | undefined, maxBytes: number): bigint {
  const bytes = rlpString(item);
  if (bytes.length > maxBytes) refuse('RLP_INTEGER_TOO_LONG', `${bytes.length} bytes, at most ${maxBytes}`);
  if (bytes[0] === 0) refuse('RLP_LEADING_ZERO', 'an integer starts with a zero byte');
  return uintOf(bytes);
}

function decodeItem(bytes: Bytes, depth: number): RlpItem {
  if (depth > MAX_DEPTH) refuse('RLP_TOO_DEEP', `more than ${MAX_DEPTH} lists in each other`);
  const first = bytes[0];
  if (first === undefined) refuse('RLP_TRUNCATED', 'no first byte');
  if (first < 0x80) return { kind: 'string', encoded: bytes.subarray(0, 1), bytes: bytes.subarray(0, 1) };
  const { start, end } = payloadBounds(bytes, first);
  const encoded = bytes.subarray(0, end);
  const payload = bytes.subarray(start, end);
  if (first >= 0xc0) return { kind: 'list', encoded, items: decodeItems(payload, depth + 1) };
  if (payload.length === 1 && (payload[0] ?? 0) < 0x80) refuse('RLP_NOT_MINIMAL', 'a wrapped single byte');
  return { kind: 'string', encoded, bytes: payload };
}

function decodeItems(payload: Bytes, depth: number): readonly RlpItem[] {
  const items: RlpItem[] = [];
  for (let at = 0; at < payload.length; ) {
    const item = decodeItem(payload.subarray(at), depth);
    items.push(item);
    at += item.encoded.length;
  }
  return items;
}

function payloadBounds(bytes: Bytes, first: number): { readonly start: number; readonly end: number } {
  const short = first - (first >= 0xc0 ? 0xc0 : 0x80);
  const lengthBytes = Math.max(0, short - 55);
  const length = lengthBytes === 0 ? short : longLength(bytes.subarray(1, 1 + lengthBytes), lengthBytes);
  const start = 1 + lengthBytes;
  const end = start + length;
  if (end > bytes.length) refuse('RLP_TRUNCATED', `an item of ${end} bytes in ${bytes.length}`);
  return { start, end };
}

function longLength(digits: Bytes, expected: number): number {
  if (digits.length < expected) refuse('RLP_TRUNCATED', 'inside a length');
  if (digits[0] === 0) refuse('RLP_NOT_MINIMAL', 'a length starts with a zero byte');
  const length = digits.reduce((value, digit) => value * 256 + digit, 0);
  if (length < 56) refuse('RLP_NOT_MINIMAL', `a long form for ${length} bytes`);
  return length;
}
