/** An EVM transaction names no sender: whoever signs it is. It is signed with the derived key, over the hash of its own bytes. */

import { hash } from '../../formats/words.ts';
import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { ecdsaKey } from '../ecdsaKey.ts';
import { effectsOf } from './effectOf.ts';
import { evmDeeds } from './evmDeeds.ts';
import { decodeTransaction } from './transaction.ts';

export function decideTransaction(asked: AskedOfKey): DecodedPayload {
  const { payload } = asked.request;
  const effects = effectsOf(evmDeeds(decodeTransaction(payload)));
  return { messages: [hash(payload)], effects, ...ecdsaKey(asked) };
}
