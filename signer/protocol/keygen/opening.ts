/** Round 2: open the commitment, prove possession, and hand out the shares, sealed. */
import { concatBytes } from '@noble/curves/utils.js';
import type { PartyId } from '../committee.ts';
import { Fault } from '../fault.ts';
import { type Element, sameBytes } from '../math/group.ts';
import { Reader } from '../reader.ts';
import { type Broadcasts, decodeEach } from '../round.ts';
import { type Announcement, commitTo } from './announcement.ts';
import { isPossession, type Possession } from './possession.ts';
import type { KeygenSession } from './session.ts';

export const OPENING = 'keygen/opening';
export const BLINDING_BYTES = 32;

export interface Opening {
  /** Keeps the announced hash from being guessed. */
  readonly blinding: Uint8Array;
  readonly commitments: readonly Element[];
  readonly possession: Possession;
}

/** What a dealer broadcasts: its opening and, for each other party, that party's sealed share. */
export interface Deal {
  readonly opening: Opening;
  readonly sealed: ReadonlyMap<PartyId, Uint8Array>;
}

export function dealBytes({ committee, suite: { group }, envelope }: KeygenSession): number {
  const opening = BLINDING_BYTES + group.wideBytes * committee.threshold + group.elementBytes + group.scalars.bytes;
  return opening + (committee.parties.length - 1) * (group.scalars.bytes + envelope.overhead);
}

export function encodeOpening(
  { suite: { group } }: KeygenSession,
  { blinding, commitments, possession }: Opening,
): Uint8Array {
  return concatBytes(blinding, ...commitments.map(group.encodeWide), possession.R, possession.mu);
}

export function encodeDeal(session: KeygenSession, { opening, sealed }: Deal): Uint8Array {
  return concatBytes(encodeOpening(session, opening), ...sealed.values());
}

/** Every message has one length: a polynomial of any other degree does not fit. */
export function decodeDeals(session: KeygenSession, said: Broadcasts): Map<PartyId, Deal> {
  return decodeEach(OPENING, said, session.committee, (bytes, from) => decodeDeal(session, from, bytes));
}

export function requireOpened(
  session: KeygenSession,
  announced: ReadonlyMap<PartyId, Announcement>,
  deals: ReadonlyMap<PartyId, Deal>,
): void {
  blameUnless('commitment-opened-differently', deals, (from, { opening }) => {
    const announcement = announced.get(from);
    if (!announcement) return false;
    return sameBytes(
      announcement.commitment,
      commitTo(session, from, announcement.envelopeKey, encodeOpening(session, opening)),
    );
  });
}

export function requirePossession({ suite, committee }: KeygenSession, deals: ReadonlyMap<PartyId, Deal>): void {
  blameUnless('invalid-proof-of-possession', deals, (prover, { opening }) => {
    const [C_0 = suite.group.identity] = opening.commitments;
    return isPossession(suite, { prover, C_0, context: committee.context }, opening.possession);
  });
}

function blameUnless(
  code: 'commitment-opened-differently' | 'invalid-proof-of-possession',
  deals: ReadonlyMap<PartyId, Deal>,
  isHonest: (from: PartyId, deal: Deal) => boolean,
): void {
  const culprits = [...deals].filter(([from, deal]) => !isHonest(from, deal)).map(([from]) => from);
  if (culprits.length > 0) throw new Fault(code, OPENING, { culprits });
}

function decodeDeal({ committee, suite: { group }, envelope }: KeygenSession, from: PartyId, bytes: Uint8Array): Deal {
  const reader = new Reader(bytes);
  const opening = {
    blinding: reader.take(BLINDING_BYTES),
    commitments: reader.wideElements(group, committee.threshold),
    possession: { R: reader.take(group.elementBytes), mu: reader.scalar(group) },
  };
  const receivers = committee.parties.filter((id) => id !== from);
  const sealed = new Map(receivers.map((id) => [id, reader.take(group.scalars.bytes + envelope.overhead)]));
  reader.end();
  return { opening, sealed };
}
