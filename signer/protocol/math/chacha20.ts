/**
 * The block function of ChaCha20 (RFC 8439 §2.3) on words, for keys that are used once: nonce zero, a counter. Where a key is to be
 * stretched it gives eight times as much in the time of SHA-256. 32-bit operations only, so time shows nothing.
 */

/** Words of a key, and of a block. */
export const KEY_WORDS = 8;
export const BLOCK_WORDS = 16;

/** Writes block `counter` of the stream under `key` to `out` at `at`. Written out, as sixteen variables stay in registers where an array would not. */
export function chachaBlock(key: Uint32Array, counter: number, out: Uint32Array, at: number): void {
  const k0 = (key[0] as number) | 0;
  const k1 = (key[1] as number) | 0;
  const k2 = (key[2] as number) | 0;
  const k3 = (key[3] as number) | 0;
  const k4 = (key[4] as number) | 0;
  const k5 = (key[5] as number) | 0;
  const k6 = (key[6] as number) | 0;
  const k7 = (key[7] as number) | 0;
  // > "expand 32-byte k"
  let x0 = 0x61707865;
  let x1 = 0x3320646e;
  let x2 = 0x79622d32;
  let x3 = 0x6b206574;
  let x4 = k0;
  let x5 = k1;
  let x6 = k2;
  let x7 = k3;
  let x8 = k4;
  let x9 = k5;
  let x10 = k6;
  let x11 = k7;
  let x12 = counter;
  let x13 = 0;
  let x14 = 0;
  let x15 = 0;
  for (let round = 0; round < 20; round += 2) {
    // > QUARTERROUND(0, 4, 8, 12)
    x0 = (x0 + x4) | 0;
    x12 ^= x0;
    x12 = (x12 << 16) | (x12 >>> 16);
    x8 = (x8 + x12) | 0;
    x4 ^= x8;
    x4 = (x4 << 12) | (x4 >>> 20);
    x0 = (x0 + x4) | 0;
    x12 ^= x0;
    x12 = (x12 << 8) | (x12 >>> 24);
    x8 = (x8 + x12) | 0;
    x4 ^= x8;
    x4 = (x4 << 7) | (x4 >>> 25);
    // > QUARTERROUND(1, 5, 9, 13)
    x1 = (x1 + x5) | 0;
    x13 ^= x1;
    x13 = (x13 << 16) | (x13 >>> 16);
    x9 = (x9 + x13) | 0;
    x5 ^= x9;
    x5 = (x5 << 12) | (x5 >>> 20);
    x1 = (x1 + x5) | 0;
    x13 ^= x1;
    x13 = (x13 << 8) | (x13 >>> 24);
    x9 = (x9 + x13) | 0;
    x5 ^= x9;
    x5 = (x5 << 7) | (x5 >>> 25);
    // > QUARTERROUND(2, 6, 10, 14)
    x2 = (x2 + x6) | 0;
    x14 ^= x2;
    x14 = (x14 << 16) | (x14 >>> 16);
    x10 = (x10 + x14) | 0;
    x6 ^= x10;
    x6 = (x6 << 12) | (x6 >>> 20);
    x2 = (x2 + x6) | 0;
    x14 ^= x2;
    x14 = (x14 << 8) | (x14 >>> 24);
    x10 = (x10 + x14) | 0;
    x6 ^= x10;
    x6 = (x6 << 7) | (x6 >>> 25);
    // > QUARTERROUND(3, 7, 11, 15)
    x3 = (x3 + x7) | 0;
    x15 ^= x3;
    x15 = (x15 << 16) | (x15 >>> 16);
    x11 = (x11 + x15) | 0;
    x7 ^= x11;
    x7 = (x7 << 12) | (x7 >>> 20);
    x3 = (x3 + x7) | 0;
    x15 ^= x3;
    x15 = (x15 << 8) | (x15 >>> 24);
    x11 = (x11 + x15) | 0;
    x7 ^= x11;
    x7 = (x7 << 7) | (x7 >>> 25);
    // > QUARTERROUND(0, 5, 10, 15)
    x0 = (x0 + x5) | 0;
    x15 ^= x0;
    x15 = (x15 << 16) | (x15 >>> 16);
    x10 = (x10 + x15) | 0;
    x5 ^= x10;
    x5 = (x5 << 12) | (x5 >>> 20);
    x0 = (x0 + x5) | 0;
    x15 ^= x0;
    x15 = (x15 << 8) | (x15 >>> 24);
    x10 = (x10 + x15) | 0;
    x5 ^= x10;
    x5 = (x5 << 7) | (x5 >>> 25);
    // > QUARTERROUND(1, 6, 11, 12)
    x1 = (x1 + x6) | 0;
    x12 ^= x1;
    x12 = (x12 << 16) | (x12 >>> 16);
    x11 = (x11 + x12) | 0;
    x6 ^= x11;
    x6 = (x6 << 12) | (x6 >>> 20);
    x1 = (x1 + x6) | 0;
    x12 ^= x1;
    x12 = (x12 << 8) | (x12 >>> 24);
    x11 = (x11 + x12) | 0;
    x6 ^= x11;
    x6 = (x6 << 7) | (x6 >>> 25);
    // > QUARTERROUND(2, 7, 8, 13)
    x2 = (x2 + x7) | 0;
    x13 ^= x2;
    x13 = (x13 << 16) | (x13 >>> 16);
    x8 = (x8 + x13) | 0;
    x7 ^= x8;
    x7 = (x7 << 12) | (x7 >>> 20);
    x2 = (x2 + x7) | 0;
    x13 ^= x2;
    x13 = (x13 << 8) | (x13 >>> 24);
    x8 = (x8 + x13) | 0;
    x7 ^= x8;
    x7 = (x7 << 7) | (x7 >>> 25);
    // > QUARTERROUND(3, 4, 9, 14)
    x3 = (x3 + x4) | 0;
    x14 ^= x3;
    x14 = (x14 << 16) | (x14 >>> 16);
    x9 = (x9 + x14) | 0;
    x4 ^= x9;
    x4 = (x4 << 12) | (x4 >>> 20);
    x3 = (x3 + x4) | 0;
    x14 ^= x3;
    x14 = (x14 << 8) | (x14 >>> 24);
    x9 = (x9 + x14) | 0;
    x4 ^= x9;
    x4 = (x4 << 7) | (x4 >>> 25);
  }
  out[at] = x0 + 0x61707865;
  out[at + 1] = x1 + 0x3320646e;
  out[at + 2] = x2 + 0x79622d32;
  out[at + 3] = x3 + 0x6b206574;
  out[at + 4] = x4 + k0;
  out[at + 5] = x5 + k1;
  out[at + 6] = x6 + k2;
  out[at + 7] = x7 + k3;
  out[at + 8] = x8 + k4;
  out[at + 9] = x9 + k5;
  out[at + 10] = x10 + k6;
  out[at + 11] = x11 + k7;
  out[at + 12] = x12 + counter;
  out[at + 13] = x13;
  out[at + 14] = x14;
  out[at + 15] = x15;
}
