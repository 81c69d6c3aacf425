/** Values as JSON between host, enclave and other hosts spells them. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';

/** Lower-case 0x-prefixed hex of even length. */
export type Hex = `0x${string}`;
/** Unsigned integer beyond 2^53 as a decimal string without leading zeros. */
export type Decimal = string;

/** A value of bytes and integers as it travels: the same fields, spelt for JSON. */
export type Wire<T> = T extends Uint8Array
  ? Hex
  : T extends bigint
    ? Decimal
    : T extends readonly (infer Item)[]
      ? readonly Wire<Item>[]
      : T extends object
        ? { readonly [Name in keyof T]: Wire<T[Name]> }
        : T;

export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/** @throws Error unless it is hex of even length */
export function fromHex(hex: Hex): Uint8Array {
  return hexToBytes(hex.slice(2));
}
