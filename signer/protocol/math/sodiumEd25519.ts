/** Ed25519 on libsodium: constant time for scalars and for multiples of the base point. */
import { Malformed } from '../reader.ts';
import { joined, unmoved, wipe } from '../secret.ts';
import { type Element, type Group, horner, type Scalar, type ScalarField } from './group.ts';
import { type Call, type Compute, type RawSodium, rawSodium, type Sodium, sodiumBuffers } from './sodiumBuffers.ts';

const BYTES = 32;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** (0, 1). */
const IDENTITY = small(1) as Uint8Array as Element;

export function sodiumEd25519(lib: Sodium): Group {
  const raw = rawSodium(lib);
  const compute = exactly(sodiumBuffers(raw));
  const scalars = sodiumScalars(lib, raw, compute);
  // Refuses non-canonical encodings, points of small order, and points outside the prime-order group.
  const decodeElement = (bytes: Uint8Array) => {
    if (bytes.length !== BYTES || !lib.crypto_core_ed25519_is_valid_point(bytes))
      throw new Malformed('not in the prime-order group');
    return bytes.slice() as Element;
  };
  return {
    name: 'ed25519',
    scalars,
    elementBytes: BYTES,
    identity: IDENTITY,
    decodeElement,
    wideBytes: BYTES,
    encodeWide: (p) => p,
    decodeWide: decodeElement,
    add: (p, q) => compute([p, q], raw._crypto_core_ed25519_add) as Element,
    negate: (p) => (isIdentity(p) ? p : negate(p)),
    // libsodium refuses where the result is the identity.
    multiplyBase: (a) =>
      scalars.isZero(a) ? IDENTITY : (compute([a], raw._crypto_scalarmult_ed25519_base_noclamp) as Element),
    multiply: (p, a) =>
      isIdentity(p) || scalars.isZero(a)
        ? IDENTITY
        : (compute([a, p], raw._crypto_scalarmult_ed25519_noclamp) as Element),
  };
}

export type Exactly = (inputs: readonly Uint8Array[], call: Call, bytes?: number) => Uint8Array;

/** An argument that is too short would be taken for one that ends in zeros. */
export function exactly(compute: Compute): Exactly {
  return (inputs, call, bytes = BYTES) => {
    if (inputs.some(({ length }) => length !== bytes)) throw new RangeError(`not ${bytes} bytes`);
    return compute(BYTES, inputs, call);
  };
}

/** Integers modulo the order that Ed25519 and ristretto255 share. */
export function sodiumScalars(lib: Sodium, raw: RawSodium, compute: Exactly): ScalarField {
  const add = (a: Scalar, b: Scalar) => compute([a, b], raw._crypto_core_ed25519_scalar_add) as Scalar;
  const multiply = (a: Scalar, b: Scalar) => compute([a, b], raw._crypto_core_ed25519_scalar_mul) as Scalar;
  const reduce = (wide: Uint8Array) => compute([wide], raw._crypto_core_ed25519_scalar_reduce, 2 * BYTES) as Scalar;
  return {
    order: ORDER,
    bytes: BYTES,
    endian: 'little',
    from: (value) => small(value) as Scalar,
    decode: (bytes) => {
      if (bytes.length !== BYTES || !isCanonical(reduce, bytes)) throw new Malformed('not a scalar');
      return joined(bytes) as Scalar;
    },
    reduce,
    add,
    negate: (a) => compute([a], raw._crypto_core_ed25519_scalar_negate) as Scalar,
    multiply,
    isZero: (a) => a.reduce((bits, byte) => bits | byte, 0) === 0,
    invert: (a) => lib.crypto_core_ed25519_scalar_invert(a) as Scalar,
    evaluate: (coefficients, x) => horner({ add, multiply }, coefficients, small(x) as Scalar, small(0) as Scalar),
  };
}

/** A scalar below the order is its own residue. */
function isCanonical(reduce: (wide: Uint8Array) => Scalar, bytes: Uint8Array): boolean {
  const wide = unmoved(2 * BYTES);
  wide.set(bytes);
  const reduced = reduce(wide);
  const difference = reduced.reduce((bits, byte, k) => bits | (byte ^ (bytes[k] ?? 0)), 0);
  wipe(wide, reduced);
  return difference === 0;
}

function isIdentity(p: Element): boolean {
  return p.every((byte, k) => byte === IDENTITY[k]);
}

/** RFC 8032 §5.1.2: the last bit is the sign of x. */
function negate(p: Element): Element {
  const negated = p.slice();
  negated[BYTES - 1] = (p[BYTES - 1] ?? 0) ^ 0x80;
  return negated as Element;
}

function small(value: number): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
