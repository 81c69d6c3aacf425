/** Hands out a proof's nodes in order, each only to the reference that commits to it, and none unread. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { isEqual } from '../formats/equal.ts';
import { refuse } from '../formats/refusal.ts';
import type { Reference, TrieNode } from './node.ts';
import { decodeNode, MAX_NODE_BYTES, MIN_HASHED_BYTES } from './node.ts';

type Bytes = Uint8Array;

export class ProofReader {
  readonly #proof: readonly Bytes[];
  #next = 0;

  constructor(proof: readonly Bytes[]) {
    this.#proof = proof;
  }

  take(reference: Reference): TrieNode {
    return reference.kind === 'embedded' ? reference.node : this.#hashed(reference.hash);
  }

  finish(): void {
    const left = this.#proof.length - this.#next;
    if (left > 0) refuse('TRIE_UNUSED_NODES', `${left} nodes after the answer`);
  }

  #hashed(hash: Bytes): TrieNode {
    const at = this.#next++;
    const bytes = this.#proof[at] ?? refuse('TRIE_TRUNCATED', `the proof ends after ${at} nodes`);
    if (bytes.length > MAX_NODE_BYTES) refuse('TRIE_NODE_TOO_LARGE', `node ${at}: ${bytes.length} bytes`);
    if (!isEqual(keccak_256(bytes), hash)) refuse('TRIE_HASH_MISMATCH', `node ${at} is not what its parent names`);
    // The root has a hash however short it is; any other node of under 32 bytes stands in its parent.
    const isTooShort = at > 0 && bytes.length < MIN_HASHED_BYTES;
    if (isTooShort) refuse('TRIE_NODE_TOO_SHORT', `node ${at}: ${bytes.length} bytes`);
    return decodeNode(bytes);
  }
}
