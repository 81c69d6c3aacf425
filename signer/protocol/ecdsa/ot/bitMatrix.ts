/** Matrices of bits in 32-bit words: bit b of a row is bit b mod 32 of its word b div 32. */
import { unmoved } from '../../secret.ts';
import { LAMBDA_C, XI } from '../parameters.ts';

/** Bits of one column of OT extension: the choice bits, and as many again as the consistency check reveals sums of. */
export const COLUMN_BITS = XI + LAMBDA_C;
export const COLUMN_WORDS = COLUMN_BITS / 32;
/** Words of one row, which has one bit for each base OT. */
export const ROW_WORDS = LAMBDA_C / 32;

/** From LAMBDA_C columns of COLUMN_WORDS words to COLUMN_BITS rows of ROW_WORDS words. */
export function transpose(columns: Uint32Array): Uint32Array {
  const rows = new Uint32Array(COLUMN_BITS * ROW_WORDS);
  const square = new Uint32Array(32);
  for (let across = 0; across < ROW_WORDS; across++) {
    for (let down = 0; down < COLUMN_WORDS; down++) {
      for (let k = 0; k < 32; k++) square[k] = columns[(32 * across + k) * COLUMN_WORDS + down] as number;
      transposeSquare(square);
      for (let k = 0; k < 32; k++) rows[(32 * down + k) * ROW_WORDS + across] = square[k] as number;
    }
  }
  square.fill(0);
  return rows;
}

/** Swaps ever smaller blocks across the diagonal (Hacker's Delight, 7-3). */
function transposeSquare(square: Uint32Array): void {
  for (let width = 16, mask = 0x0000ffff; width > 0; width >>>= 1, mask ^= mask << width) {
    for (let k = 0; k < 32; k = (k + width + 1) & ~width) {
      const low = square[k] as number;
      const high = square[k + width] as number;
      const swapped = ((low >>> width) ^ high) & mask;
      square[k] = low ^ (swapped << width);
      square[k + width] = high ^ swapped;
    }
  }
}

/** 0 or 1. */
export function bitOf(words: Uint32Array, at: number): number {
  return ((words[at >>> 5] as number) >>> (at & 31)) & 1;
}

/** Little-endian, so that bit b of the words is bit b mod 8 of byte b div 8. */
export function bytesOfWords(words: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = (words[k >>> 2] as number) >>> (8 * (k & 3));
  return bytes;
}

/** As `unmoved`. */
export function unmovedWords(length: number): Uint32Array {
  return new Uint32Array(unmoved(4 * length).buffer);
}

export function wordsOfBytes(bytes: Uint8Array): Uint32Array {
  const words = unmovedWords(bytes.length / 4);
  for (let k = 0; k < bytes.length; k++) {
    words[k >>> 2] = (words[k >>> 2] as number) | ((bytes[k] as number) << (8 * (k & 3)));
  }
  return words;
}
