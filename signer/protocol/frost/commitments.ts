/** The message of round 1: what was asked, and a pair of commitments for each signature. */
import { concatBytes } from '@noble/curves/utils.js';
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import { othersOf, type PartyId } from '../committee.ts';
import { DIGEST_BYTES } from '../echo.ts';
import { Fault } from '../fault.ts';
import { sameBytes } from '../math/group.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import type { CommitmentList } from './binding.ts';
import type { HeardCommitments } from './heard.ts';
import type { NonceCommitment } from './nonces.ts';
import type { SigningSession } from './session.ts';

export const COMMITMENTS = 'frost/commitments';

export function commitmentsBytes({ group }: Ciphersuite, messages: number): number {
  return DIGEST_BYTES + 2 * group.wideBytes * messages;
}

export function encodeCommitments(
  { suite: { group }, requestHash }: SigningSession,
  commitments: readonly NonceCommitment[],
): Uint8Array {
  return concatBytes(requestHash, ...commitments.flatMap(({ D, E }) => [group.encodeWide(D), group.encodeWide(E)]));
}

/**
 * One list for each message, each by ascending id, ours included.
 * @throws Fault without culprits where signers were asked different things: what else they say is of another session, and proves nothing in
 * this one; naming those who make a commitment for the second time, in this session or an earlier one
 */
export function decodeCommitments(
  session: SigningSession,
  said: Broadcasts,
  own: readonly NonceCommitment[],
  heard: HeardCommitments,
): readonly CommitmentList[] {
  const { committee } = session;
  requireSameRequest(session, said);
  const theirs = decodeEach(COMMITMENTS, said, committee, (bytes) => readCommitments(session, bytes));
  requireFresh(session, theirs, heard);
  const all = new Map<PartyId, readonly NonceCommitment[]>([...theirs, [committee.self, own]]);
  return session.messages.map((_, m) => listOf(committee.parties, all, m));
}

function requireSameRequest({ committee, requestHash }: SigningSession, said: Broadcasts): void {
  const heads = decodeEach(COMMITMENTS, said, committee, (bytes) => new Reader(bytes).take(DIGEST_BYTES));
  const disputes = othersOf(committee)
    .filter((id) => !sameBytes(heads.get(id) ?? new Uint8Array(), requestHash))
    .map((reporter) => ({ about: committee.self, reporter }));
  if (disputes.length > 0) throw new Fault('request-differs', COMMITMENTS, { disputes });
}

function requireFresh(
  { keyShare }: SigningSession,
  theirs: ReadonlyMap<PartyId, readonly NonceCommitment[]>,
  heard: HeardCommitments,
): void {
  const culprits = [...theirs]
    .filter(([id, pairs]) =>
      heard.repeats(
        keyShare.transcript,
        id,
        pairs.flatMap(({ D, E }) => [D, E]),
      ),
    )
    .map(([id]) => id);
  if (culprits.length > 0) throw new Fault('repeated-commitment', COMMITMENTS, { culprits });
}

function listOf(
  parties: readonly PartyId[],
  all: ReadonlyMap<PartyId, readonly NonceCommitment[]>,
  m: number,
): CommitmentList {
  return new Map(
    parties.flatMap((id) => {
      const commitment = all.get(id)?.[m];
      return commitment ? [[id, commitment] as const] : [];
    }),
  );
}

function readCommitments(
  { suite: { group }, messages }: SigningSession,
  bytes: Uint8Array,
): readonly NonceCommitment[] {
  const reader = new Reader(bytes);
  reader.take(DIGEST_BYTES);
  const commitments = messages.map(() => ({ D: reader.wideElement(group), E: reader.wideElement(group) }));
  reader.end();
  return commitments;
}
