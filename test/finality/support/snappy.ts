/** Undoes Snappy's block format, in which the consensus specification publishes its test vectors. */

/** A stream of literals and copies after the length, https://github.com/google/snappy/blob/main/format_description.txt */
export function unsnappy(bytes: Uint8Array): Uint8Array {
  const { value: length, next } = varint(bytes);
  const out = new Uint8Array(length);
  let [from, to] = [next, 0];
  while (from < bytes.length) {
    const tag = bytes[from]!;
    if ((tag & 3) === 0) {
      const { size, start } = literal(bytes, from);
      out.set(bytes.subarray(start, start + size), to);
      [from, to] = [start + size, to + size];
    } else {
      const { size, offset, start } = copy(bytes, from);
      for (let i = 0; i < size; i++) out[to + i] = out[to + i - offset]!;
      [from, to] = [start, to + size];
    }
  }
  if (to !== length) throw new Error(`${to} bytes, ${length} announced`);
  return out;
}

function little(bytes: Uint8Array, at: number, count: number): number {
  return Array.from({ length: count }, (_, i) => bytes[at + i]! * 256 ** i).reduce((a, b) => a + b, 0);
}

function varint(bytes: Uint8Array): { value: number; next: number } {
  let [value, next] = [0, 0];
  do value += (bytes[next]! & 0x7f) * 128 ** next;
  while ((bytes[next++]! & 0x80) !== 0);
  return { value, next };
}

function literal(bytes: Uint8Array, at: number): { size: number; start: number } {
  const short = bytes[at]! >> 2;
  if (short < 60) return { size: short + 1, start: at + 1 };
  const count = short - 59;
  return { size: little(bytes, at + 1, count) + 1, start: at + 1 + count };
}

function copy(bytes: Uint8Array, at: number): { size: number; offset: number; start: number } {
  const tag = bytes[at]!;
  if ((tag & 3) === 1) return { size: ((tag >> 2) & 7) + 4, offset: ((tag >> 5) << 8) | bytes[at + 1]!, start: at + 2 };
  const count = (tag & 3) === 2 ? 2 : 4;
  return { size: (tag >> 2) + 1, offset: little(bytes, at + 1, count), start: at + 1 + count };
}
