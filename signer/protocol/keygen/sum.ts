/** Adds all contributions up: our share of the key, and the public polynomial that it lies on. */

import type { PartyId } from '../committee.ts';
import { Fault } from '../fault.ts';
import { type Element, type Group, isIdentity, type Scalar, sumElements, sumScalars } from '../math/group.ts';
import { wipe } from '../secret.ts';
import type { Contribution } from './contribution.ts';
import { isShare } from './dealing.ts';
import { OPENING } from './opening.ts';
import type { KeygenSession } from './session.ts';
import type { Deals, Shares } from './shares.ts';

/** A point on the shared polynomial, in the field, and the polynomial, in the exponent. */
export interface Sum {
  /** x_i = sum_j s_ji. */
  readonly secret: Scalar;
  /** C_k = sum_j C_jk. */
  readonly commitments: readonly Element[];
}

/**
 * Uses the shares up. One check for all dealers: the sum of the shares against the sum of the commitments. Dealers whose errors cancel out have dealt
 * a right sum, and only the sum is used. If it fails, each dealer is checked alone.
 * @returns the sum, or the dealers whose shares are wrong
 */
export function sumShares(
  session: KeygenSession,
  mine: Contribution,
  shares: Shares,
  deals: Deals,
): Sum | readonly PartyId[] {
  const {
    suite: { group },
    committee: { self },
  } = session;
  const polynomials = [...deals.values()].map(({ opening }) => opening.commitments);
  const commitments = sumCommitments(group, [mine.commitments, ...polynomials]);
  if (commitments.some((C) => isIdentity(group, C))) throw new Fault('degenerate-key', OPENING, {});

  const own = group.scalars.evaluate(mine.coefficients, self);
  const secret = sumScalars(group.scalars, [own, ...shares.values()]);
  const isRight = shares.size === deals.size && isShare(group, secret, commitments, self);
  const result = isRight ? { secret, commitments } : wrongDealers(session, shares, deals);
  wipe(own, ...shares.values());
  if (!isRight) wipe(secret);
  return result;
}

function wrongDealers(
  { suite: { group }, committee: { self } }: KeygenSession,
  shares: Shares,
  deals: Deals,
): readonly PartyId[] {
  const isRight = (share: Scalar | undefined, commitments: readonly Element[]) =>
    share !== undefined && isShare(group, share, commitments, self);
  return [...deals]
    .filter(([from, { opening }]) => !isRight(shares.get(from), opening.commitments))
    .map(([from]) => from);
}

/** Coefficient by coefficient. */
function sumCommitments(group: Group, polynomials: readonly (readonly Element[])[]): readonly Element[] {
  const [first = []] = polynomials;
  return first.map((_, k) =>
    sumElements(
      group,
      polynomials.map((commitments) => commitments[k] ?? group.identity),
    ),
  );
}
