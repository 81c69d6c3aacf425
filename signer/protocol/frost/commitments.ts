/** The message of round 1: a pair of commitments for each signature. */
import { concatBytes } from '@noble/curves/utils.js';
import type { PartyId } from '../committee.ts';
import type { Group } from '../math/group.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import type { CommitmentList } from './binding.ts';
import type { NonceCommitment } from './nonces.ts';
import type { SigningSession } from './session.ts';

export const COMMITMENTS = 'frost/commitments';

export function commitmentsBytes({ suite, messages }: SigningSession): number {
  return 2 * suite.group.wideBytes * messages.length;
}

export function encodeCommitments({ encodeWide }: Group, commitments: readonly NonceCommitment[]): Uint8Array {
  return concatBytes(...commitments.flatMap(({ D, E }) => [encodeWide(D), encodeWide(E)]));
}

/** One list for each message, each by ascending id, ours included. */
export function decodeCommitments(
  session: SigningSession,
  said: Broadcasts,
  own: readonly NonceCommitment[],
): readonly CommitmentList[] {
  const { committee } = session;
  const theirs = decodeEach(COMMITMENTS, said, committee, (bytes) => readCommitments(session, bytes));
  const all = new Map<PartyId, readonly NonceCommitment[]>([...theirs, [committee.self, own]]);
  return session.messages.map((_, m) => listOf(committee.parties, all, m));
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
  const commitments = messages.map(() => ({ D: reader.wideElement(group), E: reader.wideElement(group) }));
  reader.end();
  return commitments;
}
