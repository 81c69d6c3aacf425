/**
 * Stage 8: nothing leaves but signatures that verify. The check shares no code with the protocol that made them, so neither a lie of
 * a peer, nor a flipped bit, nor a bug of ours gives away a value from which a key could be computed.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { isEqual } from '../../formats/equal.ts';
import type { Scheme } from '../../formats/schemes.ts';

/** What was approved to be signed, and the key under which every verifier will look at it. */
export type Expected = {
  readonly scheme: Scheme;
  readonly messages: readonly Uint8Array[];
  readonly verifyingKey: Uint8Array;
};
export type Signed = { readonly signatures: readonly Uint8Array[] };

/** One signature per message, or undefined when any of them does not verify: then none may leave. */
export function releaseSignature(expected: Expected, signatures: readonly Uint8Array[]): Signed | undefined {
  const { messages } = expected;
  const whole = messages.length > 0 && signatures.length === messages.length;
  return whole && signatures.every((signature, at) => isSignature(expected, messages[at], signature))
    ? { signatures }
    : undefined;
}

function isSignature(
  { scheme, verifyingKey }: Expected,
  message: Uint8Array | undefined,
  signature: Uint8Array,
): boolean {
  if (message === undefined) return false;
  switch (scheme) {
    case 'bip340':
      return signature.length === 64 && schnorr.verify(signature, message, verifyingKey);
    case 'ed25519':
      return signature.length === 64 && ed25519.verify(signature, message, verifyingKey, { zip215: false });
    case 'ecdsa-secp256k1':
      return isRecoverable(signature, message, verifyingKey);
  }
}

/** r ‖ s ‖ v as contracts and wallets take it: low s, and v leads back to this key and no other. */
function isRecoverable(signature: Uint8Array, message: Uint8Array, verifyingKey: Uint8Array): boolean {
  const [compact, v] = [signature.slice(0, 64), signature[64]];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return false;
  if (!secp256k1.verify(compact, message, verifyingKey, { prehash: false, lowS: true })) return false;
  const recovered = secp256k1.Signature.fromBytes(compact)
    .addRecoveryBit(v - 27)
    .recoverPublicKey(message);
  return isEqual(recovered.toBytes(true), verifyingKey);
}
