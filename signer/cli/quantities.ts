/** Numbers and durations as options have them. */

import { Fatal } from '../host/errors.ts';

/** @throws Fatal CONFIG_INVALID */
export function numberOf(name: string, value: string | boolean | undefined, most: number): number {
  return countOf(`--${name}`, value, most);
}

/** @param what as people wrote it: an option, or the name of a word. @throws Fatal CONFIG_INVALID */
export function countOf(what: string, value: string | boolean | undefined, most: number): number {
  if (typeof value === 'string' && /^\d{1,12}$/.test(value) && Number(value) <= most) return Number(value);
  const found = value === '' ? 'empty' : String(value);
  throw new Fatal('CONFIG_INVALID', `${what} is ${found}`, `It is a whole number, ${most} at most.`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `90`, `90s`, `40min`, `12h`, `3d`. @throws Fatal CONFIG_INVALID */
export function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})(s|min|m|h|d|w)?$/.exec(text) ?? [];
  const size = UNITS[unit];
  if (count !== undefined && size !== undefined) return Number(count) * size;
  throw new Fatal(
    'CONFIG_INVALID',
    `${text === '' ? 'an empty word' : text} is no duration`,
    'A duration is a number of seconds, or one with s, min, h, d or w behind it: 3d.',
  );
}
