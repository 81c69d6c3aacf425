/** FROST (RFC 9591): t or more holders of shares sign one or several messages in two rounds. docs/frost.md tells it in full. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { Committee, PartyId, Rng } from '../committee.ts';
import { echoOf } from '../echo.ts';
import type { KeyShare } from '../keygen/keyShare.ts';
import type { Scalar } from '../math/group.ts';
import { type Broadcasts, broadcast, type Protocol } from '../round.ts';
import { wipe } from '../secret.ts';
import { aggregate } from './aggregate.ts';
import type { CommitmentList } from './binding.ts';
import { COMMITMENTS, commitmentsBytes, decodeCommitments, encodeCommitments } from './commitments.ts';
import { type Committed, commit, discard } from './nonces.ts';
import { type SigningRequest, type SigningSession, startSigning } from './session.ts';
import { type SignedShare, signShare } from './share.ts';
import { decodeShares, encodeSharesMessage, SHARES, sharesBytes } from './shares.ts';

/** Both rounds. @returns a verified signature of 64 bytes for each message. */
export function* frostSign(
  committee: Committee,
  suite: Ciphersuite,
  keyShare: KeyShare,
  request: SigningRequest,
  rng: Rng,
): Protocol<Uint8Array[]> {
  const session = startSigning(committee, suite, keyShare, request);
  const committed = session.messages.map(() => commit(suite, keyShare.secret, rng));
  return yield* discardingAfter(committed, bothRounds(session, committed));
}

/** Round 2 alone, where commitments were exchanged ahead of time. @param said what each signer committed to, by id, ours included */
export function* frostSignPrepared(
  committee: Committee,
  suite: Ciphersuite,
  keyShare: KeyShare,
  request: SigningRequest,
  committed: readonly Committed[],
  said: Broadcasts,
): Protocol<Uint8Array[]> {
  const session = startSigning(committee, suite, keyShare, request);
  if (committed.length !== session.messages.length) throw new RangeError('one pair of nonces for each message');
  if (!committee.parties.every((id) => said.has(id))) throw new RangeError('a commitment from each signer');
  return yield* discardingAfter(committed, signWith(session, committed, said));
}

function* discardingAfter<T>(committed: readonly Committed[], protocol: Protocol<T>): Protocol<T> {
  try {
    return yield* protocol;
  } finally {
    for (const { nonces } of committed) discard(nonces);
  }
}

function* bothRounds(session: SigningSession, committed: readonly Committed[]): Protocol<Uint8Array[]> {
  const commitments = committed.map(({ commitment }) => commitment);
  const own = encodeCommitments(session.suite.group, commitments);
  const said = yield* broadcast(COMMITMENTS, own, commitmentsBytes(session), session.committee);
  return yield* signWith(session, committed, said);
}

function* signWith(session: SigningSession, committed: readonly Committed[], said: Broadcasts): Protocol<Uint8Array[]> {
  const { committee, requestHash, messages } = session;
  const commitments = committed.map(({ commitment }) => commitment);
  const signed = signEach(session, decodeCommitments(session, said, commitments), committed);

  const own = { requestHash, echo: echoOf(committee, said), shares: signed.map(({ z_i }) => z_i) };
  const heard = yield* broadcast(SHARES, encodeSharesMessage(own), sharesBytes(session), committee);
  const shares = decodeShares(session, heard, own);
  return signed.map(({ challenge }, m) =>
    aggregate(session, challenge, messages[m] ?? new Uint8Array(), sharesOf(shares, m)),
  );
}

/** Uses all nonces up before anything leaves. */
function signEach(
  session: SigningSession,
  lists: readonly CommitmentList[],
  committed: readonly Committed[],
): readonly SignedShare[] {
  const taken = committed.map(({ nonces }) => nonces.take());
  return session.messages.map((message, m) => {
    const [list, nonces] = [lists[m], taken[m]];
    if (!list || !nonces) throw new RangeError('one pair of nonces for each message');
    const signed = signShare(session, list, message, nonces);
    wipe(nonces.d, nonces.e);
    return signed;
  });
}

function sharesOf(shares: ReadonlyMap<PartyId, readonly Scalar[]>, m: number): ReadonlyMap<PartyId, Scalar> {
  return new Map([...shares].flatMap(([id, of]) => (of[m] ? [[id, of[m]] as const] : [])));
}
