/** A signing request as a host sends it: what its event showed. */

import { MAX_DIGESTS, MAX_EFFECTS, MAX_MESSAGE, MAX_PAYLOAD } from '../../formats/limits.ts';
import type { Request } from '../../formats/request.ts';
import { MAX_SCRIPT_BYTES } from '../../payload/bitcoin/transaction.ts';
import type { Decoder } from './decoder.ts';
import { decimalOf, hexOf, hexUpTo, integerOf, listOf, object } from './decoder.ts';

const effect = object({
  kind: integerOf(8),
  asset: hexOf(32),
  recipient: hexUpTo(MAX_SCRIPT_BYTES),
  amount: decimalOf(256),
  detail: hexOf(32),
});

export const decodeRequest: Decoder<Request> = object({
  keyId: hexOf(32),
  requester: hexOf(20),
  counter: decimalOf(64),
  path: hexOf(32),
  kind: integerOf(8),
  payload: hexUpTo(MAX_PAYLOAD),
  digests: listOf(hexUpTo(MAX_MESSAGE), MAX_DIGESTS),
  effects: listOf(effect, MAX_EFFECTS),
  deadline: integerOf(48),
  consumer: hexOf(20),
  callbackGas: integerOf(32),
  replaces: hexOf(32),
});
