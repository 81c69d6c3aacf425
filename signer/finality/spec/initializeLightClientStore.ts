/** > initialize_light_client_store(trusted_block_root, bootstrap) */

import { admittedKeys } from '../bls/publicKeys.ts';
import { type Bytes, hex, isEqual } from '../bytes.ts';
import type { FinalityConfig } from '../config.ts';
import { beaconBlockHeader, type SyncCommittee, stateGindices, syncCommittee } from '../containers.ts';
import { type RejectionCode, reject } from '../rejection.ts';
import { hashTreeRoot } from '../ssz/hashTreeRoot.ts';
import type { Committee, Store } from '../store.ts';
import type { Bootstrap } from '../wire.ts';
import { isValidMerkleBranch } from './isValidMerkleBranch.ts';
import { validateLightClientHeader } from './validateLightClientHeader.ts';

/** @throws Rejected */
export function initializeLightClientStore(
  config: FinalityConfig,
  trustedBlockRoot: Bytes,
  { shape, bootstrap }: Bootstrap,
): Store {
  const { beacon } = bootstrap.header;
  const blockRoot = hashTreeRoot(beaconBlockHeader, beacon);
  if (!isEqual(blockRoot, trustedBlockRoot)) reject('TRUSTED_ROOT', 'header', hex(trustedBlockRoot), hex(blockRoot));
  const blockHash = validateLightClientHeader(config, bootstrap.header, 'header');
  const root = provenCommittee(config, bootstrap.current_sync_committee, {
    branch: bootstrap.current_sync_committee_branch,
    gindex: stateGindices[shape].currentCommittee,
    stateRoot: beacon.state_root,
    code: 'COMMITTEE_BRANCH',
  });
  const current = admitted(bootstrap.current_sync_committee, root);
  return { finalised: { beacon, blockHash }, current, next: null };
}

type Branch = {
  readonly branch: readonly Bytes[];
  readonly gindex: number;
  readonly stateRoot: Bytes;
  readonly code: RejectionCode;
};

/** @returns the committee's root, which that state holds at that position @throws Rejected */
export function provenCommittee(config: FinalityConfig, committee: SyncCommittee, proof: Branch): Bytes {
  const root = hashTreeRoot(syncCommittee(config), committee);
  if (!isValidMerkleBranch(root, proof.branch, proof.gindex, proof.stateRoot))
    reject(proof.code, 'sync_committee_branch', hex(proof.stateRoot), hex(root));
  return root;
}

/** The work of a period: every key decoded and checked, once. @throws Rejected */
export function admitted(committee: SyncCommittee, root: Bytes): Committee {
  return { committee, root, keys: admittedKeys(committee) };
}
