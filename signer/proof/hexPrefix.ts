/** Hex-prefix encoding of a path of nibbles (Yellow Paper, appendix C), decoded strictly. */

import { refuse } from '../formats/refusal.ts';

export type PrefixedPath = { readonly path: readonly number[]; readonly isLeaf: boolean };

export function hexPrefixDecode(bytes: Uint8Array): PrefixedPath {
  const digits = nibbles(bytes);
  const [flag, padding = 0] = digits;
  if (flag === undefined || flag > 3) refuse('TRIE_HEX_PREFIX', `flag ${flag}`);
  const isOdd = flag % 2 === 1;
  if (!isOdd && padding !== 0) refuse('TRIE_HEX_PREFIX', `padding ${padding}`);
  return { path: digits.slice(isOdd ? 1 : 2), isLeaf: flag >= 2 };
}

export function nibbles(bytes: Uint8Array): number[] {
  const digits: number[] = [];
  for (const byte of bytes) digits.push(byte >> 4, byte & 0x0f);
  return digits;
}
