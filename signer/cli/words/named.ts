/** Ids as people read and write them: shortened where they stand in a table, and taken by their first characters. */

import { keccak256, stringToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';

/** Long enough to be taken back by `idOf`, in whatever is not made to collide. */
export function short(id: string): string {
  return id.length > 14 ? `${id.slice(0, 12)}…` : id;
}

/** The one of `known` that begins like this. @throws Fatal when none does, or several do */
export function idOf(known: Iterable<Hex>, text: string, what: string): Hex {
  const start = text.replace(/…$/, '').toLowerCase();
  const found = /^0x[0-9a-f]{4,64}$/.test(start) ? [...known].filter((id) => id.startsWith(start)) : [];
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  const many = `${found.length} ${what}s begin with ${start}`;
  throw new Fatal(
    'CONFIG_INVALID',
    found.length === 0 ? `there is no ${what} ${text}` : many,
    `\`quorate ${what}s\` lists them; the first characters are enough, from 0x and four more on.`,
  );
}

/** The path of a derived key: 32 bytes as they are, or the Keccak-256 of words, as `treasury/bitcoin` says more than its hash. */
export function pathOf(text: string): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase() as Hex;
  if (text.trim() === '') throw noPath('--path is empty');
  // DANGER: words of mistyped hex would be those of another account, which nobody knows of
  if (/^\s*0x/i.test(text)) throw noPath(`--path ${text} begins like hex, and is not 32 bytes of it`);
  return keccak256(stringToHex(text));
}

function noPath(detail: string): Fatal {
  const advice = 'A path is 0x and 64 hexadecimal digits, or words whose hash it is; left out, it is 32 bytes of zero.';
  return new Fatal('CONFIG_INVALID', detail, advice);
}

/** > exactly ±8.64e15 milliseconds (ECMA-262): contracts keep times in 48 bits, which hold later ones */
const LAST_TIME = 8.64e12;

export function time(seconds: number): string {
  if (seconds > LAST_TIME) return `second ${seconds}, which no calendar has`;
  return seconds === 0 ? '-' : new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

/** Seconds as people say them, down to the second largest unit. */
export function duration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = Math.floor(seconds);
  const said = units.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return said.join(' ');
}
