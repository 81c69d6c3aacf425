/** Looks for bytes in the memory of this very process. What it looks for it keeps masked, or it would find itself. */
import { openSync, readFileSync, readSync } from 'node:fs';

const MASK = 0x5a;
const MASK_WORD = 0x5a5a5a5a;
/** So many first bytes are looked for. */
const NEEDLE_BYTES = 16;
const CHUNK_BYTES = 1 << 20;
/** Reserved, not used: an engine's address space. */
const MAX_MAPPING_BYTES = 2n ** 32n;

export function masked(bytes: Uint8Array): Uint8Array {
  const needle = new Uint8Array(NEEDLE_BYTES);
  for (let k = 0; k < NEEDLE_BYTES; k++) needle[k] = (bytes[k] as number) ^ MASK;
  return needle;
}

/** How often each is there, wherever this process may write. */
export function occurrences(needles: readonly Uint8Array[]): readonly number[] {
  const counts = needles.map(() => 0);
  const memory = openSync('/proc/self/mem', 'r');
  const chunk = Buffer.from(new ArrayBuffer(CHUNK_BYTES));
  const words = new Int32Array(chunk.buffer);
  for (const [from, to] of writable()) {
    // Chunks overlap, so that nothing lies across their border; what lies in the overlap may be counted twice.
    for (let at = from; at < to; at += BigInt(CHUNK_BYTES - NEEDLE_BYTES)) {
      const length = Number(to - at < BigInt(CHUNK_BYTES) ? to - at : BigInt(CHUNK_BYTES));
      const read = readAt(memory, chunk, length, at);
      for (let k = 0; k < words.length; k++) words[k] = (words[k] as number) ^ MASK_WORD;
      for (const [n, needle] of needles.entries()) {
        const seen = chunk.subarray(0, read);
        for (let i = seen.indexOf(needle); i >= 0; i = seen.indexOf(needle, i + 1))
          counts[n] = (counts[n] as number) + 1;
      }
      chunk.fill(0);
    }
  }
  return counts;
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
