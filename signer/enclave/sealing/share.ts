/** This enclave's share of one key, as one attempt made it. */

import { type PublicKey, SCHEME_NUMBERS, type Scheme } from '../../formats/schemes.ts';
import type { KeyShare } from '../../protocol/keygen/keyShare.ts';

export type Share = {
  readonly keyId: Uint8Array;
  readonly epoch: number;
  readonly attempt: number;
  /** Committee hash. */
  readonly committee: Uint8Array;
  /** The session that made it, and this enclave's id: what the confirmation names. */
  readonly session: Uint8Array;
  readonly member: Uint8Array;
  /** A chosen share is that of the attempt that the chain was proven to have chosen. */
  readonly status: 'pending' | 'chosen';
  readonly keyShare: KeyShare;
};

/** A share's suite bears the name of its scheme. */
export function schemeOf({ suite }: KeyShare): Scheme {
  if (isScheme(suite)) return suite;
  throw new Error(`a share of no scheme: ${suite}`);
}

/** As contracts write public keys (docs/formats.md, "Public keys"). */
export function publicKeyOf(keyShare: KeyShare): PublicKey {
  const { publicKey } = keyShare;
  switch (schemeOf(keyShare)) {
    case 'bip340':
    case 'ecdsa-secp256k1':
      return { prefix: publicKey[0] ?? 0, x: publicKey.slice(1) };
    case 'ed25519':
      return { prefix: 0, x: publicKey };
  }
}

/** What verifiers of the root key itself take for it. */
export function verifyingKeyOf(scheme: Scheme, { prefix, x }: PublicKey): Uint8Array {
  switch (scheme) {
    case 'bip340':
    case 'ed25519':
      return x;
    case 'ecdsa-secp256k1':
      return Uint8Array.of(prefix, ...x);
  }
}

function isScheme(name: string): name is Scheme {
  return Object.hasOwn(SCHEME_NUMBERS, name);
}
