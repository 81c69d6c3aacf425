/** > is_valid_merkle_branch, is_valid_normalized_merkle_branch */

import { type Bytes, isEqual, isZero } from '../bytes.ts';
import { depthOf } from '../containers.ts';
import { hashPair } from '../ssz/hashTreeRoot.ts';

/** > compute_merkle_branch_root; bit i of the generalised index says on which side the path is at level i. */
export function computeMerkleBranchRoot(leaf: Bytes, branch: readonly Bytes[], gindex: number): Bytes {
  return branch.reduce(
    (node, sibling, level) => ((gindex >> level) & 1 ? hashPair(sibling, node) : hashPair(node, sibling)),
    leaf,
  );
}

export function isValidMerkleBranch(leaf: Bytes, branch: readonly Bytes[], gindex: number, root: Bytes): boolean {
  return branch.length === depthOf(gindex) && isEqual(computeMerkleBranchRoot(leaf, branch, gindex), root);
}

/** What stands before the branch proper in a vector that a later fork made longer. */
export function paddingOf(branch: readonly Bytes[], gindex: number): readonly Bytes[] {
  return branch.slice(0, branch.length - depthOf(gindex));
}

/** > num_extra = len(branch) - depth; each extra node is zero, and stands in front. */
export function isValidNormalizedMerkleBranch(
  leaf: Bytes,
  branch: readonly Bytes[],
  gindex: number,
  root: Bytes,
): boolean {
  const padding = paddingOf(branch, gindex);
  return padding.every(isZero) && isValidMerkleBranch(leaf, branch.slice(padding.length), gindex, root);
}
