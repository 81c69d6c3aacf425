/** One party's contribution to the key: a secret polynomial and its public commitments (Feldman VSS). */
import type { PartyId, Rng } from '../committee.ts';
import { type Element, type Group, type Scalar, sameBytes } from '../math/group.ts';
import { evaluateCommitted } from '../math/polynomial.ts';
import { wipe } from '../secret.ts';

export interface Dealing {
  /** a_0 .. a_{t-1}, secret; a_0 is the party's part of the key. */
  readonly coefficients: readonly Scalar[];
  /** C_k = a_k·G. */
  readonly commitments: readonly Element[];
}

/** 64 bytes reduced modulo 256 bits: the bias is below 2^-256. */
const UNIFORM_BYTES = 64;

export function dealPolynomial(group: Group, threshold: number, rng: Rng): Dealing {
  const coefficients = Array.from({ length: threshold }, () => randomScalar(group, rng));
  return { coefficients, commitments: coefficients.map(group.multiplyBase) };
}

/** s_ij·G = sum_k j^k·C_ik. */
export function isShare(group: Group, share: Scalar, commitments: readonly Element[], receiver: PartyId): boolean {
  return sameBytes(group.multiplyBase(share), evaluateCommitted(group, commitments, receiver));
}

export function randomScalar({ scalars }: Group, rng: Rng): Scalar {
  const wide = rng(UNIFORM_BYTES);
  const scalar = scalars.reduce(wide);
  wipe(wide);
  if (scalars.isZero(scalar)) throw new Error('the source of randomness gives zeros');
  return scalar;
}
