/** A Bitcoin PSBT for an ECDSA key: every input spends a proven output that pays to the derived key's hash (BIP-141, P2WPKH). */

import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { deriveKey } from '../derivedKey.ts';
import { bitcoinEffects } from './bitcoinEffects.ts';
import type { Psbt, PsbtInput } from './psbt.ts';
import { decodePsbt } from './psbt.ts';
import { segwitDigests } from './segwitSighash.ts';

type Bytes = Uint8Array;

/** > OP_0, and a push of 20 bytes. */
const OP_0_PUSH_20 = Uint8Array.of(0x00, 0x14);

export function decideSegwitPsbt({ request, publicKey, birth }: AskedOfKey): DecodedPayload {
  const { point, tweaks } = deriveKey(publicKey, birth, request);
  const verifyingKey = point.toBytes(true);
  return { ...segwitSpend(request.payload, keyHashScript(verifyingKey)), tweaks, verifyingKey };
}

/** @param compressed a public key of 33 bytes: others spend from no such output */
export function keyHashScript(compressed: Bytes): Bytes {
  return concatBytes(OP_0_PUSH_20, ripemd160(sha256(compressed)));
}

/** @param own the script of all that is spent; what returns to it is change */
export function segwitSpend(payload: Bytes, own: Bytes): Pick<DecodedPayload, 'messages' | 'effects'> {
  const psbt = decodePsbt(payload);
  requireSpends(psbt, own);
  return { messages: segwitDigests(psbt), effects: bitcoinEffects(psbt, own) };
}

function requireSpends({ inputs }: Psbt, own: Bytes): void {
  inputs.forEach((input, at) => {
    requireProven(input, at);
    if (!isEqual(input.spent.script, own)) {
      refuse('INPUT_NOT_OWN', `input ${at} spends 0x${bytesToHex(input.spent.script)}`);
    }
    requireAll(input, at);
    if (input.internalKey !== null)
      refuse('INPUT_INTERNAL_KEY', `input ${at} spends no Taproot output, and names a key`);
  });
}

// A signature commits to the amount of its own input alone.
function requireProven({ isProven }: PsbtInput, at: number): void {
  if (!isProven)
    refuse('PSBT_FIELD_MISSING', `input ${at}: no previous transaction, and a witness UTXO proves nothing`);
}

/** > SIGHASH_DEFAULT is Taproot's. What says nothing is signed ALL. */
function requireAll({ sighash, isSighashGiven }: PsbtInput, at: number): void {
  if (isSighashGiven && sighash !== 'all') refuse('SIGHASH_TYPE', `input ${at}: DEFAULT, which only Taproot has`);
}
