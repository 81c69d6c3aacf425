/** A beacon block as far as a light client sees one: real containers, real leaves at the real indices, filler elsewhere. */

import type { FinalityConfig, Shape } from '../../../signer/finality/config.ts';
import {
  type BeaconBlockHeader,
  beaconBlockHeader,
  type DenebPayloadHeader,
  executionPayloadHeader,
  type LightClientHeader,
  type SyncCommittee,
  stateGindices,
  syncCommittee,
} from '../../../signer/finality/containers.ts';
import { forkAtSlot } from '../../../signer/finality/spec/computeForkVersion.ts';
import { fieldRoots, hashTreeRoot } from '../../../signer/finality/ssz/hashTreeRoot.ts';
import { type SparseTree, sparseTree } from './sparseTree.ts';

const PAYLOAD = 25;
const PARENT_HASH_IN_BID = 2856;
const GLOAS_BRANCH = 11;

export type BlockContent = {
  readonly slot: number;
  readonly parentRoot: Uint8Array;
  /** From Gloas on only its hash is in the block: then it is the parent's payload. */
  readonly execution: DenebPayloadHeader;
  readonly finalisedRoot: Uint8Array;
  readonly current: SyncCommittee;
  readonly next: SyncCommittee;
};

export type DevelopmentBlock = {
  readonly shape: Shape;
  readonly beacon: BeaconBlockHeader;
  readonly root: Uint8Array;
  readonly content: BlockContent;
  readonly state: SparseTree;
  readonly body: SparseTree;
};

export function buildBlock(config: FinalityConfig, content: BlockContent): DevelopmentBlock {
  const { shape } = forkAtSlot(config, content.slot);
  const [state, body] = [stateOf(config, shape, content), bodyOf(shape, content.execution)];
  const beacon = {
    slot: BigInt(content.slot),
    proposer_index: 0n,
    parent_root: content.parentRoot,
    state_root: state.root,
    body_root: body.root,
  };
  return { shape, beacon, root: hashTreeRoot(beaconBlockHeader, beacon), content, state, body };
}

function stateOf(config: FinalityConfig, shape: Shape, { finalisedRoot, current, next }: BlockContent): SparseTree {
  const { finalisedRoot: finalised, currentCommittee, nextCommittee } = stateGindices[shape];
  const committeeRoot = (committee: SyncCommittee) => rootOf(config, committee);
  return sparseTree(
    new Map([
      [finalised, finalisedRoot],
      [currentCommittee, committeeRoot(current)],
      [nextCommittee, committeeRoot(next)],
    ]),
  );
}

/** Committees last for a period, and their roots are most of a block's hashing. */
const roots = new WeakMap<SyncCommittee, Uint8Array>();

function rootOf(config: FinalityConfig, committee: SyncCommittee): Uint8Array {
  const root = roots.get(committee) ?? hashTreeRoot(syncCommittee(config), committee);
  roots.set(committee, root);
  return root;
}

function payloadSchema(shape: Shape) {
  return shape === 'capella' ? executionPayloadHeader.capella : executionPayloadHeader.deneb;
}

function bodyOf(shape: Shape, execution: DenebPayloadHeader): SparseTree {
  return shape === 'gloas'
    ? sparseTree(new Map([[PARENT_HASH_IN_BID, execution.block_hash]]))
    : sparseTree(new Map([[PAYLOAD, hashTreeRoot(payloadSchema(shape), execution)]]));
}

/** The block's header in the container of its own fork, or of a later one. */
export function headerIn(shape: Shape, block: DevelopmentBlock): LightClientHeader {
  const { beacon, body, content } = block;
  if (shape === 'gloas')
    return { beacon, execution_block_hash: content.execution.block_hash, execution_branch: blockHashBranch(block) };
  const execution =
    block.shape === 'capella' ? { ...content.execution, blob_gas_used: 0n, excess_blob_gas: 0n } : content.execution;
  return { beacon, execution, execution_branch: body.branch(PAYLOAD) };
}

/** > normalize_merkle_branch: zero nodes in front where the block's own fork has a shorter path. */
function blockHashBranch({ shape, body, content }: DevelopmentBlock): readonly Uint8Array[] {
  if (shape === 'gloas') return body.branch(PARENT_HASH_IN_BID);
  const { fields } = payloadSchema(shape);
  const leaves = fieldRoots(fields, content.execution);
  const width = 2 ** Math.ceil(Math.log2(leaves.length));
  const all = Array.from({ length: width }, (_, at) => leaves[at] ?? new Uint8Array(32));
  const inPayload = sparseTree(new Map(all.map((leaf, at) => [width + at, leaf])));
  const path = [...inPayload.branch(width + Object.keys(fields).indexOf('block_hash')), ...body.branch(PAYLOAD)];
  const padding = Array.from({ length: GLOAS_BRANCH - path.length }, () => new Uint8Array(32));
  return [...padding, ...path];
}
