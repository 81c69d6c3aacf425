/**
 * Distributed key generation: n parties make a key of which any t can sign and t-1 know nothing; nobody ever holds it.
 * Pedersen's DKG with the proof of possession of FROST (ePrint 2020/852), preceded by hash commitments (no party chooses its
 * part after seeing the others'), followed by an echo of all broadcasts and by confirmations. docs/frost.md tells it in full.
 */
import type { KeygenSuite } from '../ciphersuite/ciphersuite.ts';
import type { Committee, PartyId, Rng } from '../committee.ts';
import { echoOf, requireSameEcho } from '../echo.ts';
import { Fault } from '../fault.ts';
import { type Broadcasts, broadcast, type Protocol } from '../round.ts';
import { ANNOUNCEMENT, announcementBytes, commitTo, decodeAnnouncements, encodeAnnouncement } from './announcement.ts';
import { decodeVerdicts, ECHO, encodeVerdict, judgeComplaints, type Verdict, verdictBytes } from './complaint.ts';
import { CONFIRMATION, CONFIRMATION_BYTES, requireConfirmed } from './confirmation.ts';
import { type Contribution, contribute, wipeContribution } from './contribution.ts';
import { type Envelope, x25519Envelope } from './envelope.ts';
import { confirmationOf, type KeyShare } from './keyShare.ts';
import {
  dealBytes,
  decodeDeals,
  encodeDeal,
  encodeOpening,
  OPENING,
  requireOpened,
  requirePossession,
} from './opening.ts';
import { outputKeyShare } from './output.ts';
import { type KeygenSession, requireKeygenCommittee } from './session.ts';
import { openShares, sealShares, wrongDealers } from './shares.ts';

/** @throws Fault; whatever is thrown, nothing of the secret polynomial is left. */
export function* keygen(
  committee: Committee,
  suite: KeygenSuite,
  rng: Rng,
  envelope: Envelope = x25519Envelope,
): Protocol<KeyShare> {
  requireKeygenCommittee(committee);
  const session = { committee, suite, envelope };
  const mine = contribute(session, rng);
  try {
    return yield* runRounds(session, mine);
  } finally {
    wipeContribution(mine);
  }
}

function* runRounds(session: KeygenSession, mine: Contribution): Protocol<KeyShare> {
  const { committee } = session;
  const announcements = yield* broadcast(ANNOUNCEMENT, announce(session, mine), announcementBytes(session), committee);
  const announced = decodeAnnouncements(session, announcements);

  const deal = { opening: mine.opening, sealed: sealShares(session, mine, announced) };
  const openings = yield* broadcast(OPENING, encodeDeal(deal), dealBytes(session), committee);
  const deals = decodeDeals(session, openings);
  requireOpened(session, announced, deals);
  requirePossession(session, deals);

  const shares = openShares(session, mine.envelopeSecret, announced, deals);
  const cheats = wrongDealers(session, shares, deals);
  const verdict = verdictOn(session, [announcements, openings], cheats, mine);
  const verdicts = decodeVerdicts(
    session,
    yield* broadcast(ECHO, encodeVerdict(verdict), verdictBytes(session), committee),
  );
  requireNotCheated(cheats);
  requireSameEcho(ECHO, verdict.echo, new Map([...verdicts].map(([id, { echo }]) => [id, echo])));
  judgeComplaints(session, { announced, deals }, verdicts);

  const keyShare = outputKeyShare(session, mine, shares, deals, [announcements, openings]);
  const confirmation = confirmationOf(keyShare);
  requireConfirmed(session, confirmation, yield* broadcast(CONFIRMATION, confirmation, CONFIRMATION_BYTES, committee));
  return keyShare;
}

function announce(session: KeygenSession, { opening, envelopeSecret }: Contribution): Uint8Array {
  const envelopeKey = session.envelope.publicOf(envelopeSecret);
  const commitment = commitTo(session, session.committee.self, envelopeKey, encodeOpening(opening));
  return encodeAnnouncement({ commitment, envelopeKey });
}

function verdictOn(
  { committee }: KeygenSession,
  rounds: readonly Broadcasts[],
  cheats: readonly PartyId[],
  { envelopeSecret }: Contribution,
): Verdict {
  const echo = echoOf(committee, ...rounds);
  return cheats.length === 0 ? { echo } : { echo, complaint: { dealers: cheats, envelopeSecret } };
}

function requireNotCheated(cheats: readonly PartyId[]): void {
  if (cheats.length > 0) throw new Fault('invalid-share', ECHO, { culprits: cheats });
}
