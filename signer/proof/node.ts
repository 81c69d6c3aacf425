/** One node of a Merkle-Patricia trie with keys of one fixed length (Yellow Paper, appendix D), in its only encoding. */

import { refuse } from '../formats/refusal.ts';
import { hexPrefixDecode } from './hexPrefix.ts';
import type { RlpItem } from './rlp.ts';
import { decodeRlp, rlpString } from './rlp.ts';

type Bytes = Uint8Array;

/** A node kept elsewhere by its hash, or one so short that it stands here itself. */
export type Reference =
  | { readonly kind: 'hash'; readonly hash: Bytes }
  | { readonly kind: 'embedded'; readonly node: TrieNode };
export type Child = Reference | { readonly kind: 'none' };
export type Branch = { readonly kind: 'branch'; readonly children: readonly Child[] };
export type Extension = { readonly kind: 'extension'; readonly path: readonly number[]; readonly child: Reference };
export type Leaf = { readonly kind: 'leaf'; readonly path: readonly number[]; readonly value: Bytes };
export type TrieNode = Branch | Extension | Leaf;

/** A branch of 16 hashes: the largest node of a trie whose values are accounts or storage words. */
export const MAX_NODE_BYTES = 532;
/** A shorter node stands in its parent. */
export const MIN_HASHED_BYTES = 32;
const HASH_BYTES = 32;

export function decodeNode(bytes: Bytes): TrieNode {
  return nodeOf(decodeRlp(bytes));
}

function nodeOf(item: RlpItem): TrieNode {
  if (item.kind === 'list' && item.items.length === 17) return branchOf(item.items);
  if (item.kind === 'list' && item.items.length === 2) return shortOf(item.items);
  return refuse('TRIE_NODE_MALFORMED', item.kind === 'list' ? `a list of ${item.items.length}` : 'a string');
}

function branchOf(items: readonly RlpItem[]): Branch {
  // All keys have the same length, so no key ends where another one goes on.
  if (rlpString(items[16]).length > 0) refuse('TRIE_BRANCH_VALUE', 'a branch with a value');
  const children = items.slice(0, 16).map(childOf);
  const count = children.filter((child) => child.kind !== 'none').length;
  if (count < 2) refuse('TRIE_BRANCH_SPARSE', `a branch with ${count} children`);
  return { kind: 'branch', children };
}

function shortOf([prefixed, rest]: readonly RlpItem[]): Extension | Leaf {
  const { path, isLeaf } = hexPrefixDecode(rlpString(prefixed));
  if (isLeaf) return { kind: 'leaf', path, value: rlpString(rest) };
  if (path.length === 0) refuse('TRIE_EXTENSION_EMPTY', 'an extension without a path');
  if (rest === undefined) return refuse('TRIE_NODE_MALFORMED', 'an extension without a child');
  return { kind: 'extension', path, child: branchBelow(childOf(rest)) };
}

// An extension stands for all that the keys below share: what follows must be where they part.
function branchBelow(child: Child): Reference {
  if (child.kind === 'none') return refuse('TRIE_EXTENSION_EMPTY', 'an extension without a child');
  if (child.kind === 'embedded') requireBranch(child.node);
  return child;
}

export function requireBranch(node: TrieNode): void {
  if (node.kind !== 'branch') refuse('TRIE_EXTENSION_CHILD', `an extension to a ${node.kind}`);
}

function childOf(item: RlpItem): Child {
  if (item.kind === 'string') return referenceOf(item.bytes);
  if (item.encoded.length >= MIN_HASHED_BYTES) {
    refuse('TRIE_EMBEDDED_TOO_LONG', `an embedded node of ${item.encoded.length} bytes`);
  }
  return { kind: 'embedded', node: nodeOf(item) };
}

function referenceOf(bytes: Bytes): Child {
  if (bytes.length === 0) return { kind: 'none' };
  if (bytes.length !== HASH_BYTES) refuse('TRIE_NODE_MALFORMED', `a reference of ${bytes.length} bytes`);
  return { kind: 'hash', hash: bytes };
}
