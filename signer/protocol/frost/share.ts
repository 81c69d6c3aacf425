/** Round 2 of FROST (RFC 9591 §5.2): each signer's share of one signature. */
import type { PartyId } from '../committee.ts';
import { type Scalar, sameBytes } from '../math/group.ts';
import { lagrange } from '../math/polynomial.ts';
import { wipe } from '../secret.ts';
import { type Bound, bind, bindingFactors, type CommitmentList } from './binding.ts';
import type { Nonces } from './nonces.ts';
import type { KeyedMessage, SigningSession } from './session.ts';
import { type SigningKey, signingShare, signingVerificationShare } from './signingKey.ts';

/** All that is public about one signature to be. */
export interface Challenge extends Bound {
  /** c = H2(R, X', message). */
  readonly c: Scalar;
}

export interface SignedShare {
  readonly challenge: Challenge;
  readonly z_i: Scalar;
}

/** > sign(identifier, sk_i, group_public_key, nonce_i, msg, commitment_list) */
export function signShare(
  session: SigningSession,
  { message, key }: KeyedMessage,
  list: CommitmentList,
  { d, e }: Nonces,
): SignedShare {
  const { suite, committee } = session;
  const { scalars } = suite.group;
  const factors = bindingFactors(suite, key.publicKey, list, message);
  const bindingNonce = scalars.multiply(e, factors.get(committee.self) ?? scalars.from(0));
  const k = scalars.add(d, bindingNonce);
  const bound = bind(suite, list, factors, { self: committee.self, k });
  const challenge = { ...bound, c: suite.h2(bound.R, key.publicKey, message) };

  // > sig_share = hiding_nonce + (binding_nonce * binding_factor) + (lambda_i * sk_i * challenge)
  const x_i = signingShare(suite, key, session.keyShare);
  const signed = scalars.multiply(x_i, weight(session, challenge, committee.self));
  const nonce = suite.readsNegated(bound.R) ? scalars.negate(k) : k;
  const z_i = scalars.add(nonce, signed);
  wipe(bindingNonce, k, nonce, x_i, signed);
  return { challenge, z_i };
}

/** > verify_signature_share: z_i·G = D_i + rho_i·E_i + (c·lambda_i)·X'_i, the first two negated where R is read negated. */
export function isSignatureShare(
  session: SigningSession,
  key: SigningKey,
  challenge: Challenge,
  id: PartyId,
  z_i: Scalar,
): boolean {
  const { suite, keyShare } = session;
  const { add, negate, multiply, multiplyBase, identity } = suite.group;
  const commitment = challenge.shares.get(id) ?? identity;
  const X_i = signingVerificationShare(suite, key, keyShare, id);
  const expected = add(
    suite.readsNegated(challenge.R) ? negate(commitment) : commitment,
    multiply(X_i, weight(session, challenge, id)),
  );
  return sameBytes(multiplyBase(z_i), expected);
}

/** lambda_i·c. */
function weight({ suite, committee }: SigningSession, { c }: Challenge, id: PartyId): Scalar {
  const { scalars } = suite.group;
  return scalars.multiply(lagrange(scalars, id, committee.parties), c);
}
