/** The committee that the host shows is the one whose hash the chain keeps for this key or its ceremony, epoch and attempt. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Committee, Member } from '../../formats/committee.ts';
import { committeeHash } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { enclaveId } from '../../formats/ids.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Scheme } from '../../formats/schemes.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { CEREMONY_KINDS, STATUS } from '../../proof/layout.ts';
import type { CeremonyRecord, CommitteeRecord, KeyRecord } from '../../proof/records.ts';
import { readCeremony, readKey, readPendingKey } from '../../proof/records.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { OwnBoot, ProvenCommittee } from './stages.ts';

/** A30 of the attack list: adaptive corruption becomes plausible in large committees. */
export const MAX_COMMITTEE = 64;

/** The committee of an active key: who signs requests. */
export function verifyKeyCommittee(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  committee: Committee,
): ProvenCommittee & { readonly key: KeyRecord } {
  const key = readKey(state, committee.keyId);
  requireKeyStatus(key, 'active');
  return { ...verifyCommittee(key, key.scheme, configuration, self, committee), key };
}

/** The committee of a key in any state in which its members have something to do together. */
export function verifyAnyCommittee(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  committee: Committee,
): ProvenCommittee {
  const { status } = readPendingKey(state, committee.keyId);
  return status === STATUS.key.active
    ? verifyKeyCommittee(state, configuration, self, committee)
    : verifyCeremonyCommittee(state, configuration, self, committee, 'open', 'confirmed');
}

/** The committee of a key generation: who makes the key, and then signs to activate it. */
export function verifyCeremonyCommittee(
  state: ProvenState,
  configuration: Configuration,
  self: OwnBoot,
  committee: Committee,
  ...statuses: readonly ('open' | 'confirmed')[]
): ProvenCommittee & { readonly ceremony: CeremonyRecord } {
  const key = readPendingKey(state, committee.keyId);
  requireKeyStatus(key, 'pending');
  const ceremony = readCeremony(state, committee.keyId);
  if (ceremony.kind !== CEREMONY_KINDS['key-generation'])
    refuse('CEREMONY_KIND', `kind ${ceremony.kind}, expected key generation`);
  if (!statuses.some((status) => ceremony.status === STATUS.ceremony[status]))
    refuse('CEREMONY_STATUS', `status ${ceremony.status}, expected ${statuses.join(' or ')}`);
  return { ...verifyCommittee(ceremony, key.scheme, configuration, self, committee), ceremony };
}

function verifyCommittee(
  proven: CommitteeRecord,
  scheme: number,
  configuration: Configuration,
  self: OwnBoot,
  committee: Committee,
): ProvenCommittee {
  requireSame('KEY_EPOCH', proven.epoch, committee.epoch);
  requireSame('KEY_ATTEMPT', proven.attempt, committee.attempt);
  requireSame('KEY_THRESHOLD', proven.threshold, committee.threshold);
  requireSame('KEY_SIZE', proven.size, committee.members.length);
  requireBounds(committee);
  const hash = committeeHash(committee);
  if (!isEqual(hash, proven.committee)) refuse('COMMITTEE_HASH', `the chain has 0x${bytesToHex(proven.committee)}`);
  for (const member of committee.members) requireEnclaveId(member, configuration);
  requireDistinct(committee.members);
  return { ...committee, hash, scheme: schemeOf(scheme), ...seatOf(self, committee.members) };
}

function requireKeyStatus({ status }: Pick<KeyRecord, 'status'>, expected: 'pending' | 'active'): void {
  if (status !== STATUS.key[expected]) refuse('KEY_STATUS', `${status}, expected ${expected}`);
}

function requireSame(
  code: 'KEY_EPOCH' | 'KEY_ATTEMPT' | 'KEY_THRESHOLD' | 'KEY_SIZE',
  proven: number,
  shown: number,
): void {
  if (proven !== shown) refuse(code, `the chain has ${proven}, the host shows ${shown}`);
}

function requireBounds({ threshold, members }: Committee): void {
  const size = members.length;
  if (threshold < 2 || threshold > size || size > MAX_COMMITTEE) {
    refuse('COMMITTEE_BOUNDS', `${threshold} of ${size}, expected 2 <= t <= n <= ${MAX_COMMITTEE}`);
  }
}

function requireEnclaveId({ id, operator, identity }: Member, { chainId, contracts }: Configuration): void {
  if (!isEqual(enclaveId(chainId, contracts.enclaveRegistry.address, operator, identity), id)) {
    refuse('MEMBER_ID', `0x${bytesToHex(id)} is not made of the operator and identity shown`);
  }
}

// One identity on two seats would hold two shares in one memory.
function requireDistinct(members: readonly Member[]): void {
  const identities = new Set(members.map((member) => bytesToHex(member.identity)));
  if (identities.size !== members.length) refuse('COMMITTEE_IDENTITY_REPEATED', 'two seats with one identity');
}

function schemeOf(number: number): Scheme {
  return named(SCHEME_NUMBERS, number) ?? refuse('SCHEME_UNKNOWN', `scheme ${number}`);
}

function seatOf({ identity }: OwnBoot, members: readonly Member[]): Pick<ProvenCommittee, 'self' | 'ownId'> {
  const at = members.findIndex((member) => isEqual(member.identity, identity));
  const own = members[at] ?? refuse('SELF_NOT_MEMBER', `0x${bytesToHex(identity)} has no seat`);
  return { self: at + 1, ownId: own.id };
}
