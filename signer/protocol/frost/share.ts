/** Round 2 of FROST (RFC 9591 §5.2): each signer's share of one signature. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { PartyId } from '../committee.ts';
import { type Scalar, sameBytes } from '../math/group.ts';
import { lagrange } from '../math/polynomial.ts';
import { type Bound, bind, type CommitmentList } from './binding.ts';
import type { Nonces } from './nonces.ts';
import type { SigningSession } from './session.ts';
import { signingShare, signingVerificationShare } from './signingKey.ts';

/** All that is public about one signature to be. */
export interface Challenge extends Bound {
  /** c = H2(R, X', message). */
  readonly c: Scalar;
}

export function challengeOf({ suite, key }: SigningSession, list: CommitmentList, message: Uint8Array): Challenge {
  const bound = bind(suite, key.publicKey, list, message);
  return { ...bound, c: suite.h2(bound.R, key.publicKey, message) };
}

/** > sig_share = hiding_nonce + (binding_nonce * binding_factor) + (lambda_i * sk_i * challenge) */
export function signShare(
  { suite, committee, key, keyShare }: SigningSession,
  challenge: Challenge,
  { d, e }: Nonces,
): Scalar {
  const { scalars } = suite.group;
  const { self, parties } = committee;
  const k = scalars.add(d, scalars.multiply(e, factorOf(suite, challenge, self)));
  const lambda_c = scalars.multiply(lagrange(scalars, self, parties), challenge.c);
  const key_part = scalars.multiply(signingShare(suite, key, keyShare), lambda_c);
  return scalars.add(suite.readsNegated(challenge.R) ? scalars.negate(k) : k, key_part);
}

/** > verify_signature_share: z_i·G = D_i + rho_i·E_i + (c·lambda_i)·X'_i, the first two negated where R is read negated. */
export function isSignatureShare(session: SigningSession, challenge: Challenge, id: PartyId, z_i: Scalar): boolean {
  const { suite, committee, key, keyShare } = session;
  const { scalars, add, negate, multiply, multiplyBase, identity } = suite.group;
  const commitment = challenge.shares.get(id) ?? identity;
  const lambda_c = scalars.multiply(lagrange(scalars, id, committee.parties), challenge.c);
  const X_i = signingVerificationShare(suite, key, keyShare, id);
  const expected = add(suite.readsNegated(challenge.R) ? negate(commitment) : commitment, multiply(X_i, lambda_c));
  return sameBytes(multiplyBase(z_i), expected);
}

function factorOf({ group }: Ciphersuite, { factors }: Challenge, id: PartyId): Scalar {
  return factors.get(id) ?? group.scalars.from(0);
}
