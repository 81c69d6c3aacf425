/**
 * Distributed key generation: n parties make a key of which any t can sign and t-1 know nothing; nobody ever holds it.
 * Pedersen's DKG with the proof of possession of FROST (ePrint 2020/852), preceded by hash commitments (no party chooses its
 * part after seeing the others'), followed by an echo of all broadcasts and by confirmations. docs/frost.md tells it in full.
 */
import type { KeygenSuite } from '../ciphersuite/ciphersuite.ts';
import type { Committee, PartyId, Rng } from '../committee.ts';
import { type Echo, echoOf, requireSameEcho } from '../echo.ts';
import { Fault } from '../fault.ts';
import { hedged, NO_SECRET } from '../random.ts';
import { type Broadcasts, broadcast, type Protocol, type Rounds } from '../round.ts';
import { wipe } from '../secret.ts';
import { transcriptHash } from '../transcript.ts';
import { ANNOUNCEMENT, announcementBytes, commitTo, decodeAnnouncements, encodeAnnouncement } from './announcement.ts';
import {
  decodeVerdicts,
  ECHO,
  encodeVerdict,
  type Heard,
  judgeComplaints,
  type Verdict,
  verdictBytes,
} from './complaint.ts';
import { CONFIRMATION, CONFIRMATION_BYTES, requireConfirmed } from './confirmation.ts';
import { type Contribution, contribute, wipeContribution } from './contribution.ts';
import type { Envelope } from './envelope.ts';
import { confirmationOf, type KeyShare, keyShareOf } from './keyShare.ts';
import {
  dealBytes,
  decodeDeals,
  encodeDeal,
  encodeOpening,
  OPENING,
  requireOpened,
  requirePossession,
} from './opening.ts';
import { type KeygenSession, requireKeygenCommittee } from './session.ts';
import { type Announced, closeChannels, type Deals, openChannels, openShares, sealShares } from './shares.ts';
import { type Sum, sumShares } from './sum.ts';

export function keygenRounds(committee: Committee, suite: KeygenSuite, envelope: Envelope = suite.envelope): Rounds {
  const session = { committee, suite, envelope };
  return [
    { round: ANNOUNCEMENT, broadcast: announcementBytes(session) },
    { round: OPENING, broadcast: dealBytes(session) },
    { round: ECHO, broadcast: verdictBytes(session) },
    { round: CONFIRMATION, broadcast: CONFIRMATION_BYTES },
  ];
}

/** @throws Fault; whatever is thrown, nothing of the secret polynomial is left. */
export function* keygen(
  committee: Committee,
  suite: KeygenSuite,
  rng: Rng,
  envelope: Envelope = suite.envelope,
): Protocol<KeyShare> {
  requireKeygenCommittee(committee);
  const session = { committee, suite, envelope };
  const { context, threshold, parties, self } = committee;
  const random = hedged(rng, 'keygen', NO_SECRET, context, suite.name, threshold, parties, self);
  const mine = contribute(session, random);
  random.end();
  try {
    return yield* runRounds(session, mine);
  } finally {
    wipeContribution(mine);
  }
}

function* runRounds(session: KeygenSession, mine: Contribution): Protocol<KeyShare> {
  const { committee } = session;
  const announcements = yield* broadcast(ANNOUNCEMENT, announce(session, mine), committee);
  const announced = decodeAnnouncements(session, announcements);
  const { openings, deals, sum } = yield* deal(session, mine, announced);
  const verdict = verdictOn(sum, echoOf(committee, announcements, openings), mine);
  return yield* agree(session, verdict, { announced, deals }, sum);
}

/** Hands shares out, and adds up those handed to us. */
function* deal(session: KeygenSession, mine: Contribution, announced: Announced): Protocol<Dealt> {
  const channels = openChannels(session, mine, announced);
  try {
    const dealt = { opening: mine.opening, sealed: sealShares(session, mine, channels) };
    const openings = yield* broadcast(OPENING, encodeDeal(session, dealt), session.committee);
    const deals = decodeDeals(session, openings);
    requireOpened(session, announced, deals);
    requirePossession(session, deals);
    return { openings, deals, sum: sumShares(session, mine, openShares(session, channels, deals), deals) };
  } finally {
    closeChannels(channels);
  }
}

interface Dealt {
  readonly openings: Broadcasts;
  readonly deals: Deals;
  readonly sum: Sum | readonly PartyId[];
}

/** Nobody keeps a share before everybody is known to have heard the same, and to have got the same key. */
function* agree(
  session: KeygenSession,
  verdict: Verdict,
  heard: Heard,
  sum: Sum | readonly PartyId[],
): Protocol<KeyShare> {
  let agreed = false;
  try {
    const said = yield* broadcast(ECHO, encodeVerdict(verdict), session.committee);
    const verdicts = decodeVerdicts(session, said);
    const checked = requireNotCheated(sum);
    requireSameEcho(ECHO, verdict.echo, new Map([...verdicts].map(([id, { echo }]) => [id, echo])));
    judgeComplaints(session, heard, verdicts);

    const parts = { ...session.committee, ...checked, transcript: transcriptOf(session, verdict.echo) };
    const keyShare = keyShareOf(session.suite, parts);
    const mine = confirmationOf(keyShare);
    requireConfirmed(session, mine, yield* broadcast(CONFIRMATION, mine, session.committee));
    agreed = true;
    return keyShare;
  } finally {
    if (!agreed && 'secret' in sum) wipe(sum.secret);
  }
}

function announce(session: KeygenSession, { opening, envelopeSecret }: Contribution): Uint8Array {
  const envelopeKey = session.envelope.publicOf(envelopeSecret);
  const commitment = commitTo(session, session.committee.self, envelopeKey, encodeOpening(session, opening));
  return encodeAnnouncement({ commitment, envelopeKey });
}

function verdictOn(sum: Sum | readonly PartyId[], echo: Echo, { envelopeSecret }: Contribution): Verdict {
  return 'secret' in sum ? { echo } : { echo, complaint: { dealers: sum, envelopeSecret } };
}

/** Whoever was cheated leaves only after telling the others. */
function requireNotCheated(sum: Sum | readonly PartyId[]): Sum {
  if ('secret' in sum) return sum;
  throw new Fault('invalid-share', ECHO, { culprits: sum });
}

/** Names the whole conversation: equal for two parties exactly if they heard the same. */
function transcriptOf({ suite, committee }: KeygenSession, echo: Echo): Uint8Array {
  const { context, threshold, parties } = committee;
  return transcriptHash('keygen', context, suite.name, threshold, parties, [...echo.values()]);
}
