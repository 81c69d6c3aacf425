/** A message that people can read: what a screen would swallow, turn round or overwrite is refused. */

import { refuse } from '../../formats/refusal.ts';

/**
 * Control characters but the line feed; characters that format, turn or join (Unicode's Cf), line and paragraph separators, private use,
 * and what is no character. Ranges of their own, since an engine's tables change with its Unicode version.
 */
const UNSHOWN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x600, 0x605],
  [0x61c, 0x61c],
  [0x6dd, 0x6dd],
  [0x70f, 0x70f],
  [0x890, 0x891],
  [0x8e2, 0x8e2],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xe000, 0xf8ff],
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x110bd, 0x110bd],
  [0x110cd, 0x110cd],
  [0x13430, 0x1343f],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff],
];

/** @throws Refused MESSAGE_NOT_TEXT */
export function readText(bytes: Uint8Array): string {
  if (bytes.length === 0) return refuse('MESSAGE_NOT_TEXT', 'no text');
  const text = decodeUtf8(bytes);
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (!isShown(point)) return refuse('MESSAGE_NOT_TEXT', `${codePoint(point)} is not shown as it is`);
  }
  return text;
}

export function isShown(point: number): boolean {
  return !UNSHOWN.some(([first, last]) => point >= first && point <= last) && (point & 0xfffe) !== 0xfffe;
}

export function codePoint(point: number): string {
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    return refuse('MESSAGE_NOT_TEXT', 'not UTF-8', { cause });
  }
}

/** For a screen, between quotes: what it would hide, turn round or take for the end is written out. */
export function escaped(text: string): string {
  return Array.from(text, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    const point = character.codePointAt(0) ?? 0;
    return isShown(point) && character !== '\n' ? character : `\\u{${point.toString(16)}}`;
  }).join('');
}

export function hasUnshown(text: string): boolean {
  return Array.from(text).some((character) => !isShown(character.codePointAt(0) ?? 0));
}
