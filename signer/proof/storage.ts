/** One storage word under a proven storage root. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { refuse } from '../formats/refusal.ts';
import type { Nodes } from './nodes.ts';
import { decodeRlp, rlpUint } from './rlp.ts';
import { findInTrie } from './trie.ts';

/** Undefined where nodes are missing. Proven absence is the word zero; a trie never stores it. */
export function findWord(storageRoot: Uint8Array, slot: Uint8Array, nodes: Nodes): bigint | undefined {
  const value = findInTrie(storageRoot, keccak_256(slot), nodes);
  if (value === undefined) return undefined;
  if (value === null) return 0n;
  const word = rlpUint(decodeRlp(value), 32);
  if (word === 0n) refuse('STORAGE_STORED_ZERO', 'the trie stores a zero');
  return word;
}
