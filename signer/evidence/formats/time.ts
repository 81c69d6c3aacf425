/** Times of certificates and of collateral, as seconds since 1970. */

import { type RefusalCode, refuse } from '../refusal.ts';
import { type Der, TAG } from './der.ts';

/** > RFC 5280, 4.1.2.5: dates through the year 2049 as UTCTime, dates in 2050 or later as GeneralizedTime; both with seconds and Z. */
export function derTime(der: Der, what: string): number {
  const text = String.fromCharCode(...der.content);
  const isShort = der.tag === TAG.utcTime;
  if (!isShort && der.tag !== TAG.generalizedTime)
    refuse('DER_MALFORMED', `${what} has tag ${der.tag}`, { what, tag: der.tag });
  if (!(isShort ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text))
    refuse('DER_MALFORMED', `${what} is no time: ${text}`, { what });
  const digits = isShort ? `${text < '50' ? '20' : '19'}${text}` : text;
  if (!isShort && digits < '2050') refuse('DER_MALFORMED', `${what} is before 2050, and no UTCTime`, { what });
  const [date, clock] = [digits.slice(0, 8), digits.slice(8, 14)];
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}Z`;
  return isoTime(iso, what, 'DER_MALFORMED');
}

/** `YYYY-MM-DDThh:mm:ssZ`, a moment that exists. */
export function isoTime(text: string, what: string, code: RefusalCode): number {
  const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  const isReal = !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text.replace('Z', '.000Z');
  if (!isReal) refuse(code, `${what} is no time: ${text}`, { what, found: text });
  return milliseconds / 1000;
}

/** The end of the year 9999: no time that matters lies beyond, and `isoText` can spell all before. */
export const LAST_TIME = 253_402_300_799;

export function isoText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
