/** Identities on the engine that enclaves use, and on noble: the oracle. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { identitiesOn, loadIdentities } from '../../../signer/enclave/identity.ts';
import { secp256k1Wasm } from '../../protocol/suites.ts';
import { seeded } from '../../simulation/random.ts';

const random = seeded('identities');

export const identities = await loadIdentities(secp256k1Wasm, (length) => random.bytes(length));

export const nobleIdentities = identitiesOn({
  publicKey: (secret) => secp256k1.getPublicKey(secret, false),
  sign: (hash, secret) => {
    const signed = secp256k1.sign(hash, secret, { prehash: false, lowS: true, format: 'recovered' });
    return { signature: signed.slice(1), recovery: signed[0]! };
  },
  recover: (hash, { signature, recovery }) => {
    try {
      const parsed = secp256k1.Signature.fromBytes(Uint8Array.of(recovery, ...signature), 'recovered');
      return parsed.recoverPublicKey(hash).toBytes(false);
    } catch {
      return undefined; // r or s out of range, or r is no x-coordinate: noble says so by throwing
    }
  },
});
