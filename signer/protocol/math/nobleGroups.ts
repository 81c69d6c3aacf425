/** Portable groups on @noble/curves: needs nothing but JavaScript, and is the oracle of the engines. */
import { ed25519, ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { Malformed } from '../reader.ts';
import { bigintField } from './bigintField.ts';
import type { Element, Group, HashedGroup, Scalar } from './group.ts';

/** What both of noble's point classes offer, as far as we use it. */
interface Point<P> {
  add(other: P): P;
  negate(): P;
  multiply(scalar: bigint): P;
  multiplyUnsafe(scalar: bigint): P;
  is0(): boolean;
  isTorsionFree(): boolean;
  toBytes(isCompressed?: boolean): Uint8Array;
}

interface PointClass<P> {
  readonly BASE: P;
  readonly ZERO: P;
  readonly Fn: { readonly ORDER: bigint; fromBytes(bytes: Uint8Array): bigint };
  fromBytes(bytes: Uint8Array): P;
}

export const nobleEd25519: Group = nobleGroup('ed25519', 'little', [32, 32], ed25519.Point);
const nobleRistretto255 = nobleGroup('ristretto255', 'little', [32, 32], ristretto255.Point);
export const nobleRistretto: HashedGroup = {
  ...nobleRistretto255,
  subtract: (p, q) => nobleRistretto255.add(p, nobleRistretto255.negate(q)),
  hashToElement: (uniform) => ristretto255_hasher.deriveToCurve?.(uniform).toBytes() as Element,
};
export const nobleSecp256k1: Group = nobleGroup('secp256k1', 'big', [33, 65], secp256k1.Point);

function nobleGroup<P extends Point<P>>(
  name: Group['name'],
  endian: 'big' | 'little',
  [elementBytes, wideBytes]: readonly [number, number],
  Curve: PointClass<P>,
): Group {
  // SEC 1 gives the identity one byte of its own; here every element has the same length.
  const identity = (name === 'secp256k1' ? new Uint8Array(elementBytes) : Curve.ZERO.toBytes()) as Element;
  const encode = (p: P) => (p.is0() ? identity : (p.toBytes() as Element));
  const decode = (bytes: Uint8Array) => (bytes === identity ? Curve.ZERO : Curve.fromBytes(bytes));
  const number = (a: Scalar) => Curve.Fn.fromBytes(a);

  return {
    name,
    scalars: bigintField(Curve.Fn.ORDER, endian),
    elementBytes,
    identity,
    decodeElement: (bytes) => decodeMember(Curve, elementBytes, bytes),
    wideBytes,
    encodeWide: (p) => decode(p).toBytes(wideBytes === elementBytes),
    decodeWide: (bytes) => decodeMember(Curve, wideBytes, bytes),
    add: (p, q) => encode(decode(p).add(decode(q))),
    negate: (p) => encode(decode(p).negate()),
    multiplyBase: (a) => encode(number(a) === 0n ? Curve.ZERO : Curve.BASE.multiply(number(a))),
    multiply: (p, a) => encode(decode(p).multiplyUnsafe(number(a))),
  };
}

/** RFC 9591 §3.1: "fails if the input is not a valid byte representation of an element of the group" or the identity. */
function decodeMember<P extends Point<P>>(Curve: PointClass<P>, length: number, bytes: Uint8Array): Element {
  const p = pointOf(Curve, length, bytes);
  if (p.is0() || !p.isTorsionFree()) throw new Malformed('not in the prime-order group');
  return p.toBytes() as Element;
}

function pointOf<P extends Point<P>>(Curve: PointClass<P>, length: number, bytes: Uint8Array): P {
  if (bytes.length !== length) throw new Malformed(`an element has ${length} bytes, not ${bytes.length}`);
  try {
    return Curve.fromBytes(bytes);
  } catch (cause) {
    throw new Malformed('not on the curve', { cause });
  }
}
