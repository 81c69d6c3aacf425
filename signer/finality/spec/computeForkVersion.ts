/** > compute_fork_version(epoch), and the format that goes with the fork. */

import type { FinalityConfig, Fork } from '../config.ts';
import { reject } from '../rejection.ts';
import { computeEpochAtSlot } from './computeSyncCommitteePeriodAtSlot.ts';

/**
 * DIFF FROM SPEC: a slot before the first known fork has no version, where the spec falls back to the genesis version.
 * @throws Rejected, FORK_UNKNOWN
 */
export function forkAtSlot(config: FinalityConfig, slot: number): Fork {
  const epoch = computeEpochAtSlot(config, slot);
  const fork = config.forks.findLast((row) => row.epoch <= epoch);
  return fork ?? reject('FORK_UNKNOWN', 'epoch', `${config.forks[0]?.epoch} or later`, epoch);
}
