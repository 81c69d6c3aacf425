/** The containers of the consensus specification that a light client touches, by their own names. */

import type { FinalityConfig, Shape } from './config.ts';
import { byteList, bytesOf, container, root, uint64, uint256, type ValueOf, vector } from './ssz/schema.ts';

export const forkData = container({ current_version: bytesOf(4), genesis_validators_root: root });
export const signingData = container({ object_root: root, domain: root });

export const beaconBlockHeader = container({
  slot: uint64,
  proposer_index: uint64,
  parent_root: root,
  state_root: root,
  body_root: root,
});
export type BeaconBlockHeader = ValueOf<typeof beaconBlockHeader>;

const capellaFields = {
  parent_hash: root,
  fee_recipient: bytesOf(20),
  state_root: root,
  receipts_root: root,
  logs_bloom: bytesOf(256),
  prev_randao: root,
  block_number: uint64,
  gas_limit: uint64,
  gas_used: uint64,
  timestamp: uint64,
  extra_data: byteList(32),
  base_fee_per_gas: uint256,
  block_hash: root,
  transactions_root: root,
  withdrawals_root: root,
} as const;

export const executionPayloadHeader = {
  capella: container(capellaFields),
  deneb: container({ ...capellaFields, blob_gas_used: uint64, excess_blob_gas: uint64 }),
} as const;
export type CapellaPayloadHeader = ValueOf<typeof executionPayloadHeader.capella>;
export type DenebPayloadHeader = ValueOf<typeof executionPayloadHeader.deneb>;

/** > EXECUTION_PAYLOAD_GINDEX = 25, four levels; EXECUTION_BLOCK_HASH_GINDEX_GLOAS = 2856, eleven. */
const denebHeader = container({
  beacon: beaconBlockHeader,
  execution: executionPayloadHeader.deneb,
  execution_branch: vector(root, 4),
});
export const lightClientHeader = {
  capella: container({
    beacon: beaconBlockHeader,
    execution: executionPayloadHeader.capella,
    execution_branch: vector(root, 4),
  }),
  deneb: denebHeader,
  electra: denebHeader,
  gloas: container({ beacon: beaconBlockHeader, execution_block_hash: root, execution_branch: vector(root, 11) }),
} as const;
export type LightClientHeader = ValueOf<(typeof lightClientHeader)[Shape]>;

export type Gindices = {
  readonly finalisedRoot: number;
  readonly currentCommittee: number;
  readonly nextCommittee: number;
};

const altairGindices: Gindices = { finalisedRoot: 105, currentCommittee: 54, nextCommittee: 55 };
/** Where a state keeps what is proven of it: > FINALIZED_ROOT_GINDEX, CURRENT_SYNC_COMMITTEE_GINDEX, NEXT_SYNC_COMMITTEE_GINDEX */
export const stateGindices: Readonly<Record<Shape, Gindices>> = {
  capella: altairGindices,
  deneb: altairGindices,
  electra: { finalisedRoot: 169, currentCommittee: 86, nextCommittee: 87 },
  gloas: { finalisedRoot: 735, currentCommittee: 2945, nextCommittee: 2946 },
};

/** > floorlog2(gindex): how many hashes lead from a leaf to the root. */
export function depthOf(gindex: number): number {
  return Math.floor(Math.log2(gindex));
}

function branchTo(gindex: number) {
  return vector(root, depthOf(gindex));
}

type Sizes = Pick<FinalityConfig, 'syncCommitteeSize'>;

export function syncCommittee({ syncCommitteeSize }: Sizes) {
  return container({ pubkeys: vector(bytesOf(48), syncCommitteeSize), aggregate_pubkey: bytesOf(48) });
}
export type SyncCommittee = ValueOf<ReturnType<typeof syncCommittee>>;

export function syncAggregate({ syncCommitteeSize }: Sizes) {
  return container({ sync_committee_bits: bytesOf(syncCommitteeSize / 8), sync_committee_signature: bytesOf(96) });
}

export function lightClientBootstrap(sizes: Sizes, shape: Shape) {
  return container({
    header: lightClientHeader[shape],
    current_sync_committee: syncCommittee(sizes),
    current_sync_committee_branch: branchTo(stateGindices[shape].currentCommittee),
  });
}
export type LightClientBootstrap = ValueOf<ReturnType<typeof lightClientBootstrap>>;

export function lightClientUpdate(sizes: Sizes, shape: Shape) {
  return container({
    attested_header: lightClientHeader[shape],
    next_sync_committee: syncCommittee(sizes),
    next_sync_committee_branch: branchTo(stateGindices[shape].nextCommittee),
    finalized_header: lightClientHeader[shape],
    finality_branch: branchTo(stateGindices[shape].finalisedRoot),
    sync_aggregate: syncAggregate(sizes),
    signature_slot: uint64,
  });
}
export type LightClientUpdate = ValueOf<ReturnType<typeof lightClientUpdate>>;

export function lightClientFinalityUpdate(sizes: Sizes, shape: Shape) {
  return container({
    attested_header: lightClientHeader[shape],
    finalized_header: lightClientHeader[shape],
    finality_branch: branchTo(stateGindices[shape].finalisedRoot),
    sync_aggregate: syncAggregate(sizes),
    signature_slot: uint64,
  });
}
export type LightClientFinalityUpdate = ValueOf<ReturnType<typeof lightClientFinalityUpdate>>;
