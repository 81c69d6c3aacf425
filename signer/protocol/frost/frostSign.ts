/** FROST (RFC 9591): t or more holders of shares sign one or several messages in two rounds. docs/frost.md tells it in full. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { Committee, PartyId, Rng } from '../committee.ts';
import { echoOf } from '../echo.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import type { Scalar } from '../math/group.ts';
import { hedged } from '../random.ts';
import { broadcast, type Protocol, type Rounds } from '../round.ts';
import { wipe } from '../secret.ts';
import { aggregate } from './aggregate.ts';
import type { CommitmentList } from './binding.ts';
import { COMMITMENTS, commitmentsBytes, decodeCommitments, encodeCommitments } from './commitments.ts';
import { HeardCommitments } from './heard.ts';
import { type Committed, commit, discard } from './nonces.ts';
import { type SigningRequest, type SigningSession, startSigning } from './session.ts';
import { type SignedShare, signShare } from './share.ts';
import { decodeShares, encodeSharesMessage, SHARES, sharesBytes } from './shares.ts';

export function frostRounds(committee: Committee, suite: Ciphersuite, { orders }: SigningRequest): Rounds {
  return [
    { round: COMMITMENTS, broadcast: commitmentsBytes(suite, orders.length) },
    { round: SHARES, broadcast: sharesBytes(committee, suite, orders.length) },
  ];
}

/**
 * @param heard commitments of peers in all sessions of this life
 * @returns a verified signature of 64 bytes for each order.
 */
export function* frostSign(
  committee: Committee,
  suite: Ciphersuite,
  keyShare: KeyShare,
  request: SigningRequest,
  rng: Rng,
  heard: HeardCommitments = new HeardCommitments(),
): Protocol<Uint8Array[]> {
  const session = startSigning(committee, suite, keyShare, request);
  const random = hedged(rng, 'frost', keyShare.secret.reveal(), session.requestHash);
  const committed = session.messages.map((_, m) => commit(suite, keyShare.secret, random.of('nonces', m)));
  random.end();
  try {
    return yield* bothRounds(session, committed, heard);
  } finally {
    for (const { nonces } of committed) discard(nonces);
  }
}

function* bothRounds(
  session: SigningSession,
  committed: readonly Committed[],
  heard: HeardCommitments,
): Protocol<Uint8Array[]> {
  const { committee, messages } = session;
  const commitments = committed.map(({ commitment }) => commitment);
  const said = yield* broadcast(COMMITMENTS, encodeCommitments(session, commitments), committee);
  const signed = signEach(session, decodeCommitments(session, said, commitments, heard), committed);

  const own = { echo: echoOf(committee, said), shares: signed.map(({ z_i }) => z_i) };
  const told = yield* broadcast(SHARES, encodeSharesMessage(own), committee);
  const shares = decodeShares(session, told, own);
  return messages.map((message, m) => {
    const { challenge } = at(signed, m);
    return aggregate(session, message, challenge, sharesOf(shares, m));
  });
}

/** Uses all nonces up before anything leaves. */
function signEach(
  session: SigningSession,
  lists: readonly CommitmentList[],
  committed: readonly Committed[],
): readonly SignedShare[] {
  const taken = committed.map(({ nonces }) => nonces.take());
  return session.messages.map((message, m) => {
    const nonces = at(taken, m);
    const signed = signShare(session, message, at(lists, m), nonces);
    wipe(nonces.d, nonces.e);
    return signed;
  });
}

function sharesOf(shares: ReadonlyMap<PartyId, readonly Scalar[]>, m: number): ReadonlyMap<PartyId, Scalar> {
  return new Map([...shares].map(([id, of]) => [id, at(of, m)]));
}

/** What there is one of for each message. */
function at<T>(list: readonly T[], m: number): T {
  const found = list[m];
  if (found === undefined) throw new RangeError(`nothing for message ${m}`);
  return found;
}
