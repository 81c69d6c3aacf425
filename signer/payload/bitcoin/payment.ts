/** A PSBT before anybody voted on it, when no key is at hand: the payload that enclaves would sign, and what follows from it. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { MAX_PAYLOAD } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Effect } from '../../formats/request.ts';
import { outputKey } from '../derivedKey.ts';
import { bitcoinEffects } from './bitcoinEffects.ts';
import { encodePsbt } from './encodePsbt.ts';
import { isPoint } from './outputScript.ts';
import type { Psbt, PsbtInput } from './psbt.ts';
import { decodePsbt } from './psbt.ts';
import { taprootDigests } from './sighash.ts';

type Bytes = Uint8Array;

export type Payment = {
  readonly payload: Bytes;
  readonly psbt: Psbt;
  /** The script that every input spends, and what returns to it is change. */
  readonly own: Bytes;
  readonly digests: readonly Bytes[];
  readonly effects: readonly Effect[];
};

/**
 * What is returned was decoded from the payload, never from `bytes`: digests, effects and words are of what would be voted.
 *
 * @throws Refused as the enclave's decoder, as far as it can without the key
 */
export function paymentOf(bytes: Bytes): Payment {
  const payload = encodePsbt(decodePsbt(bytes));
  if (payload.length > MAX_PAYLOAD) refuse('PAYLOAD_TOO_LARGE', `${payload.length} bytes, at most ${MAX_PAYLOAD}`);
  const psbt = decodePsbt(payload);
  const own = ownScript(psbt.inputs);
  return { payload, psbt, own, digests: taprootDigests(psbt), effects: bitcoinEffects(psbt, own) };
}

/** One key signs all inputs, each by its key path. */
function ownScript(inputs: readonly PsbtInput[]): Bytes {
  const own = inputs[0]?.spent.script ?? new Uint8Array();
  inputs.forEach(({ spent: { script }, internalKey }, at) => {
    if (!isTaproot(script)) refuse('INPUT_NOT_OWN', `input ${at} spends 0x${bytesToHex(script)}, no Taproot output`);
    if (!isEqual(script, own)) refuse('INPUT_NOT_OWN', `inputs 0 and ${at} spend outputs of two keys`);
    if (internalKey !== null) requireInternal(internalKey, script, at);
  });
  return own;
}

function isTaproot(script: Bytes): boolean {
  return script.length === 34 && script[0] === 0x51 && script[1] === 0x20;
}

/** The output key has to be the internal key's without a script tree (BIP-86), as the enclave's is. */
function requireInternal(internalKey: Bytes, script: Bytes, at: number): void {
  if (internalKey.length === 32 && isPoint(internalKey)) {
    const point = secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(2), internalKey));
    if (isEqual(outputKey({ point, key: internalKey, tweaks: [] }).key, script.subarray(2))) return;
  }
  refuse('INPUT_INTERNAL_KEY', `input ${at}: internal key 0x${bytesToHex(internalKey)} is not that of its output`);
}
