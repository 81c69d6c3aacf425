/** Adds everything up: our share of the key, and the public polynomial that it lies on. */
import { Fault } from '../fault.ts';
import { isIdentity, sumScalars } from '../math/group.ts';
import { evaluate } from '../math/polynomial.ts';
import type { Broadcasts } from '../round.ts';
import { transcriptHash } from '../transcript.ts';
import type { Contribution } from './contribution.ts';
import { type KeyShare, keyShareOf } from './keyShare.ts';
import { OPENING } from './opening.ts';
import type { KeygenSession } from './session.ts';
import { type Deals, type Shares, sumCommitments } from './shares.ts';

export function outputKeyShare(
  session: KeygenSession,
  mine: Contribution,
  shares: Shares,
  deals: Deals,
  rounds: readonly Broadcasts[],
): KeyShare {
  const { suite, committee } = session;
  const { self, parties } = committee;
  const ownShare = evaluate(suite.group.scalars, mine.coefficients, self);
  const secret = sumScalars(suite.group.scalars, [ownShare, ...shares.values()]);
  const polynomials = [...deals.values()].map(({ opening }) => opening.commitments);
  const commitments = sumCommitments(suite.group, [mine.commitments, ...polynomials]);
  if (commitments.some((C) => isIdentity(suite.group, C))) throw new Fault('degenerate-key', OPENING, {});
  return keyShareOf(suite, { self, parties, secret, commitments, transcript: transcriptOf(session, rounds) });
}

/** Names the whole conversation: equal for two parties exactly if they heard the same. */
function transcriptOf({ suite, committee }: KeygenSession, rounds: readonly Broadcasts[]): Uint8Array {
  const { context, threshold, parties } = committee;
  const said = rounds.map((round) => parties.map((id) => round.get(id) ?? new Uint8Array()));
  return transcriptHash('keygen', context, suite.name, threshold, parties, said);
}
