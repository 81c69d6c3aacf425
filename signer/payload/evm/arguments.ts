/** Arguments of static types behind a selector, in the one way that the ABI writes them. */

import { isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { uintOf, WORD_BYTES } from '../../formats/words.ts';
import { SELECTOR_BYTES } from './effectOf.ts';

type Bytes = Uint8Array;

/** `bits` of an unsigned integer, or an address; a bool is an integer of one bit. */
export type ArgumentType = 'address' | { readonly bits: number };
export type Arguments = { address(at: number): Bytes; uint(at: number): bigint };

/**
 * Undefined where the data are not exactly these arguments: what follows them makes it another call.
 *
 * @throws Refused EVM_CALLDATA where an argument has bits that its type does not: some contracts mask them, some revert
 */
export function readArguments(data: Bytes, types: readonly ArgumentType[]): Arguments | undefined {
  if (data.length !== SELECTOR_BYTES + WORD_BYTES * types.length) return undefined;
  types.forEach((type, at) => {
    const bits = type === 'address' ? 160 : type.bits;
    if (uintOf(wordAt(data, at)) >> BigInt(bits) !== 0n)
      refuse('EVM_CALLDATA', `argument ${at} has more than ${bits} bits`);
  });
  return { address: (at) => addressAt(data, at), uint: (at) => uintOf(wordAt(data, at)) };
}

/** Argument `at` of a call, whatever follows; all zeros where the data end before it. */
export function wordAt(data: Bytes, at: number): Bytes {
  const start = SELECTOR_BYTES + WORD_BYTES * at;
  const word = new Uint8Array(WORD_BYTES);
  word.set(data.subarray(start, start + WORD_BYTES));
  return word;
}

function addressAt(data: Bytes, at: number): Bytes {
  return wordAt(data, at).subarray(12);
}

export function isAddressWord(word: Bytes): boolean {
  return isZero(word.subarray(0, 12));
}
