/** Public bytes: compared, concatenated and spelled. Nothing here is secret, so comparisons may stop early. */

import { bytesToHex } from '@noble/hashes/utils.js';

export type Bytes = Uint8Array;

export function isEqual(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function isZero(bytes: Bytes): boolean {
  return bytes.every((byte) => byte === 0);
}

export function hex(bytes: Bytes): string {
  return `0x${bytesToHex(bytes)}`;
}

export function concat(...parts: readonly Bytes[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function uintToBytes(value: bigint, size: number): Bytes {
  return Uint8Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

/** Little-endian, as SSZ has it. */
export function bytesToUint(bytes: Bytes): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
