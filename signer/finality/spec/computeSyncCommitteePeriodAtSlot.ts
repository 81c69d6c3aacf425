/** > compute_epoch_at_slot, compute_sync_committee_period_at_slot */

import type { FinalityConfig } from '../config.ts';

export function computeEpochAtSlot({ slotsPerEpoch }: FinalityConfig, slot: number): number {
  return Math.floor(slot / slotsPerEpoch);
}

export function computeSyncCommitteePeriodAtSlot(config: FinalityConfig, slot: number): number {
  return Math.floor(computeEpochAtSlot(config, slot) / config.epochsPerSyncCommitteePeriod);
}
