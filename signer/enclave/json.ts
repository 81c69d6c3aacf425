/** JSON with exactly one spelling, so that no two readers can disagree about what a frame says. */
import { Refused, refuse } from '../formats/refusal.ts';
import { requireModestJson } from './jsonShape.ts';

/**
 * Accepts only what `JSON.stringify` prints: no blanks, no repeated field, no second spelling of a number or a string.
 * @throws Refused FRAME_MALFORMED
 */
export function parseJson(bytes: Uint8Array): unknown {
  requireModestJson(bytes);
  const text = decoding('UTF-8', () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  const value: unknown = decoding('JSON', () => JSON.parse(text));
  if (JSON.stringify(value) !== text) refuse('FRAME_MALFORMED', 'not as JSON.stringify prints it, or a repeated field');
  return value;
}

function decoding<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refused('FRAME_MALFORMED', `not ${what}`, { cause });
  }
}
