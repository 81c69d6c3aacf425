/** Round 1: what was asked and a commitment to all; to each, our part of the multiplication in which it is Alice. */
import { concatBytes } from '@noble/curves/utils.js';
import { othersOf, type PartyId } from '../committee.ts';
import { Fault } from '../fault.ts';
import { sameBytes } from '../math/group.ts';
import type { Random } from '../random.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, type Directs, decodeEach, type Round } from '../round.ts';
import { transcriptHash } from '../transcript.ts';
import { COMMITMENT_BYTES } from './instance.ts';
import { type Chosen, choose } from './multiplication.ts';
import { EXTENSION_BYTES } from './ot/extension.ts';
import { type EcdsaSession, wipePairs } from './session.ts';

export const COMMITMENTS = 'ecdsa/commitments';

const HASH_BYTES = 32;
const SETUP_ID_BYTES = 32;

export const COMMITMENTS_ROUND: Round = {
  round: COMMITMENTS,
  broadcast: HASH_BYTES + COMMITMENT_BYTES,
  direct: SETUP_ID_BYTES + EXTENSION_BYTES,
};

/** Our choices in each multiplication in which we are Bob. */
export type Choices = ReadonlyMap<PartyId, Chosen>;

/** @param commitment our own, which is said with it */
export function chooseEach(
  session: EcdsaSession,
  commitment: Uint8Array,
  random: Random,
): { choices: Choices; direct: Directs } {
  const choices = new Map<PartyId, Chosen>();
  const direct = new Map<PartyId, Uint8Array>();
  for (const [id, { setup }] of session.pairs) {
    const sid = extensionId(session, id, session.committee.self, commitment);
    const { message, chosen } = choose(sid, setup.receiver, random.of('choices', sid));
    choices.set(id, chosen);
    direct.set(id, concatBytes(setup.id, message));
  }
  return { choices, direct };
}

export function wipeChoices(choices: Choices): void {
  for (const { received, b } of choices.values()) {
    for (const secret of [received.choices, received.rows, b]) secret.fill(0);
  }
}

/**
 * Names one direction of one pair in one session: no two extensions of the same seeds have the same. Bob's commitment is in it because two
 * copies of him in one session would otherwise hide different choices behind the same columns, and show how they differ.
 */
export function extensionId(
  { requestHash, pairs, committee }: EcdsaSession,
  alice: PartyId,
  bob: PartyId,
  commitment: Uint8Array,
): Uint8Array {
  const pair = pairs.get(alice === committee.self ? bob : alice);
  return transcriptHash('ecdsa/multiplication', pair?.setup.id ?? '', requestHash, alice, bob, commitment);
}

/** Names Alice's answer. Two copies of her in one session would otherwise hide different inputs behind the same pads, and lose both. */
export function answerId(extension: Uint8Array, commitment: Uint8Array): Uint8Array {
  return transcriptHash('ecdsa/answer', extension, commitment);
}

export function encodeCommitment({ requestHash }: EcdsaSession, commitment: Uint8Array): Uint8Array {
  return concatBytes(requestHash, commitment);
}

/** @returns each signer's, ours included @throws Fault without culprits where signers were asked different things: nobody can tell who was asked wrongly. */
export function decodeCommitments(
  session: EcdsaSession,
  said: Broadcasts,
  own: Uint8Array,
): ReadonlyMap<PartyId, Uint8Array> {
  const { committee, requestHash } = session;
  const theirs = decodeEach(COMMITMENTS, said, committee, (bytes) => {
    const reader = new Reader(bytes);
    const parts = { asked: reader.take(HASH_BYTES), commitment: reader.take(COMMITMENT_BYTES) };
    reader.end();
    return parts;
  });
  requireAgreement(session, 'request-differs', (id) =>
    sameBytes(theirs.get(id)?.asked ?? new Uint8Array(), requestHash),
  );
  const commitments = new Map([...theirs].map(([id, { commitment }]) => [id, commitment]));
  return commitments.set(committee.self, own);
}

/** @throws Fault without culprits where a peer is on another OT set-up: either may have restarted, or wiped it. */
export function decodeExtensions(session: EcdsaSession, said: Directs): ReadonlyMap<PartyId, Uint8Array> {
  const theirs = decodeEach(COMMITMENTS, said, session.committee, (bytes) => {
    const reader = new Reader(bytes);
    const parts = { id: reader.take(SETUP_ID_BYTES), extension: reader.take(EXTENSION_BYTES) };
    reader.end();
    return parts;
  });
  const agrees = (peer: PartyId) =>
    sameBytes(theirs.get(peer)?.id ?? new Uint8Array(), session.pairs.get(peer)?.setup.id ?? new Uint8Array());
  const strangers = [...theirs.keys()].filter((peer) => !agrees(peer));
  // What the peer does not have any more is of no use to us.
  wipePairs(session, strangers);
  requireAgreement(session, 'setup-differs', (peer) => !strangers.includes(peer));
  return new Map([...theirs].map(([id, { extension }]) => [id, extension]));
}

function requireAgreement(
  { committee }: EcdsaSession,
  code: 'request-differs' | 'setup-differs',
  agrees: (id: PartyId) => boolean,
): void {
  const disputes = othersOf(committee)
    .filter((id) => !agrees(id))
    .map((reporter) => ({ about: committee.self, reporter }));
  if (disputes.length > 0) throw new Fault(code, COMMITMENTS, { disputes });
}
