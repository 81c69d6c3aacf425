/**
 * Stage 8: nothing leaves but signatures that verify. The check shares no code with the protocol that made them, so neither a lie of
 * a peer, nor a flipped bit, nor a bug of ours gives away a value from which a key could be computed.
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
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
      return (
        signature.length === 64 && secp256k1.verify(signature, message, verifyingKey, { prehash: false, lowS: true })
      );
  }
}
