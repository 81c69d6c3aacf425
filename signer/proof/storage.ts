/** One storage word under a proven storage root. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { refuse } from '../formats/refusal.ts';
import { decodeRlp, rlpUint } from './rlp.ts';
import { verifyTrie } from './trie.ts';

/** Proven absence is the word zero; a trie never stores it. */
export function verifyStorage(storageRoot: Uint8Array, slot: Uint8Array, proof: readonly Uint8Array[]): bigint {
  const value = verifyTrie(storageRoot, keccak_256(slot), proof);
  if (value === null) return 0n;
  const word = rlpUint(decodeRlp(value), 32);
  if (word === 0n) refuse('STORAGE_STORED_ZERO', 'the trie stores a zero');
  return word;
}
