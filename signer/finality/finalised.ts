/** What is final, as far as this store has seen: a proof says "final at F", never "F is the newest". */

import type { Bytes } from './bytes.ts';
import type { FinalityConfig } from './config.ts';
import { beaconBlockHeader } from './containers.ts';
import { computeSyncCommitteePeriodAtSlot } from './spec/computeSyncCommitteePeriodAtSlot.ts';
import { hashTreeRoot } from './ssz/hashTreeRoot.ts';
import type { Store } from './store.ts';

export type Finalised = {
  readonly slot: number;
  readonly beaconRoot: Bytes;
  /** Of the execution block: its RLP header hashes to this, and says number, time and state root. From Gloas on, the parent payload's. */
  readonly blockHash: Bytes;
  /** When the slot began, in seconds since 1970. */
  readonly time: number;
  /** The sync-committee period, and whether the committee of the next is known. */
  readonly period: number;
  readonly isNextCommitteeKnown: boolean;
};

export function finalised(config: FinalityConfig, { finalised: { beacon, blockHash }, next }: Store): Finalised {
  const slot = Number(beacon.slot);
  return {
    slot,
    beaconRoot: hashTreeRoot(beaconBlockHeader, beacon),
    blockHash,
    time: config.genesisTime + slot * config.secondsPerSlot,
    period: computeSyncCommitteePeriodAtSlot(config, slot),
    isNextCommitteeKnown: next !== null,
  };
}
