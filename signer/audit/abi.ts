/**
 * Ethereum's ABI encoding of the calls that are looked for in an operation: what contracts' own tools write, byte for byte. Whoever
 * encodes a call in another way has not made the call that is looked for.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { uintWord, WORD_BYTES } from '../formats/words.ts';

type Bytes = Uint8Array;

/** > A value is static or dynamic: the latter stands behind the heads, which have its offset. */
export type Abi = { readonly isDynamic: boolean; readonly encoded: Bytes };

export function abiWord(word: Bytes): Abi {
  if (word.length !== WORD_BYTES) throw new RangeError(`a word of ${word.length} bytes`);
  return { isDynamic: false, encoded: word };
}

export function abiUint(value: bigint | number): Abi {
  return abiWord(uintWord(value));
}

export function abiBytes(bytes: Bytes): Abi {
  const padding = new Uint8Array((WORD_BYTES - (bytes.length % WORD_BYTES)) % WORD_BYTES);
  return { isDynamic: true, encoded: concatBytes(uintWord(bytes.length), bytes, padding) };
}

export function abiTuple(...items: readonly Abi[]): Abi {
  return { isDynamic: items.some(({ isDynamic }) => isDynamic), encoded: headsAndTails(items) };
}

export function abiArray(items: readonly Abi[]): Abi {
  return { isDynamic: true, encoded: concatBytes(uintWord(items.length), headsAndTails(items)) };
}

/** Arguments as `abi.encode` has them. */
export function abiEncode(...items: readonly Abi[]): Bytes {
  return headsAndTails(items);
}

/** @param signature as `transfer(address,uint256)` */
export function abiCall(signature: string, ...items: readonly Abi[]): Bytes {
  return concatBytes(keccak_256(utf8ToBytes(signature)).slice(0, 4), headsAndTails(items));
}

function headsAndTails(items: readonly Abi[]): Bytes {
  const sizeOfHeads = items.reduce((sum, { isDynamic, encoded }) => sum + (isDynamic ? WORD_BYTES : encoded.length), 0);
  const tails: Bytes[] = [];
  let offset = sizeOfHeads;
  const heads = items.map(({ isDynamic, encoded }) => {
    if (!isDynamic) return encoded;
    const head = uintWord(offset);
    tails.push(encoded);
    offset += encoded.length;
    return head;
  });
  return concatBytes(...heads, ...tails);
}
