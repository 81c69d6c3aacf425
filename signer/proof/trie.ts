/**
 * Merkle-Patricia proofs: the value at a key under a root, or that there is none (Yellow Paper, appendix D).
 *
 * The proof is the nodes from the root to where the answer shows, in order, each needed and none twice. Absence has to be shown
 * like presence: a proof that ends early proves nothing.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { isEqual } from '../formats/equal.ts';
import { refuse } from '../formats/refusal.ts';
import { nibbles } from './hexPrefix.ts';
import type { TrieNode } from './node.ts';
import { requireBranch } from './node.ts';
import { ProofReader } from './proofReader.ts';

type Bytes = Uint8Array;

/** Keccak-256 of the RLP of the empty string. */
export const EMPTY_ROOT = keccak_256(Uint8Array.of(0x80));

/** The value at `key`, or null if the trie has none. `key` is the trie's own: for Ethereum's tries the hash of address or slot. */
export function verifyTrie(root: Bytes, key: Bytes, proof: readonly Bytes[]): Bytes | null {
  const path = nibbles(key);
  if (proof.length > path.length + 1) refuse('TRIE_TOO_MANY_NODES', `${proof.length} nodes for ${path.length} nibbles`);
  if (isEqual(root, EMPTY_ROOT)) return emptyTrie(proof);
  const nodes = new ProofReader(proof);
  const value = descend(nodes.take({ kind: 'hash', hash: root }), path, nodes);
  nodes.finish();
  return value;
}

// Nodes answer an empty trie with no node or with the empty node.
function emptyTrie(proof: readonly Bytes[]): null {
  const [node, ...rest] = proof;
  if (rest.length > 0 || (node !== undefined && !isEqual(node, Uint8Array.of(0x80)))) {
    refuse('TRIE_UNUSED_NODES', 'nodes of an empty trie');
  }
  return null;
}

function descend(node: TrieNode, path: readonly number[], nodes: ProofReader): Bytes | null {
  switch (node.kind) {
    case 'leaf':
      if (node.path.length !== path.length) refuse('TRIE_WRONG_DEPTH', `${path.length} nibbles left at a leaf`);
      return startsWith(path, node.path) ? node.value : null;
    case 'extension': {
      if (node.path.length >= path.length) refuse('TRIE_WRONG_DEPTH', 'an extension to the end of the key');
      if (!startsWith(path, node.path)) return null;
      const child = nodes.take(node.child);
      requireBranch(child);
      return descend(child, path.slice(node.path.length), nodes);
    }
    case 'branch': {
      const [nibble, ...rest] = path;
      if (nibble === undefined) return refuse('TRIE_WRONG_DEPTH', 'a branch below the end of the key');
      const child = node.children[nibble] ?? { kind: 'none' };
      return child.kind === 'none' ? null : descend(nodes.take(child), rest, nodes);
    }
  }
}

function startsWith(path: readonly number[], prefix: readonly number[]): boolean {
  return prefix.every((nibble, at) => nibble === path[at]);
}
