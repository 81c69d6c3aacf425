/** > is_valid_light_client_header(header): its execution block is the one that its beacon block carries. */

import { type Bytes, hex, isZero } from '../bytes.ts';
import type { FinalityConfig, Shape } from '../config.ts';
import {
  type CapellaPayloadHeader,
  type DenebPayloadHeader,
  executionPayloadHeader,
  type LightClientHeader,
} from '../containers.ts';
import { reject } from '../rejection.ts';
import { hashTreeRoot } from '../ssz/hashTreeRoot.ts';
import { forkAtSlot } from './computeForkVersion.ts';
import { isValidMerkleBranch, isValidNormalizedMerkleBranch, paddingOf } from './isValidMerkleBranch.ts';

const EXECUTION_PAYLOAD_GINDEX = 25;
/** Where the body of a block of each format names an execution block's hash: the payload's own, from Gloas on the parent's. */
const EXECUTION_BLOCK_HASH_GINDEX: Readonly<Record<Shape, number>> = {
  capella: 412,
  deneb: 812,
  electra: 812,
  gloas: 2856,
};

type WithPayload = Extract<LightClientHeader, { readonly execution: unknown }>;
type WithBlockHash = Exclude<LightClientHeader, WithPayload>;

/**
 * A header in a container of its own fork, or upgraded into that of a later one.
 * @returns the hash of the execution block @throws Rejected
 */
export function validateLightClientHeader(config: FinalityConfig, header: LightClientHeader, field: string): Bytes {
  const { shape } = forkAtSlot(config, Number(header.beacon.slot));
  return 'execution' in header ? validatePayload(header, shape, field) : validateBlockHash(header, shape, field);
}

function validateBlockHash(
  { execution_block_hash, execution_branch, beacon }: WithBlockHash,
  shape: Shape,
  field: string,
): Bytes {
  const gindex = EXECUTION_BLOCK_HASH_GINDEX[shape];
  const padding = paddingOf(execution_branch, gindex).find((node) => !isZero(node));
  if (padding) reject('EXECUTION_PADDING', `${field}.execution_branch`, 'zero nodes in front', hex(padding));
  if (!isValidNormalizedMerkleBranch(execution_block_hash, execution_branch, gindex, beacon.body_root))
    reject('EXECUTION_BRANCH', `${field}.execution_branch`, hex(beacon.body_root), hex(execution_block_hash));
  return execution_block_hash;
}

function validatePayload({ beacon, execution, execution_branch }: WithPayload, shape: Shape, field: string): Bytes {
  if (shape === 'gloas') reject('FORK_FORMAT', field, shape, 'an execution header');
  const root = getLcExecutionRoot(execution, shape, field);
  if (!isValidMerkleBranch(root, execution_branch, EXECUTION_PAYLOAD_GINDEX, beacon.body_root))
    reject('EXECUTION_BRANCH', `${field}.execution_branch`, hex(beacon.body_root), hex(root));
  return execution.block_hash;
}

/** > get_lc_execution_root(header) */
function getLcExecutionRoot(execution: CapellaPayloadHeader | DenebPayloadHeader, shape: Shape, field: string): Bytes {
  if (!('blob_gas_used' in execution)) return hashTreeRoot(executionPayloadHeader.capella, execution);
  if (shape !== 'capella') return hashTreeRoot(executionPayloadHeader.deneb, execution);
  const { blob_gas_used, excess_blob_gas } = execution;
  if (blob_gas_used !== 0n) reject('FORK_FIELD', `${field}.execution.blob_gas_used`, '0', `${blob_gas_used}`);
  if (excess_blob_gas !== 0n) reject('FORK_FIELD', `${field}.execution.excess_blob_gas`, '0', `${excess_blob_gas}`);
  return hashTreeRoot(executionPayloadHeader.capella, execution);
}
