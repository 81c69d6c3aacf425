/** How much JSON would build, counted before it builds anything: nesting and small values cost far more than their bytes. */
import { refuse } from '../formats/refusal.ts';

/** Our deepest call has six: call, params, requests, request, effects, effect. */
export const MAX_JSON_DEPTH = 16;
/** Our largest call is a session's 32 requests with all that each may have, or a proof's nodes. */
export const MAX_JSON_VALUES = 65_536;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const LOWER_D = 0x64;
const DIGIT_8 = 0x38;
const COMMA = 0x2c;
const OPENING: readonly number[] = [0x5b, 0x7b];
const CLOSING: readonly number[] = [0x5d, 0x7d];

/**
 * Linear in time, constant in memory; of bytes that are no JSON it may say anything.
 * @throws Refused FRAME_MALFORMED
 */
export function requireModestJson(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (OPENING.includes(byte)) {
      depth += 1;
      values += 1;
    } else if (CLOSING.includes(byte)) depth -= 1;
    else if (byte === COMMA) values += 1;
    if (depth > MAX_JSON_DEPTH) refuse('FRAME_MALFORMED', `not JSON of a sane depth: more than ${MAX_JSON_DEPTH}`);
    if (values > MAX_JSON_VALUES)
      refuse('FRAME_MALFORMED', `not JSON of a sane size: more than ${MAX_JSON_VALUES} values`);
  }
}

/** Where the closing quote is, or the end. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start;
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    if (isSurrogate(bytes, at)) refuse('FRAME_MALFORMED', 'half a character, which UTF-8 cannot say');
    at += 1;
  }
  return at;
}

/** `\ud8…` to `\udf…`: JSON.stringify prints a surrogate so where its other half is missing, and nowhere else. */
function isSurrogate(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === LOWER_U && bytes[at + 2] === LOWER_D && (bytes[at + 3] ?? 0) >= DIGIT_8;
}
