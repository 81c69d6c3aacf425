/** The committee that the host shows is the one whose hash the chain keeps for this key, epoch and attempt. */

import { bytesToHex } from '@noble/hashes/utils.js';
import { committeeHash } from '../formats/committee.ts';
import { isEqual } from '../formats/equal.ts';
import { enclaveId } from '../formats/ids.ts';
import { named, SCHEME_NUMBERS } from '../formats/schemes.ts';
import type {
  Configuration,
  ProvenState,
  Scheme,
  Self,
  UnverifiedCommittee,
  UnverifiedMember,
} from '../path/stages.ts';
import { refuse } from '../refusal.ts';
import { STATUS } from './layout.ts';
import type { KeyRecord } from './records.ts';
import { readKey } from './records.ts';

/** A30 of the attack list: adaptive corruption becomes plausible in large committees. */
export const MAX_COMMITTEE = 64;

export type KeyStatus = keyof typeof STATUS.key;
/** A committee whose every field is the chain's. `self` is this enclave's party number. */
export type ProvenCommittee = UnverifiedCommittee & {
  readonly key: KeyRecord;
  readonly scheme: Scheme;
  readonly self: number;
};

export function verifyCommittee(
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: UnverifiedCommittee,
  status: KeyStatus,
): ProvenCommittee {
  const key = readKey(state, committee.keyId);
  if (key.status !== STATUS.key[status]) refuse('KEY_STATUS', `${key.status}, expected ${status}`);
  requireSame('KEY_EPOCH', key.epoch, committee.epoch);
  requireSame('KEY_ATTEMPT', key.attempt, committee.attempt);
  requireSame('KEY_THRESHOLD', key.threshold, committee.threshold);
  requireSame('KEY_SIZE', key.size, committee.members.length);
  requireBounds(committee);
  if (!isEqual(committeeHash(committee), key.committee)) {
    refuse('COMMITTEE_HASH', `the chain has 0x${bytesToHex(key.committee)}`);
  }
  for (const member of committee.members) requireEnclaveId(member, configuration);
  requireDistinct(committee.members);
  return { ...committee, key, scheme: schemeOf(key), self: partyOf(self, committee.members) };
}

function requireSame(
  code: 'KEY_EPOCH' | 'KEY_ATTEMPT' | 'KEY_THRESHOLD' | 'KEY_SIZE',
  proven: number,
  shown: number,
): void {
  if (proven !== shown) refuse(code, `the chain has ${proven}, the host shows ${shown}`);
}

function requireBounds({ threshold, members }: UnverifiedCommittee): void {
  const size = members.length;
  if (threshold < 2 || threshold > size || size > MAX_COMMITTEE) {
    refuse('COMMITTEE_BOUNDS', `${threshold} of ${size}, expected 2 <= t <= n <= ${MAX_COMMITTEE}`);
  }
}

function requireEnclaveId({ id, operator, identity }: UnverifiedMember, { chainId, contracts }: Configuration): void {
  if (!isEqual(enclaveId(chainId, contracts.enclaveRegistry.address, operator, identity), id)) {
    refuse('MEMBER_ID', `0x${bytesToHex(id)} is not made of the operator and identity shown`);
  }
}

// One identity on two seats would hold two shares in one memory.
function requireDistinct(members: readonly UnverifiedMember[]): void {
  const identities = new Set(members.map((member) => bytesToHex(member.identity)));
  if (identities.size !== members.length) refuse('COMMITTEE_IDENTITY_REPEATED', 'two seats with one identity');
}

function schemeOf(key: KeyRecord): Scheme {
  return named(SCHEME_NUMBERS, key.scheme) ?? refuse('SCHEME_UNKNOWN', `scheme ${key.scheme}`);
}

function partyOf(self: Self, members: readonly UnverifiedMember[]): number {
  const at = members.findIndex((member) => isEqual(member.identity, self.identity));
  return at >= 0 ? at + 1 : refuse('SELF_NOT_MEMBER', `0x${bytesToHex(self.identity)} has no seat`);
}
