/**
 * Merkle-Patricia proofs: the value at a key under a root, or that there is none (Yellow Paper, appendix D).
 *
 * Every step follows a hash that the node above commits to, so it does not matter which other nodes lie beside those of this trie.
 * Absence has to be shown like presence: a path that leads to a node that is not here proves nothing.
 */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { isEqual } from '../formats/equal.ts';
import { refuse } from '../formats/refusal.ts';
import { nibbles } from './hexPrefix.ts';
import type { Reference, TrieNode } from './node.ts';
import { requireBranch } from './node.ts';
import type { Nodes } from './nodes.ts';

type Bytes = Uint8Array;

/** Keccak-256 of the RLP of the empty string. */
export const EMPTY_ROOT = keccak_256(Uint8Array.of(0x80));

/**
 * The value at `key`; null if the trie has none; undefined if the nodes do not tell. `key` is the trie's own: for Ethereum's tries the
 * hash of address or slot.
 */
export function findInTrie(root: Bytes, key: Bytes, nodes: Nodes): Bytes | null | undefined {
  return isEqual(root, EMPTY_ROOT) ? null : descend(nodes.root(root), nibbles(key), 0, nodes);
}

/** `at`: how many nibbles of the path led here. */
function descend(
  node: TrieNode | undefined,
  path: readonly number[],
  at: number,
  nodes: Nodes,
): Bytes | null | undefined {
  const left = path.length - at;
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'leaf':
      if (node.path.length !== left) refuse('TRIE_WRONG_DEPTH', `${left} nibbles left at a leaf`);
      return goesOn(path, at, node.path) ? node.value : null;
    case 'extension': {
      if (node.path.length >= left) refuse('TRIE_WRONG_DEPTH', 'an extension to the end of the key');
      if (!goesOn(path, at, node.path)) return null;
      const child = follow(node.child, nodes);
      if (child !== undefined) requireBranch(child);
      return descend(child, path, at + node.path.length, nodes);
    }
    case 'branch': {
      const nibble = path[at];
      if (nibble === undefined) return refuse('TRIE_WRONG_DEPTH', 'a branch below the end of the key');
      const child = node.children[nibble] ?? { kind: 'none' };
      return child.kind === 'none' ? null : descend(follow(child, nodes), path, at + 1, nodes);
    }
  }
}

function follow(reference: Reference, nodes: Nodes): TrieNode | undefined {
  return reference.kind === 'embedded' ? reference.node : nodes.below(reference.hash);
}

function goesOn(path: readonly number[], at: number, next: readonly number[]): boolean {
  return next.every((nibble, offset) => nibble === path[at + offset]);
}
