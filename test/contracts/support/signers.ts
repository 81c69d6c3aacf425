/** One key of each scheme, as its ERC-7913 verifier takes it. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { concat, getBytes, hexlify, id, toBeHex } from 'ethers';

export type SchemeName = 'ed25519' | 'bip340' | 'ecdsa';

export type Signer = {
  readonly scheme: SchemeName;
  /** x(P), prefix ‖ x, or the encoding of A. */
  readonly key: string;
  /** Bytes of a signature over a 32-byte hash. */
  readonly sign: (hash: string) => string;
};

const makers: Record<SchemeName, (secret: Uint8Array) => Omit<Signer, 'scheme'>> = {
  ed25519: (secret) => ({
    key: hexlify(ed25519.getPublicKey(secret)),
    sign: (hash) => hexlify(ed25519.sign(getBytes(hash), secret)),
  }),
  bip340: (secret) => ({
    key: hexlify(schnorr.getPublicKey(secret)),
    sign: (hash) => hexlify(schnorr.sign(getBytes(hash), secret, new Uint8Array(32))),
  }),
  ecdsa: (secret) => ({
    key: hexlify(secp256k1.getPublicKey(secret)),
    sign: (hash) => {
      const signature = secp256k1.sign(getBytes(hash), secret, { prehash: false, format: 'recovered' });
      return concat([signature.slice(1), toBeHex(27 + Number(signature[0]), 1)]);
    },
  }),
};

/** The same key for the same seed. */
export function signerOf(scheme: SchemeName, seed: string): Signer {
  return { scheme, ...makers[scheme](getBytes(id(seed))) };
}
