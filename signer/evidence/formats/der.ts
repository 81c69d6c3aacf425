/** Distinguished Encoding Rules (X.690), as far as certificates need them: definite, minimal lengths, low tags, nothing left over. */

import { refuse } from '../refusal.ts';
import { type Bytes, toHex } from './bytes.ts';

export type Der = { readonly tag: number; readonly content: Bytes; readonly encoded: Bytes };

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nil: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number]` of a context, constructed. */
export function context(number: number): number {
  return 0xa0 + number;
}

/** `[number]` of a context, primitive. */
export function contextPrimitive(number: number): number {
  return 0x80 + number;
}

/** One value and not a byte more. */
export function decodeDer(bytes: Bytes, tag: number, what: string): Der {
  const fields = new DerFields(bytes, what);
  const value = fields.next(tag, what);
  fields.end();
  return value;
}

/** The values inside a constructed one, in order: each is taken by its tag, or it is absent. */
export class DerFields {
  readonly #bytes: Bytes;
  readonly #what: string;
  #at = 0;

  constructor(bytes: Bytes, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  next(tag: number, what: string): Der {
    const found = this.#bytes[this.#at];
    if (found !== tag)
      refuse('DER_MALFORMED', `${what} of ${this.#what} has tag ${found}, not ${tag}`, {
        what,
        found: found ?? null,
        tag,
      });
    return this.#take(what);
  }

  optional(tag: number, what: string): Der | null {
    return this.#bytes[this.#at] === tag ? this.next(tag, what) : null;
  }

  fields(tag: number, what: string): DerFields {
    return new DerFields(this.next(tag, what).content, what);
  }

  any(what: string): Der {
    return this.#take(what);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) refuse('DER_MALFORMED', `${left} bytes too many in ${this.#what}`, { what: this.#what, left });
  }

  #take(what: string): Der {
    const start = this.#at;
    const tag = this.#bytes[start];
    if (tag === undefined || (tag & 0x1f) === 0x1f)
      refuse('DER_MALFORMED', `no tag, or a long one, for ${what}`, { what, tag: tag ?? null });
    const { length, headerBytes } = lengthAt(this.#bytes, start + 1, what);
    const begin = start + 1 + headerBytes;
    const end = begin + length;
    if (end > this.#bytes.length)
      refuse('DER_MALFORMED', `${what} ends at byte ${end} of ${this.#bytes.length}`, { what, end });
    this.#at = end;
    return { tag, content: this.#bytes.subarray(begin, end), encoded: this.#bytes.subarray(start, end) };
  }
}

/** Three bytes of length reach 16 MiB, more than any cap of this floor. */
const MOST_LENGTH_BYTES = 3;

function lengthAt(bytes: Bytes, at: number, what: string): { readonly length: number; readonly headerBytes: number } {
  const first = bytes[at];
  if (first === undefined || first === 0x80 || first > 0x80 + MOST_LENGTH_BYTES)
    refuse('DER_MALFORMED', `${what} has no definite length of at most ${MOST_LENGTH_BYTES} bytes`, { what });
  if (first < 0x80) return { length: first, headerBytes: 1 };
  const digits = bytes.subarray(at + 1, at + 1 + first - 0x80);
  const length = digits.reduce((value, digit) => value * 256 + digit, 0);
  const isMinimal = digits.length === first - 0x80 && digits[0] !== 0 && length >= 0x80;
  if (!isMinimal) refuse('DER_MALFORMED', `the length of ${what} is not minimal`, { what, length: toHex(digits) });
  return { length, headerBytes: 1 + digits.length };
}

/** Big-endian magnitude without leading zeros, of an INTEGER that is not negative. Zero is no byte. */
export function unsigned(der: Der, what: string): Bytes {
  const [first, second] = der.content;
  if (first === undefined) refuse('DER_MALFORMED', `${what} is an empty integer`, { what });
  if (first >= 0x80) refuse('DER_MALFORMED', `${what} is negative`, { what });
  if (first !== 0) return der.content;
  if (second !== undefined && second < 0x80) refuse('DER_MALFORMED', `${what} is not minimal`, { what });
  return der.content.subarray(1);
}

/** An INTEGER or ENUMERATED of at most four bytes. */
export function smallInteger(der: Der, what: string): number {
  const magnitude = unsigned(der, what);
  if (magnitude.length > 4) refuse('DER_MALFORMED', `${what} has ${magnitude.length} bytes`, { what });
  return magnitude.reduce((value, digit) => value * 256 + digit, 0);
}

/** > 11.1: if the encoding represents TRUE, its single contents octet shall have all eight bits set. */
export function boolean(der: Der, what: string): boolean {
  const [value] = der.content;
  if (der.content.length !== 1 || (value !== 0 && value !== 0xff))
    refuse('DER_MALFORMED', `${what} is no boolean`, { what });
  return value === 0xff;
}

/** A BIT STRING of whole bytes. */
export function bitBytes(der: Der, what: string): Bytes {
  if (der.content[0] !== 0) refuse('DER_MALFORMED', `${what} is not of whole bytes`, { what });
  return der.content.subarray(1);
}

/** Dotted numbers, minimal base 128. */
export function oidText(der: Der, what: string): string {
  const numbers: number[] = [];
  let value = 0;
  let isInside = false;
  for (const byte of der.content) {
    if (!isInside && byte === 0x80) refuse('DER_MALFORMED', `${what} has a padded object identifier`, { what });
    value = value * 128 + (byte & 0x7f);
    if (value > 0xffff_ffff) refuse('DER_MALFORMED', `${what} has a vast object identifier`, { what });
    isInside = byte >= 0x80;
    if (isInside) continue;
    numbers.push(value);
    value = 0;
  }
  const [first] = numbers;
  if (isInside || first === undefined) refuse('DER_MALFORMED', `${what} has a cut object identifier`, { what });
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - 40 * top, ...numbers.slice(1)].join('.');
}
