/** JSON with exactly one spelling, so that no two readers can disagree about what a frame says. */
import { Refused } from '../formats/refusal.ts';

/**
 * Accepts only what `JSON.stringify` prints: no blanks, no repeated field, no second spelling of a number or a string.
 * @throws Refused FRAME_MALFORMED
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = attempt('UTF-8', () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  const value: unknown = attempt('JSON', () => JSON.parse(text));
  const canonical = attempt('JSON of a sane depth', () => JSON.stringify(value));
  if (canonical !== text) throw new Refused('FRAME_MALFORMED', 'not as JSON.stringify prints it, or a repeated field');
  return value;
}

function attempt<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new Refused('FRAME_MALFORMED', `not ${what}`, { cause });
  }
}
