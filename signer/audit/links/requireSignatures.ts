/** Each signature verifies over its digest under the derived key. Contracts keep no signature: that they hold is what proves them. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import type { Scheme } from '../../formats/schemes.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';

type Bytes = Uint8Array;

/** @throws Broken SIGNATURE_COUNT, SIGNATURE_WRONG */
export function requireSignatures(
  scheme: Scheme,
  { messages, verifyingKey }: DecodedPayload,
  { signatures }: Pick<Bundle, 'signatures'>,
): void {
  if (signatures.length !== messages.length)
    broken('SIGNATURE_COUNT', `${signatures.length} signatures for ${messages.length} digests`);
  messages.forEach((message, at) => {
    if (!holds(scheme, signatures[at], message, verifyingKey)) broken('SIGNATURE_WRONG', `signature ${at}`);
  });
}

/** What is no signature at all does not hold either: noble throws for bytes of another length or form. */
function holds(scheme: Scheme, signature: Bytes | undefined, message: Bytes, key: Bytes): boolean {
  if (signature === undefined) return false;
  try {
    return VERIFY[scheme](signature, message, key);
  } catch {
    return false;
  }
}

const VERIFY: Readonly<Record<Scheme, (signature: Bytes, message: Bytes, key: Bytes) => boolean>> = {
  bip340: (signature, message, key) => schnorr.verify(signature, message, key),
  ed25519: (signature, message, key) => ed25519.verify(signature, message, key, { zip215: false }),
  'ecdsa-secp256k1': verifyEcdsa,
};

/** r ‖ s ‖ v as contracts take it: low s, and v such that the key is recovered. */
function verifyEcdsa(signature: Bytes, message: Bytes, key: Bytes): boolean {
  const [v = 0] = signature.slice(64);
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return false;
  const found = secp256k1.Signature.fromBytes(signature.slice(0, 64), 'compact').addRecoveryBit(v - 27);
  const recovered = found.recoverPublicKey(message).toBytes(true);
  const holds = secp256k1.verify(signature.slice(0, 64), message, key, { prehash: false, lowS: true });
  return holds && recovered.every((byte, at) => byte === key[at]);
}
