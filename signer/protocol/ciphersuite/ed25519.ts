/** FROST(Ed25519, SHA-512), RFC 9591 §6.1: its signatures are those of RFC 8032. */
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { wipe } from '../secret.ts';
import type { Ciphersuite, Engine } from './ciphersuite.ts';

/** > The value of the contextString parameter is "FROST-ED25519-SHA512-v1". */
const CONTEXT = 'FROST-ED25519-SHA512-v1';

export function ed25519Suite(engine: Engine): Ciphersuite {
  const { group } = engine;
  const hash = (tag: string) => {
    const prefix = utf8ToBytes(CONTEXT + tag);
    return (message: Uint8Array) => sha512.create().update(prefix).update(message).digest();
  };
  const toScalar = (tag: string) => {
    const digest = hash(tag);
    return (message: Uint8Array) => {
      const wide = digest(message);
      const scalar = group.scalars.reduce(wide);
      wipe(wide); // of a nonce it is the nonce
      return scalar;
    };
  };

  return {
    name: 'ed25519',
    ...engine,
    h1: toScalar('rho'),
    // > H2(m): [...] H(m), interpreting the 64-byte digest as a little-endian integer
    h2: (R, publicKey, message) => group.scalars.reduce(sha512(concatBytes(R, publicKey, message))),
    h3: toScalar('nonce'),
    h4: hash('msg'),
    h5: hash('com'),
    hdkg: toScalar('dkg'),
    tweakable: false,
    readsNegated: () => false,
    encodeSignature: (R, z) => concatBytes(R, z),
  };
}
