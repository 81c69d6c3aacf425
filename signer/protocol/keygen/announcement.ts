/** Round 1: commit by hash to what will be opened, before anybody has seen anybody's part of the key. */
import { concatBytes } from '@noble/curves/utils.js';
import type { PartyId } from '../committee.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import { transcriptHash } from '../transcript.ts';
import type { KeygenSession } from './session.ts';

export const ANNOUNCEMENT = 'keygen/announcement';
const HASH_BYTES = 32;

export interface Announcement {
  /** Hash of the opening to come. */
  readonly commitment: Uint8Array;
  /** The key under which shares for this party are sealed. */
  readonly envelopeKey: Uint8Array;
}

export function announcementBytes({ envelope }: KeygenSession): number {
  return HASH_BYTES + envelope.publicBytes;
}

export function encodeAnnouncement({ commitment, envelopeKey }: Announcement): Uint8Array {
  return concatBytes(commitment, envelopeKey);
}

export function decodeAnnouncements(session: KeygenSession, said: Broadcasts): Map<PartyId, Announcement> {
  return decodeEach(ANNOUNCEMENT, said, session.committee, (bytes) => decodeAnnouncement(session, bytes));
}

/** Bound to sender and session: nobody can repeat another's commitment and its opening as its own. */
export function commitTo(
  session: KeygenSession,
  from: PartyId,
  envelopeKey: Uint8Array,
  opening: Uint8Array,
): Uint8Array {
  const { context, threshold, parties } = session.committee;
  return transcriptHash('announcement', context, session.suite.name, threshold, parties, from, envelopeKey, opening);
}

function decodeAnnouncement({ envelope }: KeygenSession, bytes: Uint8Array): Announcement {
  const reader = new Reader(bytes);
  const announcement = { commitment: reader.take(HASH_BYTES), envelopeKey: reader.take(envelope.publicBytes) };
  reader.end();
  return announcement;
}
