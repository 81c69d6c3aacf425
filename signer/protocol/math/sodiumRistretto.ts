/** ristretto255 (RFC 9496) on libsodium: constant time for scalars, for multiples of any element, and for hashing to the group. */
import { Malformed } from '../reader.ts';
import type { Element, HashedGroup } from './group.ts';
import { rawSodium, type Sodium, sodiumBuffers } from './sodiumBuffers.ts';
import { exactly, sodiumScalars } from './sodiumEd25519.ts';

const BYTES = 32;
/** RFC 9496 §4.3.4. */
const UNIFORM_BYTES = 64;
const IDENTITY = new Uint8Array(BYTES) as Element;

export function sodiumRistretto(lib: Sodium): HashedGroup {
  const raw = rawSodium(lib);
  const compute = exactly(sodiumBuffers(raw));
  const scalars = sodiumScalars(lib, raw, compute);
  const decodeElement = (bytes: Uint8Array) => {
    if (bytes.length !== BYTES || isZero(bytes) || !lib.crypto_core_ristretto255_is_valid_point(bytes))
      throw new Malformed('not an element of ristretto255');
    return bytes.slice() as Element;
  };
  const subtract = (p: Element, q: Element) => compute([p, q], raw._crypto_core_ristretto255_sub) as Element;
  return {
    name: 'ristretto255',
    scalars,
    elementBytes: BYTES,
    identity: IDENTITY,
    decodeElement,
    wideBytes: BYTES,
    encodeWide: (p) => p,
    decodeWide: decodeElement,
    add: (p, q) => compute([p, q], raw._crypto_core_ristretto255_add) as Element,
    subtract,
    negate: (p) => subtract(IDENTITY, p),
    // libsodium refuses where the result is the identity.
    multiplyBase: (a) =>
      scalars.isZero(a) ? IDENTITY : (compute([a], raw._crypto_scalarmult_ristretto255_base) as Element),
    multiply: (p, a) =>
      isZero(p) || scalars.isZero(a) ? IDENTITY : (compute([a, p], raw._crypto_scalarmult_ristretto255) as Element),
    hashToElement: (uniform) => compute([uniform], raw._crypto_core_ristretto255_from_hash, UNIFORM_BYTES) as Element,
  };
}

/** The encoding of the identity. */
function isZero(bytes: Uint8Array): boolean {
  return bytes.reduce((bits, byte) => bits | byte, 0) === 0;
}
