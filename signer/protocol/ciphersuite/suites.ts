/** The ciphersuites on the portable engine, which needs nothing but JavaScript and is not in constant time. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { x25519Envelope } from '../keygen/envelope.ts';
import { nobleEd25519, nobleRistretto, nobleSecp256k1 } from '../math/nobleGroups.ts';
import { bip340Suite, xOf } from './bip340.ts';
import type { Ciphersuite, SuiteName } from './ciphersuite.ts';
import { type EcdsaSuite, ecdsaSuite } from './ecdsa.ts';
import { ed25519Suite } from './ed25519.ts';

export type Suites = Readonly<Record<SuiteName, Ciphersuite>>;
/** A suite for every scheme, by the scheme's name. */
export type SchemeSuites = Suites & { readonly [Name in EcdsaSuite['name']]: EcdsaSuite };

const envelope = x25519Envelope({
  publicOf: (secret) => x25519.getPublicKey(secret),
  agree: (secret, theirs) => x25519.getSharedSecret(secret, theirs),
  encrypt: (key, nonce, plain) => chacha20poly1305(key, nonce).encrypt(plain),
  decrypt: (key, nonce, sealed) => chacha20poly1305(key, nonce).decrypt(sealed),
});

export const portableSuites: Suites = {
  bip340: bip340Suite({
    group: nobleSecp256k1,
    envelope,
    isSignature: (publicKey, message, signature) => schnorr.verify(signature, message, xOf(publicKey)),
  }),
  ed25519: ed25519Suite({
    group: nobleEd25519,
    envelope,
    isSignature: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey, { zip215: false }),
  }),
};

export const portableEcdsaSuite: EcdsaSuite = ecdsaSuite({
  group: nobleSecp256k1,
  envelope,
  isSignature: (publicKey, digest, signature) =>
    signature.length === 64 && secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true }),
  otGroup: nobleRistretto,
  longHash: (key, input) => blake2b(input, { dkLen: 32, key }),
});

export const portableSchemeSuites: SchemeSuites = { ...portableSuites, 'ecdsa-secp256k1': portableEcdsaSuite };
