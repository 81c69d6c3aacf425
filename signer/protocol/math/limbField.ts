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
  reduce: (wide) => encode(reduce(limbsOf(wide))),
  add: (a, b) => encode(reduce(sum(limbsOf(a), limbsOf(b)))),
  negate: (a) => encode(reduce(subtract(N, limbsOf(a)).difference)),
  multiply: (a, b) => encode(reduce(product(limbsOf(a), limbsOf(b)))),
  isZero: (a) => a.reduce((bits, byte) => bits | byte, 0) === 0,
  invert: (a) => numberToBytesBE(inverse(bytesToNumberBE(a), ORDER), BYTES) as Uint8Array as Scalar,
};

/** Any number of limbs, not necessarily carried, to the least residue. */
function reduce(x: Float64Array): Float64Array {
  // 512 bits shrink to 386, 260, 257 and 256.
  const folded = fold(fold(fold(fold(carry(x)))));
  const { difference, borrow } = subtract(folded.subarray(0, LIMBS), N);
  return difference.map((limb, k) => limb * (1 - borrow) + at(folded, k) * borrow);
}

/** low + high·2^256 = low + high·DELTA. */
function fold(x: Float64Array): Float64Array {
  const high = x.subarray(LIMBS);
  const sum = new Float64Array(Math.max(LIMBS, high.length + DELTA.length) + 1);
  sum.set(x.subarray(0, LIMBS));
  addProduct(sum, high, DELTA);
  return carry(sum);
}

function sum(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((limb, k) => limb + at(b, k));
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const sum = new Float64Array(2 * LIMBS);
  addProduct(sum, a, b);
  return sum;
}

function addProduct(sum: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) sum[i + j] = at(sum, i + j) + at(a, i) * at(b, j);
  }
}

/** Every limb but a new last one below 2^16. */
function carry(x: Float64Array): Float64Array {
  const carried = new Float64Array(x.length + 1);
  let rest = 0;
  for (let k = 0; k < x.length; k++) {
    const limb = at(x, k) + rest;
    rest = Math.floor(limb / BASE);
    carried[k] = limb - rest * BASE;
  }
  carried[x.length] = rest;
  return carried;
}

/** a - b modulo 2^256, and whether b was larger. */
function subtract(a: Float64Array, b: Float64Array): { difference: Float64Array; borrow: number } {
  const difference = new Float64Array(LIMBS);
  let borrow = 0;
  for (let k = 0; k < LIMBS; k++) {
    const limb = at(a, k) - at(b, k) - borrow;
    borrow = -Math.floor(limb / BASE);
    difference[k] = limb + borrow * BASE;
  }
  return { difference, borrow };
}

function isAtLeastOrder(limbs: Float64Array): boolean {
  return subtract(limbs, N).borrow === 0;
}

function limbsOf(bigEndian: Uint8Array): Float64Array {
  const last = bigEndian.length - 1;
  return Float64Array.from(
    { length: bigEndian.length / 2 },
    (_, k) => (bigEndian[last - 2 * k - 1] ?? 0) * 256 + (bigEndian[last - 2 * k] ?? 0),
  );
}

function encode(limbs: Float64Array): Scalar {
  const bytes = new Uint8Array(BYTES);
  for (let k = 0; k < LIMBS; k++) {
    bytes[BYTES - 1 - 2 * k] = at(limbs, k) & 255;
    bytes[BYTES - 2 - 2 * k] = at(limbs, k) >>> 8;
  }
  return bytes as Scalar;
}

function at(limbs: Float64Array, k: number): number {
  return limbs[k] ?? 0;
}
