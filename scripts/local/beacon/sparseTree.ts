/** A Merkle tree of which few leaves are known, each at its generalised index; the rest is filler that only has to be there. */

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { hashPair } from '../../../signer/finality/ssz/hashTreeRoot.ts';

export type SparseTree = {
  readonly root: Uint8Array;
  /** From the leaf's sibling up. */
  readonly branch: (gindex: number) => readonly Uint8Array[];
};

export function sparseTree(leaves: ReadonlyMap<number, Uint8Array>): SparseTree {
  const inner = new Set([...leaves.keys()].flatMap(ancestors));
  const nodes = new Map(leaves);
  const node = (gindex: number): Uint8Array => {
    const known = nodes.get(gindex);
    if (known) return known;
    const made = inner.has(gindex) ? hashPair(node(2 * gindex), node(2 * gindex + 1)) : filler(gindex);
    nodes.set(gindex, made);
    return made;
  };
  return {
    root: node(1),
    branch: (gindex) => [gindex, ...ancestors(gindex)].slice(0, -1).map((at) => node(at ^ 1)),
  };
}

function ancestors(gindex: number): readonly number[] {
  const above: number[] = [];
  for (let at = gindex >> 1; at > 0; at >>= 1) above.push(at);
  return above;
}

function filler(gindex: number): Uint8Array {
  return sha256(utf8ToBytes(`filler ${gindex}`));
}
