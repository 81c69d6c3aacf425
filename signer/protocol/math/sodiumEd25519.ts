/** Ed25519 on libsodium: constant time for scalars and for multiples of the base point. */
import type sodium from 'libsodium-wrappers-sumo';
import { Malformed } from '../reader.ts';
import { type Element, type Group, horner, type Scalar, type ScalarField } from './group.ts';

export type Sodium = typeof sodium;

const BYTES = 32;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** (0, 1). */
const IDENTITY = small(1) as Uint8Array as Element;

export function sodiumEd25519(lib: Sodium): Group {
  const scalars = sodiumScalars(lib);
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
    add: (p, q) => lib.crypto_core_ed25519_add(p, q) as Element,
    negate: (p) => (isIdentity(p) ? p : negate(p)),
    // libsodium throws where the result is the identity.
    multiplyBase: (a) => (scalars.isZero(a) ? IDENTITY : (lib.crypto_scalarmult_ed25519_base_noclamp(a) as Element)),
    multiply: (p, a) =>
      isIdentity(p) || scalars.isZero(a) ? IDENTITY : (lib.crypto_scalarmult_ed25519_noclamp(a, p) as Element),
  };
}

function sodiumScalars(lib: Sodium): ScalarField {
  const field: ScalarField = {
    order: ORDER,
    bytes: BYTES,
    endian: 'little',
    from: (value) => small(value) as Scalar,
    decode: (bytes) => {
      if (bytes.length !== BYTES || !isCanonical(lib, bytes)) throw new Malformed('not a scalar');
      return bytes.slice() as Scalar;
    },
    reduce: (wide) => lib.crypto_core_ed25519_scalar_reduce(wide) as Scalar,
    add: (a, b) => lib.crypto_core_ed25519_scalar_add(a, b) as Scalar,
    negate: (a) => lib.crypto_core_ed25519_scalar_negate(a) as Scalar,
    multiply: (a, b) => lib.crypto_core_ed25519_scalar_mul(a, b) as Scalar,
    isZero: (a) => a.reduce((bits, byte) => bits | byte, 0) === 0,
    invert: (a) => lib.crypto_core_ed25519_scalar_invert(a) as Scalar,
    evaluate: (coefficients, x) => horner(field, coefficients, x),
  };
  return field;
}

/** A scalar below the order is its own residue. */
function isCanonical(lib: Sodium, bytes: Uint8Array): boolean {
  const wide = new Uint8Array(2 * BYTES);
  wide.set(bytes);
  return lib.memcmp(bytes, lib.crypto_core_ed25519_scalar_reduce(wide));
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
