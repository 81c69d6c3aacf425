/** One interface for every prime-order group and its scalars, so that key generation is written once. */
import { wipe } from '../secret.ts';

declare const scalar: unique symbol;
declare const element: unique symbol;

/** An integer below the group order, in the canonical encoding of the group's scalars (RFC 9591 §3.1 SerializeScalar). */
export type Scalar = Uint8Array & { readonly [scalar]: true };

/** A member of the prime-order group in its canonical encoding; the identity occurs in intermediate sums only. */
export type Element = Uint8Array & { readonly [element]: true };

/** Arithmetic modulo the group order. Every operation but `invert` may be given secrets. */
export interface ScalarField {
  readonly order: bigint;
  readonly bytes: number;
  /** Which end of an encoded scalar comes first. */
  readonly endian: 'big' | 'little';
  /** A party id or another small public number. */
  from(value: number): Scalar;
  /** @throws Malformed unless `bytes` is the canonical encoding of a number below the order. */
  decode(bytes: Uint8Array): Scalar;
  /** 64 bytes, read in the field's byte order, modulo the order: uniform input gives uniform output. */
  reduce(wide: Uint8Array): Scalar;
  add(a: Scalar, b: Scalar): Scalar;
  negate(a: Scalar): Scalar;
  multiply(a: Scalar, b: Scalar): Scalar;
  isZero(a: Scalar): boolean;
  /** sum_k coefficients[k]·x^k at a small public x. */
  evaluate(coefficients: readonly Scalar[], x: number): Scalar;
  /** Public values only. */
  invert(a: Scalar): Scalar;
}

export interface Group {
  readonly name: 'ed25519' | 'ristretto255' | 'secp256k1';
  readonly scalars: ScalarField;
  readonly elementBytes: number;
  readonly identity: Element;
  /** @throws Malformed unless `bytes` is the canonical encoding of a member of the prime-order group, the identity excluded. */
  decodeElement(bytes: Uint8Array): Element;
  /** Length of the encoding that messages use: uncompressed where decompressing costs more than the bytes. */
  readonly wideBytes: number;
  encodeWide(p: Element): Uint8Array;
  /** @throws Malformed just as `decodeElement` does. */
  decodeWide(bytes: Uint8Array): Element;
  add(p: Element, q: Element): Element;
  negate(p: Element): Element;
  /** a·G in constant time: `a` may be secret. */
  multiplyBase(a: Scalar): Element;
  /** a·P for a public `a`. */
  multiply(p: Element, a: Scalar): Element;
}

/** A group into which can be hashed in a time that does not depend on what is hashed. */
export interface HashedGroup extends Group {
  /** 64 uniform bytes to a uniform element, of which nobody knows the logarithm. */
  hashToElement(uniform: Uint8Array): Element;
  subtract(p: Element, q: Element): Element;
}

export function isIdentity(group: Group, p: Element): boolean {
  return sameBytes(p, group.identity);
}

/** For public values: stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}

/** k·P for a small public k, by doubling: a party id has at most seven bits. */
export function multiplySmall(group: Group, p: Element, k: number): Element {
  let sum = group.identity;
  for (let bit = 31 - Math.clz32(k); bit >= 0; bit--) {
    sum = group.add(sum, sum);
    if ((k >>> bit) & 1) sum = group.add(sum, p);
  }
  return sum;
}

export function sumElements(group: Group, elements: Iterable<Element>): Element {
  let sum = group.identity;
  for (const p of elements) sum = group.add(sum, p);
  return sum;
}

/** Nothing is left of partial sums. */
export function sumScalars({ add, from }: ScalarField, scalars: Iterable<Scalar>): Scalar {
  let sum = from(0);
  for (const a of scalars) {
    const before = sum;
    sum = add(before, a);
    wipe(before);
  }
  return sum;
}

/** Horner's rule, for fields that have nothing faster. Nothing is left of partial sums. */
export function horner(
  { add, multiply }: Pick<ScalarField, 'add' | 'multiply'>,
  coefficients: readonly Scalar[],
  x: Scalar,
  zero: Scalar,
): Scalar {
  return coefficients.reduceRight((value, a) => {
    const product = multiply(value, x);
    const sum = add(product, a);
    wipe(value, product);
    return sum;
  }, zero);
}
