/** A PSBT whose inputs all pay to one witness public key hash, and the witnesses that spend them (P2WPKH: BIP-141, BIP-143). */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { keyHashScript, segwitSpend } from './decideSegwitPsbt.ts';
import type { Witness } from './finalTransaction.ts';
import type { Payment } from './payment.ts';
import { decodePsbt } from './psbt.ts';

type Bytes = Uint8Array;

const SIGHASH_ALL = Uint8Array.of(0x01);
/** What an Ethereum signature adds to the parity of R. */
const PARITY = 27;
/** r ‖ s ‖ v, as the chain shows it */
export const KEY_HASH_SIGNATURE_BYTES = 65;

/** > OP_0, and a push of 20 bytes. */
export function isKeyHash(script: Bytes): boolean {
  return script.length === 22 && script[0] === 0x00 && script[1] === 0x14;
}

/** @throws Refused as the enclave's decoder, as far as it can without the key */
export function keyHashPaymentOf(payload: Bytes): Payment {
  const psbt = decodePsbt(payload);
  const own = psbt.inputs[0]?.spent.script ?? new Uint8Array();
  const { messages, effects } = segwitSpend(payload, own);
  return { payload, psbt, own, digests: messages, effects };
}

/**
 * > The witness must consist of exactly 2 items: a signature, and the public key.
 *
 * The key is not in the payload: it is the one that the signature is of, where the script has its hash.
 *
 * @param signature r ‖ s ‖ v of 65 bytes, v 27 or 28
 * @returns null where it is of another key or message
 */
export function keyHashWitness({ own }: Pick<Payment, 'own'>, digest: Bytes, signature: Bytes): Witness | null {
  const key = keyOf(digest, signature);
  if (key === null || !isEqual(keyHashScript(key), own)) return null;
  const der = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').toBytes('der');
  return [concatBytes(der, SIGHASH_ALL), key];
}

/** Compressed; null where no key signs so, or with an s that nodes do not relay. */
function keyOf(digest: Bytes, signature: Bytes): Bytes | null {
  const parity = (signature[64] ?? 0) - PARITY;
  if (parity !== 0 && parity !== 1) return null;
  const recovered = concatBytes(Uint8Array.of(parity), signature.subarray(0, 64));
  try {
    const key = secp256k1.recoverPublicKey(recovered, digest, { prehash: false });
    return secp256k1.verify(signature.subarray(0, 64), digest, key, { prehash: false, lowS: true }) ? key : null;
  } catch {
    return null; // r or s out of range, or no point has that r
  }
}
