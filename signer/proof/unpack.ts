/** Fields of a packed storage word, least significant first. */

import { refuse } from '../formats/refusal.ts';
import { uintWord } from '../formats/words.ts';

export type Unpacked<Layout> = { readonly [Name in keyof Layout]: bigint };

/** Refuses bits that the layout does not name: then this is not the contract that this code was written for. */
export function unpack<const Layout extends Readonly<Record<string, number>>>(
  word: bigint,
  layout: Layout,
): Unpacked<Layout> {
  let rest = word;
  const take = (bits: number): bigint => {
    const value = rest & ((1n << BigInt(bits)) - 1n);
    rest >>= BigInt(bits);
    return value;
  };
  const fields = Object.fromEntries(Object.entries(layout).map(([name, bits]) => [name, take(bits)]));
  if (rest !== 0n) refuse('WORD_MALFORMED', `0x${word.toString(16)} has bits beyond its last field`);
  return fields as Unpacked<Layout>;
}

export function addressOf(word: bigint): Uint8Array {
  return uintWord(unpack(word, { address: 160 }).address).slice(12);
}
