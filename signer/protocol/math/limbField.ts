/**
 * Arithmetic modulo the order of secp256k1 without a branch or an index that depends on a value: sixteen limbs of 16 bits, as doubles,
 * whose sums stay far below 2^53. libsecp256k1's WebAssembly build offers no product of scalars, and BigInt's time shows its operands.
 */
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { Malformed } from '../reader.ts';
import { inverse } from './bigintField.ts';
import type { Scalar, ScalarField } from './group.ts';

const BYTES = 32;
const LIMBS = 16;
const BASE = 65536;
/** Exact, as BASE is a power of two; a division may take longer for some operands. */
const INVERSE_BASE = 1 / BASE;
/** Two factors, and what carrying adds. */
const ROOM = 34;
/** How many limbs are in use before each fold: 512 bits shrink to 386, 260, 257 and 256. */
const FOLDED_LIMBS = [ROOM, 26, 19, 18];

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
/** n, least significant limb first. */
const N = limbsOf(numberToBytesBE(ORDER, BYTES));
/** 2^256 - n, in nine limbs: 2^256 is congruent to it. */
const DELTA = limbsOf(numberToBytesBE(2n ** 256n - ORDER, BYTES)).slice(0, 9);

export const secp256k1Scalars: ScalarField = {
  order: ORDER,
  bytes: BYTES,
  endian: 'big',
  from: (value) => numberToBytesBE(value, BYTES) as Uint8Array as Scalar,
  decode: (bytes) => {
    if (bytes.length !== BYTES || isAtLeastOrder(limbsOf(bytes))) throw new Malformed('not a scalar');
    return bytes.slice() as Scalar;
  },
  reduce: (wide) => encode(reduce(limbsOf(wide, ROOM))),
  add: (a, b) => encode(reduceOnce(sum(limbsOf(a), limbsOf(b)))),
  negate: (a) => encode(reduceOnce(subtract(N, limbsOf(a)).difference)),
  multiply: (a, b) => encode(reduce(product(limbsOf(a), limbsOf(b)))),
  isZero: (a) => a.reduce((bits, byte) => bits | byte, 0) === 0,
  evaluate: (coefficients, x) => encode(reduce(evaluate(coefficients, x))),
  invert: (a) => numberToBytesBE(inverse(bytesToNumberBE(a), ORDER), BYTES) as Uint8Array as Scalar,
};

/** To the least residue, in place; `x` has room for 34 limbs, which need not be carried. */
function reduce(x: Float64Array): Float64Array {
  for (const length of FOLDED_LIMBS) {
    carry(x, length);
    fold(x, length);
  }
  carry(x, LIMBS);
  return reduceOnce(x);
}

/** From below 2n: a carry in limb 16 settles the borrow. */
function reduceOnce(x: Float64Array): Float64Array {
  const { difference, borrow } = subtract(x, N);
  const isSmaller = borrow - at(x, LIMBS);
  for (let k = 0; k < LIMBS; k++) difference[k] = at(difference, k) * (1 - isSmaller) + at(x, k) * isSmaller;
  return difference;
}

/** low + high·2^256 = low + high·DELTA. Ascending, so that what lands above 2^256 again stays there for the next time. */
function fold(x: Float64Array, length: number): void {
  for (let i = LIMBS; i < length; i++) {
    const limb = at(x, i);
    x[i] = 0;
    for (let j = 0; j < DELTA.length; j++) x[i - LIMBS + j] = at(x, i - LIMBS + j) + limb * at(DELTA, j);
  }
}

/** Every limb but the last below 2^16. */
function carry(x: Float64Array, length: number): void {
  for (let k = 0; k + 1 < length; k++) {
    const rest = Math.floor(at(x, k) * INVERSE_BASE);
    x[k] = at(x, k) - rest * BASE;
    x[k + 1] = at(x, k + 1) + rest;
  }
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(ROOM);
  for (let k = 0; k < LIMBS; k++) x[k] = at(a, k) + at(b, k);
  carry(x, LIMBS + 1);
  return x;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(ROOM);
  for (let i = 0; i < LIMBS; i++) {
    const limb = at(a, i);
    for (let j = 0; j < LIMBS; j++) x[i + j] = at(x, i + j) + limb * at(b, j);
  }
  return x;
}

/** Horner's rule with an x of few bits: one more limb, folded away at every step. */
function evaluate(coefficients: readonly Scalar[], x: number): Float64Array {
  const value = new Float64Array(ROOM);
  for (const coefficient of coefficients.toReversed()) {
    const a = limbsOf(coefficient);
    for (let k = 0; k < LIMBS; k++) value[k] = at(value, k) * x + at(a, k);
    carry(value, LIMBS + 2);
    fold(value, LIMBS + 2);
  }
  return value;
}

/** a - b modulo 2^256, and whether b was larger. */
function subtract(a: Float64Array, b: Float64Array): { difference: Float64Array; borrow: number } {
  const difference = new Float64Array(LIMBS + 1);
  let borrow = 0;
  for (let k = 0; k < LIMBS; k++) {
    const limb = at(a, k) - at(b, k) - borrow;
    borrow = -Math.floor(limb * INVERSE_BASE);
    difference[k] = limb + borrow * BASE;
  }
  return { difference, borrow };
}

function isAtLeastOrder(limbs: Float64Array): boolean {
  return subtract(limbs, N).borrow === 0;
}

function limbsOf(bigEndian: Uint8Array, room = LIMBS): Float64Array {
  const limbs = new Float64Array(room);
  for (let k = 0, end = bigEndian.length; end > 0; k++, end -= 2) {
    limbs[k] = (bigEndian[end - 2] as number) * 256 + (bigEndian[end - 1] as number);
  }
  return limbs;
}

function encode(limbs: Float64Array): Scalar {
  const bytes = new Uint8Array(BYTES);
  for (let k = 0; k < LIMBS; k++) {
    bytes[BYTES - 1 - 2 * k] = at(limbs, k) & 255;
    bytes[BYTES - 2 - 2 * k] = at(limbs, k) >>> 8;
  }
  return bytes as Scalar;
}

/** Every index here is in range. */
function at(limbs: Float64Array, k: number): number {
  return limbs[k] as number;
}
