/** FROST(secp256k1, SHA-256) with the keys, nonces and challenge of BIP-340 (ZF's suite "secp256k1-tr"). */
import { schnorr } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Element } from '../math/group.ts';
import type { Ciphersuite, Engine } from './ciphersuite.ts';
import { hashToScalar } from './expandMessage.ts';

const CONTEXT = 'FROST-secp256k1-SHA256-TR-v1';
const ODD_Y = 3;

export function bip340Suite(engine: Engine): Ciphersuite {
  const { scalars } = engine.group;
  const hash = (tag: string) => {
    const prefix = utf8ToBytes(CONTEXT + tag);
    return (message: Uint8Array) => sha256(concatBytes(prefix, message));
  };
  const toScalar = (tag: string) => {
    const domain = utf8ToBytes(CONTEXT + tag);
    return (message: Uint8Array) => hashToScalar(scalars, domain, message);
  };

  return {
    name: 'bip340',
    ...engine,
    h1: toScalar('rho'),
    // > Let e = int(hash_BIP0340/challenge(bytes(R) || bytes(P) || m)) mod n.
    h2: (R, P, message) =>
      scalars.reduce(widen(schnorr.utils.taggedHash('BIP0340/challenge', xOf(R), xOf(P), message))),
    h3: toScalar('nonce'),
    h4: hash('msg'),
    h5: hash('com'),
    hdkg: toScalar('dkg'),
    tweakable: true,
    readsNegated: (P) => P[0] === ODD_Y,
    encodeSignature: (R, z) => concatBytes(xOf(R), z),
  };
}

/** bytes(P) of BIP-340. */
export function xOf(P: Element): Uint8Array {
  return P.slice(1);
}

function widen(bigEndian: Uint8Array): Uint8Array {
  return concatBytes(new Uint8Array(64 - bigEndian.length), bigEndian);
}
