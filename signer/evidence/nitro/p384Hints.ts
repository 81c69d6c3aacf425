/**
 * What the chain's P-384 verifier wants brought along (docs/contracts/nitro.md): a multiplier that halves the scalars, the signature's point, and the
 * slope of every line, in the order in which it draws them. The contract checks each of them; wrong ones only cost gas.
 */

import { p384 } from '@noble/curves/nist.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { type Bytes, uintOf } from '../formats/bytes.ts';

const { Fp, Fn } = p384.Point;
const NUMBER_BYTES = 48;
const HALF_BITS = 192n;
const HALF = 1n << HALF_BITS;
/** The contract's form of a number x is x 2^512 mod p. */
const MONTGOMERY = Fp.create(1n << 512n);
const DIGITS = 49;
const MULTIPLES = 8;

export type Affine = { readonly x: bigint; readonly y: bigint };
/** e is the digest as a number; r and s are below n and not 0. */
export type P384Claim = { readonly key: Affine; readonly e: bigint; readonly r: bigint; readonly s: bigint };

/** Where the sum begins: the even y over the first x from SHA-384("quorate/p384-offset/1") on. */
export const OFFSET: Affine = {
  x: 0x945591a1bdc82ffa479ea9c5678e9a886c878b3abd9b81ca5df364b1e7f327b2238d553a374fd3be881fea4f5b0e06e2n,
  y: 0x43954f0199f9aec097b2fdfc5dd6cc26efd52551bc1af185f6b1450d8e5b741f45423992af6b0033ca43b6b1d67cdcfan,
};
const BASE: Affine = p384.Point.BASE.toAffine();
const UPPER_BASE: Affine = p384.Point.BASE.multiplyUnsafe(HALF).toAffine();

/**
 * @param key 4 ‖ x ‖ y, a point of the curve
 * @param digest SHA-384 of what is signed
 * @param signature r ‖ s
 * @returns null if the signature does not hold
 */
export function p384Hints(key: Bytes, digest: Bytes, signature: Bytes): Bytes | null {
  const claim = {
    key: { x: uintOf(key.subarray(1, 1 + NUMBER_BYTES)), y: uintOf(key.subarray(1 + NUMBER_BYTES)) },
    e: uintOf(digest),
    r: uintOf(signature.subarray(0, NUMBER_BYTES)),
    s: uintOf(signature.subarray(NUMBER_BYTES)),
  };
  const isSignature = signature.length === 2 * NUMBER_BYTES && [claim.r, claim.s].every(isInRange);
  const point = isSignature ? pointOf(claim) : null;
  return point === null ? null : hintsWith(claim, point, multiplierOf(claim));
}

function isInRange(scalar: bigint): boolean {
  return scalar > 0n && scalar < Fn.ORDER;
}

/** e / s G + r / s Q, where its x is r modulo n. */
export function pointOf({ key, e, r, s }: P384Claim): Affine | null {
  const inverse = Fn.inv(s);
  const ofBase = p384.Point.BASE.multiplyUnsafe(Fn.mul(Fn.create(e), inverse));
  const sum = ofBase.add(p384.Point.fromAffine(key).multiplyUnsafe(Fn.mul(r, inverse)));
  if (sum.is0()) return null;
  const point = sum.toAffine();
  return Fn.create(point.x) === r ? point : null;
}

/** t with s t and ±r t below 2^192 modulo n, by Euclid's algorithm on n and r / s, stopped half-way. */
export function multiplierOf({ r, s }: Pick<P384Claim, 'r' | 's'>): bigint {
  const inverse = Fn.inv(s);
  let [before, rest] = [Fn.ORDER, Fn.mul(r, inverse)];
  let [factorBefore, factor] = [0n, 1n];
  while (rest >= HALF) {
    const quotient = before / rest;
    [before, rest] = [rest, before - quotient * rest];
    [factorBefore, factor] = [factor, factorBefore - quotient * factor];
  }
  return Fn.mul(factor < 0n ? -factor : factor, inverse);
}

/** As `p384Hints`, of any point and multiplier, right or wrong. @throws RangeError where a line has no slope, or the multiplier does not halve. */
export function hintsWith(claim: P384Claim, point: Affine, multiplier: bigint): Bytes {
  const lines = new Lines();
  const [ofKey, ofPoint] = [multiplesOf(claim.key, lines), multiplesOf(point, lines)];
  const scalars = scalarsOf(claim, multiplier);
  let sum = OFFSET;
  for (let digit = DIGITS - 1; digit >= 0; digit--) {
    if (digit < DIGITS - 1) for (let times = 0; times < 4; times++) sum = lines.double(sum);
    const [q, r, h, g] = scalars.map((scalar) => digitOf(scalar, digit)) as [number, number, number, number];
    sum = joined(lines, sum, ofKey, q);
    sum = joined(lines, sum, ofPoint, r);
    if (h !== 0 || g !== 0) sum = lines.join(sum, baseMultiple(h, g));
  }
  return concatBytes(...[multiplier, point.x, point.y, ...lines.slopes].map(numberBytes));
}

/** Of the key, of the point, of H = 2^192 G and of G: as the contract splits them, with signs. */
function scalarsOf({ e, r, s }: P384Claim, multiplier: bigint): readonly bigint[] {
  const [ofKey, ofPoint] = [Fn.mul(r, multiplier), Fn.mul(s, multiplier)];
  const ofBase = Fn.mul(Fn.create(e), multiplier);
  const signed = ofKey < HALF ? ofKey : ofKey - Fn.ORDER;
  if (ofPoint >= HALF || signed <= -HALF) throw new RangeError('the multiplier does not halve the scalars');
  return [signed, -ofPoint, ofBase >> HALF_BITS, ofBase % HALF];
}

/** Digits of four bits, from -8 to 7. */
function digitOf(scalar: bigint, index: number): number {
  const bias = 0x8888888888888888888888888888888888888888888888888n;
  return Number(((scalar + bias) >> BigInt(4 * index)) & 15n) - 8;
}

class Lines {
  readonly slopes: bigint[] = [];

  double(point: Affine): Affine {
    const numerator = Fp.mul(3n, Fp.sub(Fp.sqr(point.x), 1n));
    return this.#third(point, point, numerator, Fp.add(point.y, point.y));
  }

  join(a: Affine, b: Affine): Affine {
    return this.#third(a, b, Fp.sub(b.y, a.y), Fp.sub(b.x, a.x));
  }

  #third(a: Affine, b: Affine, numerator: bigint, denominator: bigint): Affine {
    if (denominator === 0n) throw new RangeError('a line without a slope');
    const slope = Fp.div(numerator, denominator);
    this.slopes.push(Fp.mul(slope, MONTGOMERY));
    const x = Fp.sub(Fp.sub(Fp.sqr(slope), a.x), b.x);
    return { x, y: Fp.sub(Fp.mul(slope, Fp.sub(a.x, x)), a.y) };
  }
}

function multiplesOf(point: Affine, lines: Lines): readonly Affine[] {
  let multiple = lines.double(point);
  const multiples = [point, multiple];
  while (multiples.length < MULTIPLES) {
    multiple = lines.join(multiple, point);
    multiples.push(multiple);
  }
  return multiples;
}

function joined(lines: Lines, sum: Affine, multiples: readonly Affine[], digit: number): Affine {
  const multiple = multiples[Math.abs(digit) - 1];
  if (multiple === undefined) return sum;
  return lines.join(sum, digit < 0 ? { x: multiple.x, y: Fp.neg(multiple.y) } : multiple);
}

const baseMultiples = new Map<number, Affine>();

/** upper H + lower G, not both zero. */
function baseMultiple(upper: number, lower: number): Affine {
  const index = 17 * upper + lower;
  const known = baseMultiples.get(index);
  if (known !== undefined) return known;
  const times = ({ x, y }: Affine, digit: number) =>
    p384.Point.fromAffine({ x, y: digit < 0 ? Fp.neg(y) : y }).multiplyUnsafe(BigInt(Math.abs(digit)));
  const point = times(UPPER_BASE, upper).add(times(BASE, lower)).toAffine();
  baseMultiples.set(index, point);
  return point;
}

function numberBytes(number: bigint): Bytes {
  const bytes = new Uint8Array(NUMBER_BYTES);
  let left = number;
  for (let digit = NUMBER_BYTES - 1; digit >= 0; digit--) {
    bytes[digit] = Number(left & 0xffn);
    left >>= 8n;
  }
  return bytes;
}
