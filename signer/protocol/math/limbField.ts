/**
 * Arithmetic modulo the order of secp256k1 without a branch or an index that depends on a value: sixteen limbs of 16 bits, as doubles,
 * whose sums stay far below 2^53. libsecp256k1's WebAssembly build offers no product of scalars, and BigInt's time shows its operands.
 */
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { Malformed } from '../reader.ts';
import { joined, unmoved } from '../secret.ts';
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

/** Where all is computed, one operation at a time; `leaving` overwrites it. */
const A = new Float64Array(LIMBS);
const B = new Float64Array(LIMBS);
const X = new Float64Array(ROOM);
const DIFFERENCE = new Float64Array(LIMBS + 1);
const SCRATCH = [A, B, X, DIFFERENCE];

export const secp256k1Scalars: ScalarField = {
  order: ORDER,
  bytes: BYTES,
  endian: 'big',
  from: (value) => numberToBytesBE(value, BYTES) as Uint8Array as Scalar,
  decode: (bytes) => {
    if (bytes.length !== BYTES || isAtLeastOrder(bytes)) throw new Malformed('not a scalar');
    return joined(bytes) as Scalar;
  },
  reduce: (wide) => {
    load(X, wide);
    return leaving(reduce());
  },
  add: (a, b) => {
    addLimbs(load(A, a), load(B, b));
    return leaving(reduceOnce());
  },
  negate: (a) => {
    subtract(N, load(A, a));
    X.set(DIFFERENCE);
    return leaving(reduceOnce());
  },
  multiply: (a, b) => {
    multiplyLimbs(load(A, a), load(B, b));
    return leaving(reduce());
  },
  isZero: (a) => a.reduce((bits, byte) => bits | byte, 0) === 0,
  evaluate: (coefficients, x) => {
    evaluate(coefficients, x);
    return leaving(reduce());
  },
  invert: (a) => numberToBytesBE(inverse(bytesToNumberBE(a), ORDER), BYTES) as Uint8Array as Scalar,
};

/** X to its least residue, as DIFFERENCE; its limbs need not be carried. */
function reduce(): Float64Array {
  for (const length of FOLDED_LIMBS) {
    carry(length);
    fold(length);
  }
  carry(LIMBS);
  return reduceOnce();
}

/** X from below 2n, as DIFFERENCE: a carry in limb 16 tells the borrow. */
function reduceOnce(): Float64Array {
  const isSmaller = subtract(X, N) - at(X, LIMBS);
  for (let k = 0; k < LIMBS; k++) DIFFERENCE[k] = at(DIFFERENCE, k) * (1 - isSmaller) + at(X, k) * isSmaller;
  return DIFFERENCE;
}

/** low + high·2^256 = low + high·DELTA. Ascending, so that what lands above 2^256 again stays there for the next time. */
function fold(length: number): void {
  for (let i = LIMBS; i < length; i++) {
    const limb = at(X, i);
    X[i] = 0;
    for (let j = 0; j < DELTA.length; j++) X[i - LIMBS + j] = at(X, i - LIMBS + j) + limb * at(DELTA, j);
  }
}

/** Every limb of X but the last below 2^16. */
function carry(length: number): void {
  for (let k = 0; k + 1 < length; k++) {
    const rest = Math.floor(at(X, k) * INVERSE_BASE);
    X[k] = at(X, k) - rest * BASE;
    X[k + 1] = at(X, k + 1) + rest;
  }
}

function addLimbs(a: Float64Array, b: Float64Array): void {
  for (let k = 0; k < LIMBS; k++) X[k] = at(a, k) + at(b, k);
  carry(LIMBS + 1);
}

function multiplyLimbs(a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < LIMBS; i++) {
    const limb = at(a, i);
    for (let j = 0; j < LIMBS; j++) X[i + j] = at(X, i + j) + limb * at(b, j);
  }
}

/** Horner's rule with an x of few bits: one more limb, folded away at every step. */
function evaluate(coefficients: readonly Scalar[], x: number): void {
  if (!coefficients.every(({ length }) => length === BYTES)) throw new RangeError('not scalars'); // before anything is in its place
  for (const coefficient of coefficients.toReversed()) {
    load(A, coefficient);
    for (let k = 0; k < LIMBS; k++) X[k] = at(X, k) * x + at(A, k);
    carry(LIMBS + 2);
    fold(LIMBS + 2);
  }
}

/** DIFFERENCE becomes a - b modulo 2^256. @returns whether b was larger */
function subtract(a: Float64Array, b: Float64Array): number {
  let borrow = 0;
  for (let k = 0; k < LIMBS; k++) {
    const limb = at(a, k) - at(b, k) - borrow;
    borrow = -Math.floor(limb * INVERSE_BASE);
    DIFFERENCE[k] = limb + borrow * BASE;
  }
  return borrow;
}

function isAtLeastOrder(bytes: Uint8Array): boolean {
  const borrow = subtract(load(A, bytes), N);
  for (const limbs of SCRATCH) limbs.fill(0);
  return borrow === 0;
}

function load(limbs: Float64Array, bigEndian: Uint8Array): Float64Array {
  for (let k = 0, end = bigEndian.length; end > 0; k++, end -= 2) {
    limbs[k] = (bigEndian[end - 2] as number) * 256 + (bigEndian[end - 1] as number);
  }
  return limbs;
}

function limbsOf(bigEndian: Uint8Array): Float64Array {
  return load(new Float64Array(LIMBS), bigEndian);
}

/** The result as bytes, and nothing else of it: every operation begins with zeros. */
function leaving(limbs: Float64Array): Scalar {
  const bytes = unmoved(BYTES);
  for (let k = 0; k < LIMBS; k++) {
    bytes[BYTES - 1 - 2 * k] = at(limbs, k) & 255;
    bytes[BYTES - 2 - 2 * k] = at(limbs, k) >>> 8;
  }
  for (const limbs of SCRATCH) limbs.fill(0);
  return bytes as Scalar;
}

/** Every index here is in range. */
function at(limbs: Float64Array, k: number): number {
  return limbs[k] as number;
}
