/**
 * CBOR (RFC 8949) as attestation documents use it: unsigned and negative integers, strings, arrays, maps, null; minimal heads, no repeated key,
 * nothing left over. DIFF FROM SPEC 4.2: keys stand in any order, and a map may be of indefinite length, because genuine documents are so since 2025.
 * Arrays and strings may not.
 */

import { refuse } from '../refusal.ts';
import { type Bytes, toHex, utf8 } from './bytes.ts';

export type Cbor =
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Bytes }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Cbor[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [Cbor, Cbor])[] }
  | { readonly kind: 'null' };

/** The document, its PCRs, and a level to spare. */
const MOST_DEPTH = 3;
const MOST_ITEMS = 64;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const;
const INDEFINITE_MAP = 0xbf;
const BREAK = 0xff;
const NULL = 0xf6;

export function decodeCbor(bytes: Bytes): Cbor {
  const reader = new CborReader(bytes);
  const item = reader.item(0);
  reader.end();
  return item;
}

class CborReader {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) refuse('CBOR_TRAILING_BYTES', `${left} bytes after the item`, { left });
  }

  item(depth: number): Cbor {
    if (depth > MOST_DEPTH) refuse('CBOR_MALFORMED', `more than ${MOST_DEPTH} levels`, { at: this.#at });
    if (this.#skip(NULL)) return { kind: 'null' };
    if (this.#skip(INDEFINITE_MAP)) return { kind: 'map', entries: this.#entriesUntilBreak(depth + 1) };
    const { major, argument } = this.#head();
    switch (major) {
      case MAJOR.unsigned:
        return { kind: 'integer', value: argument };
      case MAJOR.negative:
        return { kind: 'integer', value: -1 - argument };
      case MAJOR.bytes:
        return { kind: 'bytes', value: this.#take(argument) };
      case MAJOR.text:
        return { kind: 'text', value: this.#text(argument) };
      case MAJOR.array:
        return { kind: 'array', items: this.#times(argument, () => this.item(depth + 1)) };
      case MAJOR.map:
        return { kind: 'map', entries: this.#distinct(this.#times(argument, () => this.#entry(depth + 1))) };
      default:
        return refuse('CBOR_MALFORMED', 'a tag, a float or a simple value', { at: this.#at, major });
    }
  }

  #entry(depth: number): readonly [Cbor, Cbor] {
    const key = this.item(depth);
    return [key, this.item(depth)];
  }

  #entriesUntilBreak(depth: number): readonly (readonly [Cbor, Cbor])[] {
    const entries: (readonly [Cbor, Cbor])[] = [];
    while (!this.#skip(BREAK)) {
      if (entries.length === MOST_ITEMS) refuse('CBOR_MALFORMED', `more than ${MOST_ITEMS} entries`, { at: this.#at });
      entries.push(this.#entry(depth));
    }
    return this.#distinct(entries);
  }

  #distinct(entries: readonly (readonly [Cbor, Cbor])[]): readonly (readonly [Cbor, Cbor])[] {
    const seen = new Set<string>();
    for (const [key] of entries) {
      if (key.kind !== 'text' && key.kind !== 'integer')
        refuse('CBOR_MALFORMED', `a key is of kind ${key.kind}`, { at: this.#at });
      const name = `${key.kind} ${key.value}`;
      if (seen.has(name)) refuse('CBOR_DUPLICATE_KEY', `a map has a key twice: ${key.value}`, { key: key.value });
      seen.add(name);
    }
    return entries;
  }

  #times<T>(count: number, read: () => T): T[] {
    if (count > MOST_ITEMS) refuse('CBOR_MALFORMED', `${count} items, at most ${MOST_ITEMS}`, { at: this.#at, count });
    return Array.from({ length: count }, read);
  }

  #text(length: number): string {
    const text = utf8(this.#take(length));
    if (text === null) refuse('CBOR_MALFORMED', 'a text that is no UTF-8', { at: this.#at });
    return text;
  }

  #skip(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #head(): { readonly major: number; readonly argument: number } {
    const [first = 0] = this.#take(1);
    const short = first & 0x1f;
    if (short < 24) return { major: first >> 5, argument: short };
    if (short === 31)
      refuse('CBOR_INDEFINITE', 'an indefinite length of something else than a map', { at: this.#at, head: first });
    if (short > 27) refuse('CBOR_MALFORMED', 'a reserved head', { at: this.#at, head: first });
    return { major: first >> 5, argument: this.#argument(1 << (short - 24)) };
  }

  #argument(size: number): number {
    const digits = this.#take(size);
    const value = digits.reduce((sum, digit) => sum * 256 + digit, 0);
    const least = size === 1 ? 24 : 256 ** (size / 2);
    if (value < least) refuse('CBOR_NOT_MINIMAL', `${value} in ${size} bytes`, { at: this.#at, found: toHex(digits) });
    if (!Number.isSafeInteger(value))
      refuse('CBOR_MALFORMED', 'a number above 2^53', { at: this.#at, found: toHex(digits) });
    return value;
  }

  #take(length: number): Bytes {
    const end = this.#at + length;
    if (end > this.#bytes.length)
      refuse('CBOR_MALFORMED', `an item ends at byte ${end} of ${this.#bytes.length}`, { end });
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
