/** The outside of a call. Its id is known before its parameters are judged, so a refusal can name it. */

import { anything, type Decoder, integerOf, object, SAFE_BITS } from './decoder.ts';

export type CallFrame = { readonly id: number; readonly call: unknown; readonly params: unknown };

const frame: Decoder<CallFrame> = object({ id: integerOf(SAFE_BITS), call: anything, params: anything });

/** @throws Refused CALL_MALFORMED */
export function decodeCallFrame(value: unknown): CallFrame {
  return frame(value, 'call');
}
