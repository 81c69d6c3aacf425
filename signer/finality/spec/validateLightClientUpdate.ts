/**
 * > validate_light_client_update(store, update, current_slot, genesis_validators_root)
 *
 * DIFF FROM SPEC: finality is never missing; two thirds or more have signed, always; the next committee, where an update
 * carries one, is checked against what is finalised in its own period, or the update is refused.
 */

import { countParticipants, fastAggregateVerify } from '../bls/fastAggregateVerify.ts';
import { type Bytes, hex, isZero } from '../bytes.ts';
import type { FinalityConfig } from '../config.ts';
import { beaconBlockHeader, type LightClientUpdate, stateGindices } from '../containers.ts';
import { reject } from '../rejection.ts';
import { hashTreeRoot } from '../ssz/hashTreeRoot.ts';
import type { Committee, Store } from '../store.ts';
import type { Update } from '../wire.ts';
import { computeSigningRoot } from './computeSigningRoot.ts';
import { computeSyncCommitteePeriodAtSlot } from './computeSyncCommitteePeriodAtSlot.ts';
import { provenCommittee } from './initializeLightClientStore.ts';
import { isValidMerkleBranch } from './isValidMerkleBranch.ts';
import { validateLightClientHeader } from './validateLightClientHeader.ts';

/** What an update turned out to say, each part of it proven. Its next committee's keys are still to be admitted. */
export type ProvenUpdate = {
  readonly finalised: Store['finalised'];
  readonly finalisedRoot: Bytes;
  /** The root of the committee after the finalised header's own period, where the update carries one. */
  readonly nextCommittee: { readonly root: Bytes; readonly committee: LightClientUpdate['next_sync_committee'] } | null;
};

type Slots = { readonly attested: number; readonly finalised: number; readonly signature: number };
type Periods = Slots & { readonly store: number };

/** @throws Rejected */
export function validateLightClientUpdate(
  config: FinalityConfig,
  store: Store,
  update: Update,
  currentSlot: number,
): ProvenUpdate {
  const slots = slotsOf(update);
  requireParticipation(config, update);
  requireOrder(slots, currentSlot);
  const periods = periodsOf(config, store, slots);
  const committee = signingCommittee(store, periods);

  validateLightClientHeader(config, update.update.attested_header, 'attested_header');
  const { finalised, finalisedRoot } = validateFinality(config, update);
  const nextCommittee = update.kind === 'update' ? validateNextCommittee(config, { ...update, periods }) : null;

  validateSignature(config, committee, update);
  return { finalised, finalisedRoot, nextCommittee };
}

function slotsOf({ update }: Update): Slots {
  return {
    attested: Number(update.attested_header.beacon.slot),
    finalised: Number(update.finalized_header.beacon.slot),
    signature: Number(update.signature_slot),
  };
}

/** DIFF FROM SPEC: > MIN_SYNC_COMMITTEE_PARTICIPANTS is 1 there, and two thirds are asked for only when an update is applied. */
function requireParticipation({ minParticipants }: FinalityConfig, { update }: Update): void {
  const participants = countParticipants(update.sync_aggregate.sync_committee_bits);
  if (participants < minParticipants)
    reject('PARTICIPATION_TOO_LOW', 'sync_committee_bits', `at least ${minParticipants}`, participants);
}

/** > assert current_slot >= update.signature_slot > update_attested_slot >= update_finalized_slot */
function requireOrder({ attested, finalised, signature }: Slots, currentSlot: number): void {
  if (signature > currentSlot) reject('SIGNED_IN_FUTURE', 'signature_slot', `at most ${currentSlot}`, signature);
  if (signature <= attested) reject('SIGNED_BEFORE_ATTESTED', 'signature_slot', `after ${attested}`, signature);
  if (finalised > attested)
    reject('FINALISED_AFTER_ATTESTED', 'finalized_header slot', `at most ${attested}`, finalised);
}

function periodsOf(config: FinalityConfig, store: Store, slots: Slots): Periods {
  const period = (slot: number) => computeSyncCommitteePeriodAtSlot(config, slot);
  return {
    attested: period(slots.attested),
    finalised: period(slots.finalised),
    signature: period(slots.signature),
    store: period(Number(store.finalised.beacon.slot)),
  };
}

/** > Verify update does not skip a sync committee period */
function signingCommittee({ current, next }: Store, { signature, store }: Periods): Committee {
  if (signature === store) return current;
  if (signature < store) return reject('PERIOD_PAST', 'signature period', `${store} or ${store + 1}`, signature);
  if (signature > store + 1) return reject('PERIOD_SKIPPED', 'signature period', `${store} or ${store + 1}`, signature);
  return next ?? reject('NEXT_COMMITTEE_UNKNOWN', 'signature period', store, signature);
}

/** > Verify that the `finality_branch` confirms `finalized_header` to match the finalized checkpoint root */
function validateFinality(
  config: FinalityConfig,
  { shape, update }: Update,
): Pick<ProvenUpdate, 'finalised' | 'finalisedRoot'> {
  const { attested_header, finalized_header, finality_branch } = update;
  if (finality_branch.every(isZero) || finalized_header.beacon.slot === 0n)
    reject('FINALITY_MISSING', 'finality_branch', 'a finalised header after genesis', 'none');
  const { beacon } = finalized_header;
  const root = hashTreeRoot(beaconBlockHeader, beacon);
  const stateRoot = attested_header.beacon.state_root;
  if (!isValidMerkleBranch(root, finality_branch, stateGindices[shape].finalisedRoot, stateRoot))
    reject('FINALITY_BRANCH', 'finality_branch', hex(stateRoot), hex(root));
  const blockHash = validateLightClientHeader(config, finalized_header, 'finalized_header');
  return { finalised: { beacon, blockHash }, finalisedRoot: root };
}

/**
 * > Verify that the `next_sync_committee` actually is the next sync committee saved in the state of the `attested_header`
 * DIFF FROM SPEC: a committee that is not final in its period is refused, not passed over; a host that wants only the finality
 * of such an update leaves the committee out.
 */
function validateNextCommittee(
  config: FinalityConfig,
  { shape, update, periods }: Extract<Update, { kind: 'update' }> & { readonly periods: Periods },
): ProvenUpdate['nextCommittee'] {
  const committee = update.next_sync_committee;
  const root = provenCommittee(config, committee, {
    branch: update.next_sync_committee_branch,
    gindex: stateGindices[shape].nextCommittee,
    stateRoot: update.attested_header.beacon.state_root,
    code: 'NEXT_COMMITTEE_BRANCH',
  });
  if (periods.finalised !== periods.attested)
    reject('NEXT_COMMITTEE_NOT_FINAL', 'finalised period', periods.attested, periods.finalised);
  if (periods.attested < periods.store)
    reject('NEXT_COMMITTEE_PERIOD', 'attested period', `${periods.store} or later`, periods.attested);
  return { root, committee };
}

function validateSignature(config: FinalityConfig, { keys }: Committee, { update }: Update): void {
  const { attested_header, signature_slot, sync_aggregate } = update;
  const attestedRoot = hashTreeRoot(beaconBlockHeader, attested_header.beacon);
  const signingRoot = computeSigningRoot(config, Number(signature_slot), attestedRoot);
  fastAggregateVerify(keys, sync_aggregate.sync_committee_bits, signingRoot, sync_aggregate.sync_committee_signature);
}
