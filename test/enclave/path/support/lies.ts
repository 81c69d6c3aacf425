/** Lies about committees, sets and members that every stage must refuse, with the code of each. */

import { committeeHash } from '../../../../signer/formats/committee.ts';
import type { ContractName } from '../../../../signer/formats/configuration.ts';
import type { RefusalCode } from '../../../../signer/formats/refusal.ts';
import { Refused } from '../../../../signer/formats/refusal.ts';
import { STATUS } from '../../../../signer/proof/layout.ts';
import type { ProvenState } from '../../../../signer/proof/state.ts';
import type { Facts } from './facts.ts';
import { address, NOW, slotName, word } from './facts.ts';

export type Lie = { readonly name: string; readonly code: RefusalCode; readonly lie: (all: Facts) => unknown };

/** The chain has exactly the committee that the host shows: of the key, and of its ceremony. */
function committeeOnChain(all: Facts): void {
  const { threshold, members } = all.committee;
  const committee = { committee: committeeHash(all.committee), threshold, size: members.length };
  Object.assign(all.key, committee);
  Object.assign(all.ceremony, committee);
}

export const committeeLies: readonly Lie[] = [
  { name: 'another epoch', code: 'KEY_EPOCH', lie: ({ committee }) => (committee.epoch += 1) },
  { name: 'an epoch that is closed', code: 'KEY_EPOCH', lie: ({ key, ceremony }) => (key.epoch = ceremony.epoch += 1) },
  { name: 'another attempt', code: 'KEY_ATTEMPT', lie: ({ committee }) => (committee.attempt -= 1) },
  { name: 'another threshold', code: 'KEY_THRESHOLD', lie: ({ committee }) => (committee.threshold = 3) },
  { name: 'one member less', code: 'KEY_SIZE', lie: ({ committee }) => committee.members.pop() },
  { name: 'members swapped', code: 'COMMITTEE_HASH', lie: ({ committee }) => committee.members.reverse() },
  {
    name: 'another hash on chain',
    code: 'COMMITTEE_HASH',
    lie: ({ key, ceremony }) => (key.committee = ceremony.committee = word(0xee)),
  },
  {
    name: 'a member that has no seat',
    code: 'COMMITTEE_HASH',
    lie: ({ committee }) => (committee.members[2]!.id = word(0xee)),
  },
  {
    name: "another operator for a member's id",
    code: 'MEMBER_ID',
    lie: ({ committee }) => (committee.members[2]!.operator = address(0xee)),
  },
  {
    name: "another identity for a member's id",
    code: 'MEMBER_ID',
    lie: ({ committee }) => (committee.members[2]!.identity = address(0xee)),
  },
  {
    name: 'a threshold of one',
    code: 'COMMITTEE_BOUNDS',
    lie: (all) => {
      all.committee.threshold = 1;
      committeeOnChain(all);
    },
  },
  {
    name: 'a threshold above the size',
    code: 'COMMITTEE_BOUNDS',
    lie: (all) => {
      all.committee.threshold = 4;
      committeeOnChain(all);
    },
  },
  {
    name: 'more members than are safe',
    code: 'COMMITTEE_BOUNDS',
    lie: (all) => {
      const [first] = all.committee.members;
      all.committee.members = Array.from({ length: 65 }, () => first!);
      committeeOnChain(all);
    },
  },
  {
    name: 'one identity on two seats',
    code: 'COMMITTEE_IDENTITY_REPEATED',
    lie: (all) => {
      all.committee.members[2] = all.committee.members[0]!;
      committeeOnChain(all);
    },
  },
  {
    name: 'no seat for this enclave',
    code: 'SELF_NOT_MEMBER',
    lie: ({ self }) => (self.identity = address(0xee)),
  },
  { name: 'an unknown scheme', code: 'SCHEME_UNKNOWN', lie: ({ key }) => (key.scheme = 4) },
  { name: 'no scheme', code: 'SCHEME_UNKNOWN', lie: ({ key }) => (key.scheme = 0) },
];

export const setLies: readonly Lie[] = [
  { name: 'of one party less', code: 'SET_SIZE', lie: ({ set }) => (set.parties = [2]) },
  { name: 'of one party more', code: 'SET_SIZE', lie: ({ set }) => (set.parties = [1, 2, 3]) },
  { name: 'of nobody', code: 'SET_SIZE', lie: ({ set }) => (set.parties = []) },
  { name: 'out of order', code: 'SET_ORDER', lie: ({ set }) => (set.parties = [2, 1]) },
  { name: 'with a party twice', code: 'SET_ORDER', lie: ({ set }) => (set.parties = [2, 2]) },
  { name: 'with party zero', code: 'SET_PARTY', lie: ({ set }) => (set.parties = [0, 2]) },
  { name: 'with a party beyond the committee', code: 'SET_PARTY', lie: ({ set }) => (set.parties = [2, 4]) },
  { name: 'with half a party', code: 'SET_PARTY', lie: ({ set }) => (set.parties = [1.5, 2]) },
  { name: 'without this enclave', code: 'SET_WITHOUT_SELF', lie: ({ set }) => (set.parties = [1, 3]) },
  {
    name: 'led by a member outside it',
    code: 'SET_LEADER',
    lie: ({ set, enclaves }) => (set.leader = enclaves[2]!.id),
  },
  { name: 'led by nobody', code: 'SET_LEADER', lie: ({ set }) => (set.leader = word(0)) },
];

export const memberLies: readonly Lie[] = [
  { name: 'that never registered', code: 'MEMBER_STATUS', lie: ({ enclaves }) => (enclaves[0]!.status = 0) },
  { name: 'that is suspended', code: 'MEMBER_STATUS', lie: ({ enclaves }) => (enclaves[0]!.status = 2) },
  { name: 'of an unknown status', code: 'MEMBER_STATUS', lie: ({ enclaves }) => (enclaves[0]!.status = 3) },
  {
    name: 'whose attestation has ended',
    code: 'MEMBER_EXPIRED',
    lie: ({ enclaves }) => (enclaves[0]!.validUntil = NOW),
  },
  {
    name: 'of another operator',
    code: 'MEMBER_OPERATOR',
    lie: ({ enclaves }) => (enclaves[0]!.operator = address(0xee)),
  },
  {
    name: 'of another identity',
    code: 'MEMBER_IDENTITY',
    lie: ({ enclaves }) => (enclaves[0]!.identity = address(0xee)),
  },
  ...(['none', 'canary', 'revoked'] as const).map((status) => ({
    name: `of a measurement that is ${status}`,
    code: 'MEASUREMENT_STATUS' as const,
    lie: ({ measurement }: Facts) => (measurement.status = STATUS.measurement[status]),
  })),
  {
    name: 'without boot nonce',
    code: 'BOOT_RECORD_ABSENT',
    lie: ({ enclaves }) => (enclaves[0]!.nonce = new Uint8Array(16)),
  },
  { name: 'without boot counter', code: 'BOOT_RECORD_ABSENT', lie: ({ enclaves }) => (enclaves[0]!.counter = 0) },
  {
    name: 'without encryption key',
    code: 'BOOT_RECORD_ABSENT',
    lie: ({ enclaves }) => (enclaves[0]!.encryptionKey = word(0)),
  },
  {
    name: 'that is a later life of this enclave',
    code: 'BOOT_NONCE_NOT_OWN',
    lie: ({ enclaves }) => (enclaves[1]!.nonce = new Uint8Array(16).fill(0xee)),
  },
  {
    name: 'that is this enclave with another encryption key',
    code: 'BOOT_ENCRYPTION_KEY_NOT_OWN',
    lie: ({ enclaves }) => (enclaves[1]!.encryptionKey = word(0xee)),
  },
];

/** A state that lacks some slots; where `absent` is given, slots that it never had read as that. */
export function accessesOf(state: ProvenState, isProven: (name: string) => boolean, absent?: bigint): ProvenState {
  const proven = (contract: ContractName, slot: Uint8Array): bigint | undefined =>
    isProven(slotName(contract, slot)) ? (state.proven(contract, slot) ?? absent) : undefined;
  const word = (contract: ContractName, slot: Uint8Array): bigint => {
    const found = proven(contract, slot);
    if (found === undefined) throw new Refused('SLOT_NOT_PROVEN', 'left out');
    return found;
  };
  return { block: state.block, word, proven } as ProvenState;
}
