/** A cursor over Bitcoin's serialisation: little-endian integers and compact sizes, each in its only encoding. */

import type { RefusalCode } from '../../formats/refusal.ts';
import { refuse } from '../../formats/refusal.ts';

type Bytes = Uint8Array;

export type Reader = {
  bytes(length: number): Bytes;
  /** Little-endian; exact up to 2^53, and what is larger exceeds every cap. */
  uint(length: number): number;
  uint64(): bigint;
  compactSize(): number;
  /** Bytes that were read. */
  position(): number;
  /** Refuses what is left over. */
  finish(): void;
};

/** `code` is what this reader refuses with: the caller knows what it reads. */
export function reader(source: Bytes, code: RefusalCode): Reader {
  let at = 0;
  const bytes = (length: number): Bytes => {
    if (length > source.length - at) refuse(code, `${length} bytes wanted at ${at} of ${source.length}`);
    at += length;
    return source.subarray(at - length, at);
  };
  const uint64 = (): bigint => littleEndian(bytes(8));
  const uint = (length: number): number => Number(littleEndian(bytes(length)));
  return {
    bytes,
    uint,
    uint64,
    compactSize: () => {
      const first = uint(1);
      const long = COMPACT_SIZES[first];
      if (long === undefined) return first;
      const value = uint(long.bytes);
      if (value < long.least) refuse(code, `a compact size of ${long.bytes} bytes for ${value}`);
      return value;
    },
    position: () => at,
    finish: () => {
      if (at < source.length) refuse(code, `${source.length - at} bytes left over`);
    },
  };
}

/** By the first byte: how many bytes follow, and the least value that needs them. */
const COMPACT_SIZES: Readonly<Record<number, { readonly bytes: number; readonly least: number }>> = {
  253: { bytes: 2, least: 0xfd },
  254: { bytes: 4, least: 0x10000 },
  255: { bytes: 8, least: 0x100000000 },
};

function littleEndian(bytes: Bytes): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
