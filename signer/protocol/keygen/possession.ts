/**
 * A proof that a dealer knows the secret behind its C_0, or it could choose C_0 to cancel the others' (rogue key).
 * The Schnorr proof of the FROST paper (ePrint 2020/852, figure 1, round 1), with the session as its context string.
 */
import { concatBytes } from '@noble/curves/utils.js';
import type { KeygenSuite } from '../ciphersuite/ciphersuite.ts';
import type { PartyId, Rng } from '../committee.ts';
import { type Element, type Scalar, sameBytes } from '../math/group.ts';
import { wipe } from '../secret.ts';
import { randomScalar } from './dealing.ts';

export interface Possession {
  /** R = k·G, not decoded: it is only compared. */
  readonly R: Uint8Array;
  /** mu = k + c·a_0. */
  readonly mu: Scalar;
}

/** Whose secret, in which session: a proof holds for nobody else and nowhere else. */
export interface Claim {
  readonly prover: PartyId;
  readonly C_0: Element;
  /** Empty only in published vectors. */
  readonly context: Uint8Array;
}

export function provePossession(suite: KeygenSuite, claim: Claim, a_0: Scalar, rng: Rng): Possession {
  const { scalars, multiplyBase } = suite.group;
  const k = randomScalar(suite.group, rng);
  const R = multiplyBase(k);
  const hidden = scalars.multiply(a_0, challenge(suite, claim, R));
  const mu = scalars.add(k, hidden);
  wipe(k, hidden);
  return { R, mu };
}

/** R = mu·G - c·C_0. */
export function isPossession(suite: KeygenSuite, claim: Claim, { R, mu }: Possession): boolean {
  const { add, multiply, multiplyBase, scalars } = suite.group;
  const c = challenge(suite, claim, R);
  return sameBytes(R, add(multiplyBase(mu), multiply(claim.C_0, scalars.negate(c))));
}

/** > c_i = H(i, Phi, g^{a_i0}, R_i); the fixed-width context comes last, as the published vectors have none. */
function challenge({ group, hdkg }: KeygenSuite, { prover, C_0, context }: Claim, R: Uint8Array): Scalar {
  return hdkg(concatBytes(group.scalars.from(prover), C_0, R, context));
}
