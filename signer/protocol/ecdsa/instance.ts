/** One signer's secrets of one signing, and what it commits to: steps 1 to 3 of protocol 3.6 of DKLs23 (ePrint 2023/765). */
import type { PartyId, Rng } from '../committee.ts';
import { randomScalar } from '../keygen/dealing.ts';
import { type Element, type Scalar, sumScalars } from '../math/group.ts';
import { lagrange } from '../math/polynomial.ts';
import { joined, wipe } from '../secret.ts';
import { transcriptHash } from '../transcript.ts';
import type { EcdsaSession } from './session.ts';

export interface Instance {
  readonly r_i: Scalar;
  /** The inversion mask. */
  readonly phi_i: Scalar;
  /** Our part of the key in this session: sk = sum sk_i. */
  readonly sk_i: Scalar;
  /** What masks r_i and sk_i in a multiplication's check comes from this and from what is answered alone: the same question has one answer. */
  readonly padSeed: Uint8Array;
  readonly opening: Opening;
}

/** What a signer commits to in round 1 and says in round 2. */
export interface Opening {
  /** R_i = r_i·G. */
  readonly R: Element;
  /** pk_i = sk_i·G. */
  readonly pk: Element;
  readonly salt: Uint8Array;
}

export const SALT_BYTES = 32;
export const COMMITMENT_BYTES = 32;
const PAD_SEED_BYTES = 32;

export function drawInstance(session: EcdsaSession, rng: Rng): Instance {
  const { group } = session.suite;
  const sk_i = partOfKey(session);
  // > r_i <- Z_q, phi_i <- Z_q, R_i := r_i·G
  const r_i = randomScalar(group, rng);
  const phi_i = randomScalar(group, rng);
  const opening = { R: group.multiplyBase(r_i), pk: group.multiplyBase(sk_i), salt: rng(SALT_BYTES) };
  return { r_i, phi_i, sk_i, padSeed: rng(PAD_SEED_BYTES), opening };
}

export function wipeInstance({ r_i, phi_i, sk_i, padSeed }: Instance): void {
  wipe(r_i, phi_i, sk_i, padSeed);
}

/** > sk_i := p(i)·lagrange(P, i, 0) + zeta_i */
function partOfKey({ committee, suite, keyShare, ...session }: EcdsaSession): Scalar {
  const { scalars } = suite.group;
  const weighted = scalars.multiply(keyShare.secret.reveal(), lagrange(scalars, committee.self, committee.parties));
  const zetas = [...session.pairs].map(([id, pair]) => {
    const shared = zeroShare(scalars.reduce, session.requestHash, pair.setup.zeroSeed);
    if (committee.self < id) return shared;
    const negated = scalars.negate(shared);
    wipe(shared);
    return negated;
  });
  const sk_i = sumScalars(scalars, [weighted, ...zetas]);
  wipe(weighted, ...zetas);
  return sk_i;
}

/** > F_Zero: of each pair one adds what the other takes off */
function zeroShare(reduce: (wide: Uint8Array) => Scalar, requestHash: Uint8Array, seed: Uint8Array): Scalar {
  const halves = [0, 1].map((k) => transcriptHash('ecdsa/zeta', requestHash, seed, k));
  const wide = joined(...halves);
  const shared = reduce(wide);
  wipe(wide, ...halves);
  return shared;
}

/** > (commit, R_i, sid): to the request, the signer and, beyond the paper, to pk_i. */
export function commitTo({ requestHash }: EcdsaSession, id: PartyId, { R, pk, salt }: Opening): Uint8Array {
  return transcriptHash('ecdsa/commitment', requestHash, id, R, pk, salt);
}
