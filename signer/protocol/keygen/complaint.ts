/** Round 3: repeat what was heard, and, if cheated, prove it by revealing the key under which the share came. */
import { concatBytes } from '@noble/curves/utils.js';
import { MAX_PARTIES, type PartyId, partyIdOf } from '../committee.ts';
import { DIGEST_BYTES, type Echo, encodeEcho, readEcho } from '../echo.ts';
import { Fault } from '../fault.ts';
import { sameBytes } from '../math/group.ts';
import { Malformed, Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import type { Announcement } from './announcement.ts';
import { isShare } from './dealing.ts';
import type { Deal } from './opening.ts';
import type { KeygenSession } from './session.ts';
import { openShare } from './shares.ts';

export const ECHO = 'keygen/echo';

/** The session is over with the first complaint, so what the revealed key opens is worth nothing any more. */
export interface Complaint {
  readonly dealers: readonly PartyId[];
  readonly envelopeSecret: Uint8Array;
}

export interface Verdict {
  readonly echo: Echo;
  readonly complaint?: Complaint;
}

/** What the complaint is judged by: the same for all, once the echoes agree. */
export interface Heard {
  readonly announced: ReadonlyMap<PartyId, Announcement>;
  readonly deals: ReadonlyMap<PartyId, Deal>;
}

/** Of a party that complains of all the others. */
export function verdictBytes({ committee: { parties }, envelope }: KeygenSession): number {
  return DIGEST_BYTES * parties.length + 1 + (parties.length - 1) + envelope.secretBytes;
}

export function encodeVerdict({ echo, complaint }: Verdict): Uint8Array {
  if (!complaint) return concatBytes(encodeEcho(echo), Uint8Array.of(0));
  const { dealers, envelopeSecret } = complaint;
  return concatBytes(encodeEcho(echo), Uint8Array.of(dealers.length, ...dealers), envelopeSecret);
}

export function decodeVerdicts(session: KeygenSession, said: Broadcasts): Map<PartyId, Verdict> {
  return decodeEach(ECHO, said, session.committee, (bytes, from) => decodeVerdict(session, from, bytes));
}

/**
 * No judgement is made that could not name one more culprit, so there are no more of them than corrupt parties, whoever complains of whom.
 * @throws Fault naming dealers that cheated and complainers that lied
 */
export function judgeComplaints(session: KeygenSession, heard: Heard, verdicts: ReadonlyMap<PartyId, Verdict>): void {
  const cheats = new Set<PartyId>();
  const liars = new Set<PartyId>();
  for (const [complainer, { complaint }] of verdicts) {
    if (!complaint || cheats.has(complainer)) continue;
    for (const dealer of complaint.dealers) {
      if (cheats.has(dealer) || liars.has(dealer)) continue;
      if (!isCheated(session, heard, complainer, dealer, complaint)) {
        liars.add(complainer);
        break;
      }
      cheats.add(dealer);
    }
  }
  const culprits = [...cheats, ...liars].sort((a, b) => a - b);
  if (culprits.length > 0) throw new Fault(cheats.size > 0 ? 'invalid-share' : 'false-complaint', ECHO, { culprits });
}

function isCheated(
  session: KeygenSession,
  heard: Heard,
  complainer: PartyId,
  dealer: PartyId,
  { envelopeSecret }: Complaint,
): boolean {
  const { committee, suite, envelope } = session;
  const [mine, theirs, deal] = [heard.announced.get(complainer), heard.announced.get(dealer), heard.deals.get(dealer)];
  if (!mine || !theirs || !deal || !sameBytes(envelope.publicOf(envelopeSecret), mine.envelopeKey)) return false;

  const route = { from: dealer, to: complainer, context: committee.context };
  // What was complained of is public from here on.
  const share = openShare(session, route, envelope.channel(envelopeSecret, theirs.envelopeKey), deal);
  return !share || !isShare(suite.group, share, deal.opening.commitments, complainer);
}

function decodeVerdict({ committee, envelope }: KeygenSession, from: PartyId, bytes: Uint8Array): Verdict {
  const reader = new Reader(bytes);
  const echo = readEcho(reader, committee);
  const count = reader.byte();
  const dealers = [...reader.take(count)].map((id) => memberOf(committee.parties, id, from));
  if (!dealers.every((id, k) => k === 0 || id > (dealers[k - 1] ?? id)))
    throw new Malformed('dealers repeat or are unsorted');
  const verdict =
    count === 0 ? { echo } : { echo, complaint: { dealers, envelopeSecret: reader.take(envelope.secretBytes) } };
  reader.end();
  return verdict;
}

function memberOf(parties: readonly PartyId[], id: number, complainer: PartyId): PartyId {
  if (id < 1 || id > MAX_PARTIES || id === complainer || !parties.includes(partyIdOf(id)))
    throw new Malformed(`no such dealer: ${id}`);
  return partyIdOf(id);
}
