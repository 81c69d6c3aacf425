/** A digest of what nobody here sees. Only a row that allows this kind lets it be signed. */

import { refuse } from '../formats/refusal.ts';
import { WORD_BYTES } from '../formats/words.ts';
import type { AskedOfKey, DecodedPayload } from './decodedPayload.ts';
import { ecdsaKey } from './ecdsaKey.ts';
import { effectsOf } from './evm/effectOf.ts';

export function decideRawDigest(asked: AskedOfKey): DecodedPayload {
  const { payload } = asked.request;
  if (payload.length !== WORD_BYTES) refuse('RAW_DIGEST_LENGTH', `${payload.length} bytes, expected ${WORD_BYTES}`);
  return { messages: [payload], effects: effectsOf([{ kind: 'blind', digest: payload }]), ...ecdsaKey(asked) };
}
