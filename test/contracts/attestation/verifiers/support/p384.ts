/** P-384 signatures as the contract takes them, and hints for such as do not hold. */

import { p384 } from '@noble/curves/nist.js';
import { uintOf } from '../../../../../signer/evidence/formats/bytes.ts';
import {
  type Affine,
  hintsWith,
  multiplierOf,
  type P384Claim,
} from '../../../../../signer/evidence/nitro/p384Hints.ts';
import type { Bytes } from '../../../../../signer/tee/issuers/der.ts';
import type { P384SignatureStruct } from '../../../../../types/contracts/attestation/verifiers/nitro/IP384Verifier.ts';

export const { Fp, Fn } = p384.Point;
export const [P, N] = [Fp.ORDER, Fn.ORDER];
const WORD = 1n << 256n;

export const wide = (number: bigint) => ({ high: number / WORD, low: number % WORD });
export const struct = ({ key, e, r, s }: P384Claim): P384SignatureStruct => ({
  x: wide(key.x),
  y: wide(key.y),
  digest: wide(e),
  r: wide(r),
  s: wide(s),
});

/** @param point 4 ‖ x ‖ y */
export function claimOf(point: Bytes, digest: Bytes, signature: Bytes): P384Claim {
  return {
    key: { x: uintOf(point.subarray(1, 49)), y: uintOf(point.subarray(49)) },
    e: uintOf(digest),
    r: uintOf(signature.subarray(0, 48)),
    s: uintOf(signature.subarray(48)),
  };
}

/** A point whose x is this, or null. */
export function lifted(x: bigint): Affine | null {
  try {
    return { x, y: Fp.sqrt(Fp.create(x ** 3n - 3n * x + p384.Point.CURVE().b)) };
  } catch {
    return null;
  }
}

/** Honest work on a claim that need not hold: every slope is right, and the sum is not zero. */
export function hintsForAnything(claim: P384Claim): Bytes {
  const point = lifted(claim.r);
  if (point === null) throw new RangeError('no point has this r');
  return hintsWith(claim, point, multiplierOf(claim));
}
