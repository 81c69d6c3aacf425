/** Who an enclave is: a secp256k1 key made inside it, known to contracts and peers by its Ethereum address. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Rng } from '../protocol/committee.ts';
import { Secret } from '../protocol/secret.ts';

export type Identity = { readonly address: Uint8Array; readonly key: Secret<Uint8Array> };

export const SIGNATURE_BYTES = 65;
export const IDENTITY_KEY_BYTES = 32;
/** As Ethereum writes the recovery bit. */
const FIRST_V = 27;

const SEED_BYTES = 48;

export function generateIdentity(rng: Rng): Identity {
  return identityOf(secp256k1.utils.randomSecretKey(rng(SEED_BYTES)));
}

/** @throws when `key` is no scalar of the curve. */
export function identityOf(key: Uint8Array): Identity {
  const point = secp256k1.Point.fromBytes(secp256k1.getPublicKey(key));
  return { address: addressOf(point.toBytes(false)), key: new Secret(key) };
}

/** r ‖ s ‖ v over a 32-byte hash, low s, v 27 or 28; deterministic (RFC 6979), so one hash has one signature. */
export function signHash(identity: Identity, hash: Uint8Array): Uint8Array {
  const signature = secp256k1.sign(hash, identity.key.reveal(), { prehash: false, lowS: true, format: 'recovered' });
  return concatBytes(signature.subarray(1), Uint8Array.of(FIRST_V + (signature[0] ?? 0)));
}

/** Address of the identity that signed `hash`, or undefined when that is no signature in the one accepted form. */
export function recoverSigner(hash: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const recovery = (signature[SIGNATURE_BYTES - 1] ?? 0) - FIRST_V;
  if (signature.length !== SIGNATURE_BYTES || (recovery !== 0 && recovery !== 1)) return undefined;
  const recovered = concatBytes(Uint8Array.of(recovery), signature.subarray(0, SIGNATURE_BYTES - 1));
  try {
    const parsed = secp256k1.Signature.fromBytes(recovered, 'recovered');
    return parsed.hasHighS() ? undefined : addressOf(parsed.recoverPublicKey(hash).toBytes(false));
  } catch {
    return undefined; // r or s out of range, or r is no x-coordinate: noble says so by throwing
  }
}

function addressOf(uncompressed: Uint8Array): Uint8Array {
  return keccak_256(uncompressed.subarray(1)).slice(-20);
}
