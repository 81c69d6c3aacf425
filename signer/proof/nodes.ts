/** The nodes of a proof, found by their hashes: each is hashed once, when it comes, and decoded once, when it is reached. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { refuse } from '../formats/refusal.ts';
import type { TrieNode } from './node.ts';
import { decodeNode, MAX_NODE_BYTES, MIN_HASHED_BYTES } from './node.ts';
import { hashNode } from './nodeHash.ts';

type Bytes = Uint8Array;
type Kept = { readonly bytes: Bytes; node?: TrieNode };

/** Of one block: some 64 members with their slots, and 128 requests, several times over. */
export const MAX_NODES = 32_768;

export class Nodes {
  readonly #kept = new Map<string, Kept>();

  /** All of them or none; nodes that came earlier may come again. */
  add(nodes: readonly Bytes[]): void {
    requireAtMost(nodes.length);
    const shown = new Map<string, Bytes>();
    for (const bytes of nodes) {
      requireFits(bytes);
      const name = bytesToHex(hashNode(bytes));
      if (shown.has(name)) refuse('PROOF_NODE_REPEATED', `node 0x${name}`);
      shown.set(name, bytes);
    }
    const more = [...shown].filter(([name]) => !this.#kept.has(name));
    requireAtMost(this.#kept.size + more.length);
    for (const [name, bytes] of more) this.#kept.set(name, { bytes });
  }

  /** The root of a trie: however short it is, it has a hash. */
  root(hash: Bytes): TrieNode | undefined {
    return this.#find(hash, 0);
  }

  /** A node below a root: one of under 32 bytes stands in its parent. */
  below(hash: Bytes): TrieNode | undefined {
    return this.#find(hash, MIN_HASHED_BYTES);
  }

  #find(hash: Bytes, least: number): TrieNode | undefined {
    const kept = this.#kept.get(bytesToHex(hash));
    if (kept === undefined) return undefined;
    if (kept.bytes.length < least) refuse('TRIE_NODE_TOO_SHORT', `a node of ${kept.bytes.length} bytes`);
    kept.node ??= decodeNode(kept.bytes);
    return kept.node;
  }
}

function requireFits({ length }: Bytes): void {
  if (length > MAX_NODE_BYTES) refuse('TRIE_NODE_TOO_LARGE', `${length} bytes, at most ${MAX_NODE_BYTES}`);
}

function requireAtMost(count: number): void {
  if (count > MAX_NODES) refuse('TRIE_TOO_MANY_NODES', `${count} nodes, at most ${MAX_NODES} of one block`);
}
