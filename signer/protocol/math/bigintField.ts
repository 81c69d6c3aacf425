/** Portable scalar arithmetic with BigInt: the oracle of the engines. Its time depends on the values. */
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE, numberToBytesLE } from '@noble/curves/utils.js';
import { Malformed } from '../reader.ts';
import { horner, type Scalar, type ScalarField } from './group.ts';

const BYTES = 32;

export function bigintField(order: bigint, endian: 'big' | 'little'): ScalarField {
  const toNumber = endian === 'big' ? bytesToNumberBE : bytesToNumberLE;
  const toBytes = endian === 'big' ? numberToBytesBE : numberToBytesLE;
  const encode = (value: bigint) => toBytes(value, BYTES) as Uint8Array as Scalar;
  const modulo = (value: bigint) => ((value % order) + order) % order;

  const field: ScalarField = {
    order,
    bytes: BYTES,
    endian,
    from: (value) => encode(BigInt(value)),
    decode: (bytes) => {
      if (bytes.length !== BYTES || toNumber(bytes) >= order) throw new Malformed('not a scalar');
      return bytes.slice() as Scalar;
    },
    reduce: (wide) => encode(toNumber(wide) % order),
    add: (a, b) => encode((toNumber(a) + toNumber(b)) % order),
    negate: (a) => encode(modulo(-toNumber(a))),
    multiply: (a, b) => encode((toNumber(a) * toNumber(b)) % order),
    isZero: (a) => a.every((byte) => byte === 0),
    invert: (a) => encode(inverse(toNumber(a), order)),
    evaluate: (coefficients, x) => horner(field, coefficients, encode(BigInt(x)), encode(0n)),
  };
  return field;
}

/** a^-1 modulo a prime, by the extended Euclidean algorithm. */
export function inverse(a: bigint, prime: bigint): bigint {
  let [r0, r1, s0, s1] = [prime, a % prime, 0n, 1n];
  if (r1 === 0n) throw new RangeError('zero has no inverse');
  while (r1 !== 0n) {
    const quotient = r0 / r1;
    [r0, r1] = [r1, r0 - quotient * r1];
    [s0, s1] = [s1, s0 - quotient * s1];
  }
  return ((s0 % prime) + prime) % prime;
}
