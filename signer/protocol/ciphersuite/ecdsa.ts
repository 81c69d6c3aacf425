/** What threshold ECDSA over secp256k1 adds to the group: a verifier, and points of which nobody knows the logarithm. */
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Envelope } from '../keygen/envelope.ts';
import type { Element, Group } from '../math/group.ts';
import { transcriptHash } from '../transcript.ts';
import type { KeygenSuite } from './ciphersuite.ts';
import { hashToScalar } from './expandMessage.ts';

export interface EcdsaSuite extends KeygenSuite {
  readonly name: 'ecdsa-secp256k1';
  /** A random oracle into the group. */
  hashToElement(seed: Uint8Array): Element;
  /** Low s only; `signature` is r ‖ s, the digest is not hashed again. */
  isSignature(publicKey: Element, digest: Uint8Array, signature: Uint8Array): boolean;
}

export interface EcdsaEngine {
  readonly group: Group;
  readonly envelope: Envelope;
  readonly isSignature: EcdsaSuite['isSignature'];
  /** The point with this x coordinate and an even y, if there is one. */
  liftX(x: Uint8Array): Element | undefined;
}

const KEYGEN_DOMAIN = utf8ToBytes('QUORATE-ECDSA-secp256k1-SHA256-v1dkg');

export function ecdsaSuite({ group, envelope, isSignature, liftX }: EcdsaEngine): EcdsaSuite {
  return {
    name: 'ecdsa-secp256k1',
    group,
    envelope,
    isSignature,
    // As in bip340.ts, under a domain of its own: a proof for a key of one scheme proves nothing for the other.
    hdkg: (message) => hashToScalar(group.scalars, KEYGEN_DOMAIN, message),
    hashToElement: (seed) => hashToElement(group, liftX, seed),
  };
}

/** Try and increment: how long it takes shows the seed, which is to be public, or one of two values that are both hashed. */
function hashToElement({ negate }: Group, liftX: EcdsaEngine['liftX'], seed: Uint8Array): Element {
  for (let counter = 0; ; counter++) {
    const digest = transcriptHash('element', seed, counter);
    const point = liftX(digest);
    // Both signs have to occur, or the sum of two such points would be told from a random one.
    if (point) return ((transcriptHash('element sign', seed, counter)[0] ?? 0) & 1) === 1 ? negate(point) : point;
  }
}
