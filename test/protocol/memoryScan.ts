/** Looks for bytes in the memory of this very process. What it looks for it keeps masked, or it would find itself. */
import { openSync, readFileSync, readSync } from 'node:fs';

const MASK = 0x5a;
const MASK_WORD = 0x5a5a5a5a;
/** So many first bytes are looked for. */
const NEEDLE_BYTES = 16;
const CHUNK_BYTES = 1 << 20;
const NOTHING = Buffer.alloc(CHUNK_BYTES);
/** Reserved, not used: an engine's address space. */
const MAX_MAPPING_BYTES = 2n ** 32n;

export function masked(bytes: Uint8Array): Uint8Array {
  const needle = new Uint8Array(NEEDLE_BYTES);
  for (let k = 0; k < NEEDLE_BYTES; k++) needle[k] = (bytes[k] as number) ^ MASK;
  return needle;
}

/** Masked in all bytes: what needles are looked for in. */
export function maskedWhole(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ MASK));
}

/** How often each is there, wherever this process may write. In one pass, however many they are. */
export function occurrences(needles: readonly Uint8Array[]): readonly number[] {
  const counts = needles.map(() => 0);
  const byStart = new Map<number, number[]>();
  const starts = new Uint8Array(1 << 16);
  for (const [n, needle] of needles.entries()) {
    starts[pairAt(needle, 0)] = 1;
    byStart.set(pairAt(needle, 0), [...(byStart.get(pairAt(needle, 0)) ?? []), n]);
  }
  const memory = openSync('/proc/self/mem', 'r');
  const chunk = Buffer.from(new ArrayBuffer(CHUNK_BYTES));
  const words = new Int32Array(chunk.buffer);
  for (const [from, to] of writable()) {
    // Chunks overlap, so that nothing lies across their border; what lies in the overlap may be counted twice.
    for (let at = from; at < to; at += BigInt(CHUNK_BYTES - NEEDLE_BYTES)) {
      const length = Number(to - at < BigInt(CHUNK_BYTES) ? to - at : BigInt(CHUNK_BYTES));
      const read = readAt(memory, chunk, length, at);
      if (chunk.equals(NOTHING)) continue; // most of what engines reserve
      for (let k = 0; k < words.length; k++) words[k] = (words[k] as number) ^ MASK_WORD;
      for (let i = 0; i + NEEDLE_BYTES <= read; i++) {
        if (starts[pairAt(chunk, i)] === 0) continue;
        for (const n of byStart.get(pairAt(chunk, i)) ?? []) {
          if (isAt(chunk, i, needles[n] as Uint8Array)) counts[n] = (counts[n] as number) + 1;
        }
      }
      chunk.fill(0);
    }
  }
  return counts;
}

function pairAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function isAt(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let k = 0; k < NEEDLE_BYTES; k++) if (bytes[at + k] !== needle[k]) return false;
  return true;
}

function readAt(memory: number, chunk: Buffer, length: number, at: bigint): number {
  try {
    return readSync(memory, chunk, 0, length, at as unknown as number);
  } catch {
    return 0; // unmapped meanwhile
  }
}

function writable(): readonly (readonly [bigint, bigint])[] {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (!found) return [];
      const range = [BigInt(`0x${found[1]}`), BigInt(`0x${found[2]}`)] as const;
      return range[1] - range[0] > MAX_MAPPING_BYTES ? [] : [range];
    });
}
