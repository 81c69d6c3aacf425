/** Those who take part in one session, each proven, this enclave among them with its own boot record. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { SigningSet } from '../../formats/committee.ts';
import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { SessionKind } from '../../formats/schemes.ts';
import type { SessionRun } from '../../formats/session.ts';
import { ONLY_RUN, sessionId } from '../../formats/session.ts';
import type { Block, ProvenState } from '../../proof/state.ts';
import type { OwnBoot, ProvenCommittee, ProvenMember, ProvenSet, Session } from './stages.ts';
import { verifyMember } from './verifyMember.ts';

type Bytes = Uint8Array;

/** Key generation: the whole committee, once per attempt. */
export function verifyCeremonySession(state: ProvenState, self: OwnBoot, committee: ProvenCommittee): Session {
  const everyone = committee.members.map((_, at) => at + 1);
  const members = verifyMembers(state, self, committee, everyone);
  return session(state.block, committee, members, { kind: 'key-generation', subject: committee.hash, run: ONLY_RUN });
}

/** Exactly so many parties, chosen by the leader's host: t for activation and signing, two for an OT set-up. */
export function verifySet(
  state: ProvenState,
  self: OwnBoot,
  committee: ProvenCommittee,
  set: SigningSet,
  size: number = committee.threshold,
): ProvenSet {
  requireSet(set, committee, size);
  const members = verifyMembers(state, self, committee, set.parties);
  if (!members.some((member) => isEqual(member.id, set.leader))) {
    refuse('SET_LEADER', `0x${bytesToHex(set.leader)} is not in the set`);
  }
  return { committee, members, set, block: state.block };
}

/** One of many that the same set may run: the leader numbers them. */
export function signingSession(
  { committee, members, set, block }: ProvenSet,
  cause: { readonly kind: Exclude<SessionKind, 'key-generation'>; readonly subject: Bytes },
): Session {
  const run: SessionRun = { pinnedBlock: block.hash, leader: set.leader, number: set.run };
  return session(block, committee, members, { ...cause, run });
}

function requireSet({ parties }: SigningSet, { members, self }: ProvenCommittee, size: number): void {
  if (parties.length !== size) {
    refuse('SET_SIZE', `${parties.length} parties, expected ${size}`);
  }
  parties.forEach((party, at) => {
    if (party < 1 || party > members.length) refuse('SET_PARTY', `party ${party} of ${members.length}`);
    if (party <= (parties[at - 1] ?? 0)) refuse('SET_ORDER', `${party} after ${parties[at - 1]}`);
  });
  if (!parties.includes(self)) refuse('SET_WITHOUT_SELF', `this enclave is party ${self}`);
}

function verifyMembers(
  state: ProvenState,
  self: OwnBoot,
  committee: ProvenCommittee,
  parties: readonly number[],
): readonly ProvenMember[] {
  return parties.map((party) => {
    const member = committee.members[party - 1];
    if (member === undefined) refuse('SET_PARTY', `party ${party} of ${committee.members.length}`);
    const proven = verifyMember(state, member, party);
    if (party === committee.self) requireOwnBoot(proven, self);
    return proven;
  });
}

// The fence against clones: of two lives with one identity, only that of the proven record may act.
function requireOwnBoot(proven: ProvenMember, self: OwnBoot): void {
  if (!isEqual(proven.nonce, self.nonce)) refuse('BOOT_NONCE_NOT_OWN', 'the chain has the nonce of another life');
  if (!isEqual(proven.encryptionKey, self.encryptionKey)) {
    refuse('BOOT_ENCRYPTION_KEY_NOT_OWN', 'the chain has the encryption key of another life');
  }
}

type Purpose = { readonly kind: SessionKind; readonly subject: Bytes; readonly run: SessionRun };

function session(
  block: Block,
  { keyId, epoch, attempt, threshold, self, ownId, hash, members: seats }: ProvenCommittee,
  members: readonly ProvenMember[],
  purpose: Purpose,
): Session {
  const id = sessionId({ keyId, epoch, attempt, members, ...purpose });
  const committee = { committee: hash, threshold, size: seats.length, self, ownId };
  return { kind: purpose.kind, id, keyId, epoch, attempt, ...committee, members, block } as Session;
}
