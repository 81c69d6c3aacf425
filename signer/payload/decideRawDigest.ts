/** A digest of what nobody here sees. Only a row that allows this kind lets it be signed. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { refuse } from '../formats/refusal.ts';
import { uintOf, WORD_BYTES } from '../formats/words.ts';
import type { AskedOfKey, DecodedPayload } from './decodedPayload.ts';
import { ecdsaKey } from './ecdsaKey.ts';
import { effectsOf } from './evm/effectOf.ts';

export function decideRawDigest(asked: AskedOfKey): DecodedPayload {
  const { payload } = asked.request;
  if (payload.length !== WORD_BYTES) refuse('RAW_DIGEST_LENGTH', `${payload.length} bytes, expected ${WORD_BYTES}`);
  if (uintOf(payload) % secp256k1.Point.Fn.ORDER === 0n) refuse('RAW_DIGEST_ZERO', 'zero modulo the group order');
  return { messages: [payload], effects: effectsOf([{ kind: 'blind', digest: payload }]), ...ecdsaKey(asked) };
}
