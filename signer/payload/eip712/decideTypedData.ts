/** Typed data are signed with the derived key. What names no chain or no contract is of a kind of its own, which a row allows by itself. */

import { refuse } from '../../formats/refusal.ts';
import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { ecdsaKey } from '../ecdsaKey.ts';
import { effectsOf } from '../evm/effectOf.ts';
import type { TypedData } from './typedData.ts';
import { decodeTypedData } from './typedData.ts';
import { boundOf, typedDeeds } from './typedDeeds.ts';

export function decideTypedData(asked: AskedOfKey): DecodedPayload {
  const data = decodeTypedData(asked.request.payload);
  if (boundOf(data.domain) === null)
    refuse('TYPED_UNBOUND', 'the domain names no chain or no contract: that is kind eip712-unbound');
  return decided(data, asked);
}

export function decideUnboundTypedData(asked: AskedOfKey): DecodedPayload {
  const data = decodeTypedData(asked.request.payload);
  if (boundOf(data.domain) !== null)
    refuse('TYPED_UNBOUND', 'the domain names chain and contract: that is kind eip712');
  return decided(data, asked);
}

function decided(data: TypedData, asked: AskedOfKey): DecodedPayload {
  return { messages: [data.digest], effects: effectsOf(typedDeeds(data)), ...ecdsaKey(asked) };
}
