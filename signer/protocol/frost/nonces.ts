/** Round 1 of FROST (RFC 9591 §5.1): a pair of nonces for one signature, and the commitments to them. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import type { Rng } from '../committee.ts';
import { type Element, type Scalar, sameBytes } from '../math/group.ts';
import { OneTime } from '../onetime.ts';
import { joined, type Secret, wipe } from '../secret.ts';

export interface Nonces {
  /** d_i, hiding nonce. */
  readonly d: Scalar;
  /** e_i, binding nonce. */
  readonly e: Scalar;
}

export interface NonceCommitment {
  /** D_i = d_i·G. */
  readonly D: Element;
  /** E_i = e_i·G. */
  readonly E: Element;
}

/** A commitment, and the nonces that can be used for it once. */
export interface Committed {
  readonly nonces: OneTime<Nonces>;
  readonly commitment: NonceCommitment;
}

export function commit({ h3, group }: Ciphersuite, secret: Secret<Scalar>, rng: Rng): Committed {
  // > nonce_generate(secret): H3(random_bytes(32) || SerializeScalar(secret))
  const nonce = () => {
    const random = rng(32);
    const preimage = joined(random, secret.reveal());
    const scalar = h3(preimage);
    wipe(random, preimage);
    if (group.scalars.isZero(scalar)) throw new Error('a nonce of zero');
    return scalar;
  };
  const [d, e] = [nonce(), nonce()];
  const commitment = { D: group.multiplyBase(d), E: group.multiplyBase(e) };
  if (sameBytes(commitment.D, commitment.E))
    throw new Error('two nonces alike: the source of randomness repeats itself');
  return { nonces: new OneTime({ d, e }), commitment };
}

/** The end of nonces that will not be used any more. */
export function discard(nonces: OneTime<Nonces>): void {
  if (nonces.isTaken) return;
  const { d, e } = nonces.take();
  wipe(d, e);
}
