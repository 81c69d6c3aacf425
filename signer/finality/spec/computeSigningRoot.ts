/** > compute_fork_data_root, compute_domain, compute_signing_root: what a sync committee signs. */

import { type Bytes, concat } from '../bytes.ts';
import type { FinalityConfig } from '../config.ts';
import { forkData, signingData } from '../containers.ts';
import { hashTreeRoot } from '../ssz/hashTreeRoot.ts';
import { forkAtSlot } from './computeForkVersion.ts';

/** > DOMAIN_SYNC_COMMITTEE */
const DOMAIN_SYNC_COMMITTEE = Uint8Array.of(7, 0, 0, 0);

export function computeDomain(version: Bytes, genesisValidatorsRoot: Bytes): Bytes {
  const root = hashTreeRoot(forkData, { current_version: version, genesis_validators_root: genesisValidatorsRoot });
  return concat(DOMAIN_SYNC_COMMITTEE, root.subarray(0, 28));
}

/**
 * > fork_version_slot = max(update.signature_slot, Slot(1)) - Slot(1)
 * The version is that of the slot before the signature's: a committee signs the head as it was before its slot began.
 */
export function computeSigningRoot(config: FinalityConfig, signatureSlot: number, objectRoot: Bytes): Bytes {
  const { version } = forkAtSlot(config, Math.max(signatureSlot, 1) - 1);
  const domain = computeDomain(version, config.genesisValidatorsRoot);
  return hashTreeRoot(signingData, { object_root: objectRoot, domain });
}
