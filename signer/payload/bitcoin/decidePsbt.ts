/** A Bitcoin PSBT is signed only if every input spends an output of the derived key and yields exactly the digests asked for. */

import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { deriveKey, outputKey } from '../derivedKey.ts';
import { bitcoinEffects } from './bitcoinEffects.ts';
import type { Psbt } from './psbt.ts';
import { decodePsbt } from './psbt.ts';
import { taprootDigests } from './sighash.ts';

type Bytes = Uint8Array;

/** > The scriptPubKey of a Taproot output is OP_1 followed by a push of 32 bytes. */
const OP_1_PUSH_32 = Uint8Array.of(0x51, 0x20);

export function decidePsbt({ request, publicKey, birth }: AskedOfKey): DecodedPayload {
  const derived = deriveKey(publicKey, birth, request);
  const { key, tweaks } = outputKey(derived);
  const psbt = decodePsbt(request.payload);
  const own = concatBytes(OP_1_PUSH_32, key);
  requireOwn(psbt, own, derived.key);
  return { messages: taprootDigests(psbt), effects: bitcoinEffects(psbt, own), tweaks, verifyingKey: key };
}

function requireOwn({ inputs }: Psbt, own: Bytes, internalKey: Bytes): void {
  inputs.forEach((input, at) => {
    if (!isEqual(input.spent.script, own)) {
      refuse('INPUT_NOT_OWN', `input ${at} spends 0x${bytesToHex(input.spent.script)}`);
    }
    if (input.internalKey !== null && !isEqual(input.internalKey, internalKey)) {
      refuse('INPUT_INTERNAL_KEY', `input ${at} names 0x${bytesToHex(input.internalKey)}`);
    }
  });
}
