/** A text is signed with the derived key, where a row allows texts. */

import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { ecdsaKey } from '../ecdsaKey.ts';
import { effectsOf } from '../evm/effectOf.ts';
import { decodeMessage, messageDeed } from './message.ts';

export function decideMessage(asked: AskedOfKey): DecodedPayload {
  const message = decodeMessage(asked.request.payload);
  return { messages: [message.digest], effects: effectsOf([messageDeed(message)]), ...ecdsaKey(asked) };
}
