/** Seals the shares that we deal, opens those dealt to us, and finds out who dealt a wrong one. */
import type { PartyId } from '../committee.ts';
import { type Element, type Group, type Scalar, sumElements, sumScalars } from '../math/group.ts';
import { evaluate } from '../math/polynomial.ts';
import { Malformed } from '../reader.ts';
import { decodeEach } from '../round.ts';
import { ANNOUNCEMENT, type Announcement } from './announcement.ts';
import type { Contribution } from './contribution.ts';
import { isShare } from './dealing.ts';
import type { Route } from './envelope.ts';
import type { Deal } from './opening.ts';
import type { KeygenSession } from './session.ts';

/** s_ji of each dealer j whose envelope opens to a scalar. */
export type Shares = ReadonlyMap<PartyId, Scalar>;
export type Announced = ReadonlyMap<PartyId, Announcement>;
export type Deals = ReadonlyMap<PartyId, Deal>;

/** @throws Fault naming the peers for whom nothing can be sealed: they announced a key that is none. */
export function sealShares(
  session: KeygenSession,
  mine: Contribution,
  announced: Announced,
): ReadonlyMap<PartyId, Uint8Array> {
  const { committee, suite, envelope } = session;
  const { self, context } = committee;
  const keys = new Map([...announced].map(([id, { envelopeKey }]) => [id, envelopeKey]));
  return decodeEach(ANNOUNCEMENT, keys, committee, (key, to) => {
    const share = evaluate(suite.group.scalars, mine.coefficients, to);
    return envelope.seal({ from: self, to, context }, mine.envelopeSecret, key, share);
  });
}

export function openShares(
  session: KeygenSession,
  envelopeSecret: Uint8Array,
  announced: Announced,
  deals: Deals,
): Shares {
  const { self, context } = session.committee;
  const shares = new Map<PartyId, Scalar>();
  for (const [from, deal] of deals) {
    const share = openShare(session, { from, to: self, context }, envelopeSecret, announced.get(from), deal);
    if (share) shares.set(from, share);
  }
  return shares;
}

/** Nothing, when the dealer sealed no scalar for this receiver. */
export function openShare(
  { suite, envelope }: KeygenSession,
  route: Route,
  receiverSecret: Uint8Array,
  dealer: Announcement | undefined,
  { sealed }: Deal,
): Scalar | undefined {
  const [dealerKey, bytes] = [dealer?.envelopeKey, sealed.get(route.to)];
  if (!dealerKey || !bytes) return undefined;
  try {
    return suite.group.scalars.decode(envelope.open(route, receiverSecret, dealerKey, bytes));
  } catch (cause) {
    if (cause instanceof Malformed) return undefined;
    throw cause;
  }
}

/**
 * One check for all dealers: the sum of the shares against the sum of the commitments. Dealers whose errors cancel out
 * have dealt a right sum, and only the sum is used; if it fails, each dealer is checked alone.
 */
export function wrongDealers(
  { suite: { group }, committee }: KeygenSession,
  shares: Shares,
  deals: Deals,
): readonly PartyId[] {
  const isRight = (share: Scalar | undefined, commitments: readonly Element[]) =>
    share !== undefined && isShare(group, share, commitments, committee.self);

  const polynomials = [...deals.values()].map(({ opening }) => opening.commitments);
  const sum = shares.size === deals.size ? sumScalars(group.scalars, shares.values()) : undefined;
  if (isRight(sum, sumCommitments(group, polynomials))) return [];
  return [...deals]
    .filter(([from, { opening }]) => !isRight(shares.get(from), opening.commitments))
    .map(([from]) => from);
}

/** Coefficient by coefficient. */
export function sumCommitments(group: Group, polynomials: readonly (readonly Element[])[]): readonly Element[] {
  const [first = []] = polynomials;
  return first.map((_, k) =>
    sumElements(
      group,
      polynomials.map((commitments) => commitments[k] ?? group.identity),
    ),
  );
}
