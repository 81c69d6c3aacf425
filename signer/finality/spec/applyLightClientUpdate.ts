/**
 * > apply_light_client_update(store, update)
 *
 * DIFF FROM SPEC: what verifies and changes nothing is refused, so that it never looks like progress; a second finalised
 * header at the slot of the known one is a conflict, which an honest chain cannot show, and so is a second next committee of
 * one period: all blocks of a period have the same one in their states.
 */

import { hex, isEqual } from '../bytes.ts';
import type { FinalityConfig } from '../config.ts';
import { beaconBlockHeader } from '../containers.ts';
import { reject } from '../rejection.ts';
import { hashTreeRoot } from '../ssz/hashTreeRoot.ts';
import type { Committee, Store } from '../store.ts';
import { computeSyncCommitteePeriodAtSlot } from './computeSyncCommitteePeriodAtSlot.ts';
import { admitted } from './initializeLightClientStore.ts';
import type { ProvenUpdate } from './validateLightClientUpdate.ts';

/** @throws Rejected */
export function applyLightClientUpdate(config: FinalityConfig, store: Store, update: ProvenUpdate): Store {
  requireNoConflict(store, update);
  requireSameNext(config, store, update);
  const isLater = update.finalised.beacon.slot > store.finalised.beacon.slot;
  if (!isLater && (store.next !== null || update.nextCommittee === null)) refuseOld(store, update);
  const [before, after] = [store.finalised, update.finalised].map(({ beacon }) =>
    computeSyncCommitteePeriodAtSlot(config, Number(beacon.slot)),
  );
  const finalised = isLater ? update.finalised : store.finalised;
  if (!isLater || before === after) return { ...store, finalised, next: store.next ?? nextOf(store, update) };
  return { finalised, current: rotated(store), next: nextOf(store, update) };
}

/** > store.current_sync_committee = store.next_sync_committee; its signature was checked under it, so it is known */
function rotated({ next }: Store): Committee {
  return next ?? reject('NEXT_COMMITTEE_UNKNOWN', 'next committee', 'known', 'unknown');
}

function nextOf({ current, next }: Store, { nextCommittee }: ProvenUpdate): Committee | null {
  if (nextCommittee === null) return null;
  const known = [current, next].find((committee) => committee && isEqual(committee.root, nextCommittee.root));
  return known ?? admitted(nextCommittee.committee, nextCommittee.root);
}

function requireNoConflict({ finalised }: Store, update: ProvenUpdate): void {
  if (finalised.beacon.slot !== update.finalised.beacon.slot) return;
  const root = hashTreeRoot(beaconBlockHeader, finalised.beacon);
  if (!isEqual(root, update.finalisedRoot))
    reject(
      'FINALITY_CONFLICT',
      `finalised block at slot ${finalised.beacon.slot}`,
      hex(root),
      hex(update.finalisedRoot),
    );
}

/** > next_sync_committee is set where a period begins; whoever signs two of one period has signed two chains, whichever blocks they name. */
function requireSameNext(config: FinalityConfig, { finalised, next }: Store, update: ProvenUpdate): void {
  if (next === null || update.nextCommittee === null) return;
  const [known, found] = [finalised, update.finalised].map(({ beacon }) =>
    computeSyncCommitteePeriodAtSlot(config, Number(beacon.slot)),
  );
  const { root } = update.nextCommittee;
  if (known === found && !isEqual(next.root, root))
    reject('NEXT_COMMITTEE_DIFFERS', 'next_sync_committee', hex(next.root), hex(root));
}

function refuseOld({ finalised }: Store, update: ProvenUpdate): never {
  const [known, found] = [finalised.beacon.slot, update.finalised.beacon.slot];
  return reject(found < known ? 'FINALITY_OLDER' : 'NOTHING_NEW', 'finalised slot', `after ${known}`, `${found}`);
}
