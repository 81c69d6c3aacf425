/** What a signature scheme adds to a group: the hash functions of RFC 9591 §6 and the form of its signatures. */
import type { Envelope } from '../keygen/envelope.ts';
import type { Element, Group, Scalar } from '../math/group.ts';

export type SuiteName = 'bip340' | 'ed25519';

/** All that key generation needs, so that schemes without FROST use it too. */
export interface KeygenSuite {
  /** Bound into every transcript: a key of one scheme is no key of another. */
  readonly name: string;
  readonly group: Group;
  /** How shares travel, unless the caller has another way. */
  readonly envelope: Envelope;
  /** The challenge of a proof of possession. */
  hdkg(message: Uint8Array): Scalar;
}

export interface Ciphersuite extends KeygenSuite {
  readonly name: SuiteName;
  /** Binding factors. */
  h1(message: Uint8Array): Scalar;
  /** The challenge c of the signature (R, z). */
  h2(R: Element, publicKey: Element, message: Uint8Array): Scalar;
  /** Nonces. */
  h3(message: Uint8Array): Scalar;
  /** The message, before it is bound. */
  h4(message: Uint8Array): Uint8Array;
  /** The list of commitments, before it is bound. */
  h5(message: Uint8Array): Uint8Array;
  /** Whether keys can be derived from a key by adding a public scalar. */
  readonly tweakable: boolean;
  /** Whether verifiers, who see the x coordinate alone, take P for -P. */
  readsNegated(P: Element): boolean;
  /** 64 bytes, as the scheme's verifiers want them. */
  encodeSignature(R: Element, z: Scalar): Uint8Array;
  /** As the strictest verifier of the scheme: canonical encodings, no small order. */
  isSignature(publicKey: Element, message: Uint8Array, signature: Uint8Array): boolean;
}

/** What a suite is built on: noble, or the native engines. */
export interface Engine {
  readonly group: Group;
  readonly envelope: Envelope;
  readonly isSignature: Ciphersuite['isSignature'];
}
