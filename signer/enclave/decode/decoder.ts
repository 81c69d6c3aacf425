/**
 * Strict decoding of a call's parameters: exactly the fields that api.ts declares, each of its kind and under its cap. Bytes are
 * decoded once, here, at the border; what is decoded is still unverified.
 *
 * A decoder refuses with CALL_MALFORMED and the place that disagreed.
 */

import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';

type Bytes = Uint8Array;

/** Bits of an integer that JSON carries whole. */
export const SAFE_BITS = 53;

export type Decoder<T> = (value: unknown, at: string) => T;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;
type Shape<T> = { readonly [Name in keyof T]: Decoder<T[Name]> };

/** An object of exactly these fields. */
export function object<T extends object>(shape: Shape<T>): Decoder<T> {
  const names = Object.keys(shape) as (keyof T & string)[];
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed(at, 'not an object');
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(shape, name));
    if (unknown !== undefined) malformed(at, `unknown field ${unknown.slice(0, 64)}`);
    const entries = names.map((name) => {
      if (!Object.hasOwn(value, name)) malformed(at, `no field ${name}`);
      return [name, shape[name]((value as Record<string, unknown>)[name], `${at}.${name}`)];
    });
    return Object.fromEntries(entries) as T;
  };
}

export function listOf<T>(element: Decoder<T>, most: number): Decoder<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) malformed(at, 'not a list');
    if (value.length > most) malformed(at, `${value.length} elements, at most ${most}`);
    return value.map((each, index) => element(each, `${at}[${index}]`));
  };
}

export function nullOr<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (value, at) => (value === null ? null : decoder(value, at));
}

/** Lower-case 0x-hex of at most so many bytes. */
export function hexUpTo(most: number): Decoder<Bytes> {
  return (value, at) => {
    if (typeof value !== 'string') malformed(at, 'not a string');
    if (value.length > 2 + 2 * most) malformed(at, `longer than ${most} bytes`);
    if (!/^0x(?:[0-9a-f]{2})*$/.test(value)) malformed(at, 'not lower-case 0x-hex of even length');
    return hexToBytes(value.slice(2));
  };
}

/** Lower-case 0x-hex of exactly so many bytes. */
export function hexOf(length: number): Decoder<Bytes> {
  const decode = hexUpTo(length);
  return (value, at) => {
    const bytes = decode(value, at);
    if (bytes.length !== length) malformed(at, `${bytes.length} bytes, expected ${length}`);
    return bytes;
  };
}

/** A JSON number that is an unsigned integer of so many bits, at most 53. */
export function integerOf(bits: number): Decoder<number> {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
      return malformed(at, 'not an unsigned integer');
    }
    if (value >= 2 ** bits) malformed(at, `${value} has more than ${bits} bits`);
    return value;
  };
}

/** A decimal string without leading zeros, of so many bits. */
export function decimalOf(bits: number): Decoder<bigint> {
  return (value, at) => {
    if (typeof value !== 'string' || !/^(?:0|[1-9][0-9]{0,77})$/.test(value))
      return malformed(at, 'not a decimal string');
    const integer = BigInt(value);
    if (integer >= 1n << BigInt(bits)) malformed(at, `${value} has more than ${bits} bits`);
    return integer;
  };
}

/** Text of at most so many UTF-8 bytes, well-formed. */
export function textUpTo(most: number): Decoder<string> {
  return (value, at) => {
    if (typeof value !== 'string') return malformed(at, 'not a string');
    if (value.length > most || utf8ToBytes(value).length > most) malformed(at, `longer than ${most} bytes`);
    if (!value.isWellFormed()) malformed(at, 'not well-formed Unicode');
    return value;
  };
}

/** Anything: somebody else decodes it. */
export const anything: Decoder<unknown> = (value) => value;

function malformed(at: string, detail: string): never {
  refuse('CALL_MALFORMED', `${at}: ${detail}`);
}
