/**
 * Many scalars of secp256k1 in one array, twelve limbs of 22 bits each, as doubles. Forty products can be added up before a carry, which is
 * what the inner products of OT-based multiplication want. No branch and no index depends on a value; the oracle is `limbField`.
 */

import { unmoved } from '../secret.ts';
import type { Scalar } from './group.ts';
import { secp256k1Scalars } from './limbField.ts';

/** Limbs of one scalar. */
export const LIMBS = 12;
/** 32-bit words of one scalar, the most significant first. */
export const WORDS = 8;
const BITS = 22;
const MASK = 2 ** BITS - 1;
const BASE = 2 ** BITS;
const INVERSE_BASE = 1 / BASE;
/** A product has 23 limbs, and carries need room. */
const ROOM = 25;
/** How many limbs are in use before each fold. */
const FOLDED_LIMBS = [ROOM, 20, 14];
/** 2^256 is bit 14 of limb 11. */
const TOP_BITS = 14;
const TOP = 2 ** TOP_BITS;

const N = limbsOfNumber(secp256k1Scalars.order);
/** 2^264 - n·2^8: twelve full limbs are congruent to it. */
const [FOLD_0, FOLD_1, FOLD_2, FOLD_3, FOLD_4, FOLD_5, FOLD_6] = [
  ...limbsOfNumber((2n ** 256n - secp256k1Scalars.order) << 8n),
] as [number, number, number, number, number, number, number];
/** 2^256 - n. */
const DELTA = limbsOfNumber(2n ** 256n - secp256k1Scalars.order);
const DELTA_LIMBS = 6;
/** n, so often that no number below 2^256 exceeds it. */
const TWICE_N = N.map((limb) => 2 * limb);

/** A sum of products, not reduced. */
export type Accumulator = Float64Array;

export function accumulator(): Accumulator {
  return new Float64Array(ROOM);
}

export function limbRows(count: number): Float64Array {
  return new Float64Array(count * LIMBS);
}

export function limbsOf(scalar: Scalar): Float64Array {
  const words = new Uint32Array(WORDS);
  readWords(scalar, words);
  const limbs = limbRows(1);
  loadWords(words, 0, limbs, 0);
  words.fill(0);
  return limbs;
}

/** The reduced sum as a scalar. Nothing is left in the accumulator. */
export function scalarOf(sum: Accumulator): Scalar {
  reduce(sum);
  const words = new Uint32Array(WORDS);
  storeWords(sum, words, 0);
  const bytes = unmoved(4 * WORDS);
  writeWords(words, bytes);
  words.fill(0);
  sum.fill(0);
  return bytes as Scalar;
}

/** sum += a·b, where limbs are below 2^23 and the accumulator was carried within the last sixteen additions. */
export function addProduct(sum: Accumulator, a: Float64Array, atA: number, b: Float64Array, atB: number): void {
  const b0 = b[atB] as number;
  const b1 = b[atB + 1] as number;
  const b2 = b[atB + 2] as number;
  const b3 = b[atB + 3] as number;
  const b4 = b[atB + 4] as number;
  const b5 = b[atB + 5] as number;
  const b6 = b[atB + 6] as number;
  const b7 = b[atB + 7] as number;
  const b8 = b[atB + 8] as number;
  const b9 = b[atB + 9] as number;
  const b10 = b[atB + 10] as number;
  const b11 = b[atB + 11] as number;
  for (let i = 0; i < LIMBS; i++) {
    const limb = a[atA + i] as number;
    sum[i] = (sum[i] as number) + limb * b0;
    sum[i + 1] = (sum[i + 1] as number) + limb * b1;
    sum[i + 2] = (sum[i + 2] as number) + limb * b2;
    sum[i + 3] = (sum[i + 3] as number) + limb * b3;
    sum[i + 4] = (sum[i + 4] as number) + limb * b4;
    sum[i + 5] = (sum[i + 5] as number) + limb * b5;
    sum[i + 6] = (sum[i + 6] as number) + limb * b6;
    sum[i + 7] = (sum[i + 7] as number) + limb * b7;
    sum[i + 8] = (sum[i + 8] as number) + limb * b8;
    sum[i + 9] = (sum[i + 9] as number) + limb * b9;
    sum[i + 10] = (sum[i + 10] as number) + limb * b10;
    sum[i + 11] = (sum[i + 11] as number) + limb * b11;
  }
}

/** sum += factor·a, for a factor of 0 or 1. */
export function addScaled(sum: Accumulator, a: Float64Array, at: number, factor: number): void {
  for (let k = 0; k < LIMBS; k++) sum[k] = (sum[k] as number) + factor * (a[at + k] as number);
}

/** sum -= a, for a below 2^256. */
export function subtract(sum: Accumulator, a: Float64Array, at: number): void {
  for (let k = 0; k < LIMBS; k++) sum[k] = (sum[k] as number) + (TWICE_N[k] as number) - (a[at + k] as number);
}

/** Makes room for more additions: limbs pass on what is above 22 bits, and what they get waits for the next time. The value stays. */
export function carry(sum: Accumulator, length = ROOM): void {
  // Downwards, so that no limb waits for its neighbour.
  for (let k = length - 2; k >= 0; k--) {
    const rest = Math.floor((sum[k] as number) * INVERSE_BASE);
    sum[k] = (sum[k] as number) - rest * BASE;
    sum[k + 1] = (sum[k + 1] as number) + rest;
  }
}

/** To the least residue, in the first twelve limbs; all others become zero. */
export function reduce(sum: Accumulator): void {
  for (const length of FOLDED_LIMBS) {
    carry(sum, length);
    carry(sum, length);
    fold(sum, length);
  }
  reduceSum(sum);
}

/** `reduce` for what needs twelve limbs only: sums of a few scalars, without products. */
export function reduceSum(sum: Accumulator): void {
  carry(sum, LIMBS);
  levelLimbs(sum);
  foldTop(sum);
  subtractOnce(sum);
}

/** Limbs above 2^264 are brought down. */
function fold(sum: Accumulator, length: number): void {
  for (let i = LIMBS, to = 0; i < length; i++, to++) {
    const limb = sum[i] as number;
    sum[i] = 0;
    sum[to] = (sum[to] as number) + limb * FOLD_0;
    sum[to + 1] = (sum[to + 1] as number) + limb * FOLD_1;
    sum[to + 2] = (sum[to + 2] as number) + limb * FOLD_2;
    sum[to + 3] = (sum[to + 3] as number) + limb * FOLD_3;
    sum[to + 4] = (sum[to + 4] as number) + limb * FOLD_4;
    sum[to + 5] = (sum[to + 5] as number) + limb * FOLD_5;
    sum[to + 6] = (sum[to + 6] as number) + limb * FOLD_6;
  }
}

/** All limbs but the last in 0 .. 2^22 - 1, for limbs that fit 32 bits and a sum that is not negative. */
function levelLimbs(sum: Accumulator): void {
  let carried = 0;
  for (let k = 0; k < LIMBS - 1; k++) {
    const limb = (sum[k] as number) + carried;
    carried = limb >> BITS;
    sum[k] = limb & MASK;
  }
  sum[LIMBS - 1] = (sum[LIMBS - 1] as number) + carried;
}

/** Bits above 2^256 are brought down. What is left is below 2n. */
function foldTop(sum: Accumulator): void {
  const last = sum[LIMBS - 1] as number;
  const above = Math.floor(last / TOP);
  sum[LIMBS - 1] = last - above * TOP;
  for (let j = 0; j < DELTA_LIMBS; j++) sum[j] = (sum[j] as number) + above * (DELTA[j] as number);
}

/** From below 2n to below n: v is at least n exactly if v + 2^256 - n reaches 2^256, and then is v - n in its lower 256 bits. */
function subtractOnce(sum: Accumulator): void {
  let carried = 0;
  for (let k = 0; k < LIMBS; k++)
    carried = ((sum[k] as number) + (DELTA[k] as number) + carried) >> (k < LIMBS - 1 ? BITS : TOP_BITS);
  const take = carried;
  carried = 0;
  for (let k = 0; k < LIMBS; k++) {
    const limb = (sum[k] as number) + take * (DELTA[k] as number) + carried;
    carried = limb >> BITS;
    sum[k] = limb & MASK;
  }
  sum[LIMBS - 1] = (sum[LIMBS - 1] as number) & (TOP - 1);
}

/** 256 bits, which need not be below the order. */
export function loadWords(words: Uint32Array, at: number, limbs: Float64Array, to: number): void {
  const w0 = words[at + 7] as number;
  const w1 = words[at + 6] as number;
  const w2 = words[at + 5] as number;
  const w3 = words[at + 4] as number;
  const w4 = words[at + 3] as number;
  const w5 = words[at + 2] as number;
  const w6 = words[at + 1] as number;
  const w7 = words[at] as number;
  limbs[to] = w0 & MASK;
  limbs[to + 1] = ((w0 >>> 22) | (w1 << 10)) & MASK;
  limbs[to + 2] = ((w1 >>> 12) | (w2 << 20)) & MASK;
  limbs[to + 3] = (w2 >>> 2) & MASK;
  limbs[to + 4] = ((w2 >>> 24) | (w3 << 8)) & MASK;
  limbs[to + 5] = ((w3 >>> 14) | (w4 << 18)) & MASK;
  limbs[to + 6] = (w4 >>> 4) & MASK;
  limbs[to + 7] = ((w4 >>> 26) | (w5 << 6)) & MASK;
  limbs[to + 8] = ((w5 >>> 16) | (w6 << 16)) & MASK;
  limbs[to + 9] = (w6 >>> 6) & MASK;
  limbs[to + 10] = ((w6 >>> 28) | (w7 << 4)) & MASK;
  limbs[to + 11] = w7 >>> 18;
}

/** From twelve carried limbs below 2^256. */
export function storeWords(sum: Float64Array, words: Uint32Array, to: number): void {
  const l = (k: number) => sum[k] as number;
  words[to + 7] = l(0) | (l(1) << 22);
  words[to + 6] = (l(1) >>> 10) | (l(2) << 12);
  words[to + 5] = (l(2) >>> 20) | (l(3) << 2) | (l(4) << 24);
  words[to + 4] = (l(4) >>> 8) | (l(5) << 14);
  words[to + 3] = (l(5) >>> 18) | (l(6) << 4) | (l(7) << 26);
  words[to + 2] = (l(7) >>> 6) | (l(8) << 16);
  words[to + 1] = (l(8) >>> 16) | (l(9) << 6) | (l(10) << 28);
  words[to] = (l(10) >>> 4) | (l(11) << 18);
}

export function readWords(bytes: Uint8Array, words: Uint32Array): void {
  for (let k = 0, at = 0; k < words.length; k++, at += 4) {
    words[k] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
}

export function writeWords(words: Uint32Array, bytes: Uint8Array): void {
  for (let k = 0, at = 0; k < words.length; k++, at += 4) {
    const word = words[k] as number;
    bytes[at] = word >>> 24;
    bytes[at + 1] = word >>> 16;
    bytes[at + 2] = word >>> 8;
    bytes[at + 3] = word;
  }
}

function limbsOfNumber(value: bigint): Float64Array {
  return Float64Array.from({ length: LIMBS }, (_, k) => Number((value >> BigInt(BITS * k)) & BigInt(MASK)));
}
