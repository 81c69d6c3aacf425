/** Verification as the strictest of the scheme's verifiers does it: no cofactor, canonical encodings only. */
import type { Ciphersuite } from '../ciphersuite/ciphersuite.ts';
import { type Element, isIdentity, type Scalar, sameBytes } from '../math/group.ts';

/** z·G = R + c·X', for R as verifiers read it. */
export function isSignature(
  { group, h2, readsNegated }: Ciphersuite,
  publicKey: Element,
  message: Uint8Array,
  R: Element,
  z: Scalar,
) {
  const { add, negate, multiply, multiplyBase, scalars } = group;
  if (isIdentity(group, R)) return false;
  const c = h2(R, publicKey, message);
  const left = add(multiplyBase(z), multiply(publicKey, scalars.negate(c)));
  return sameBytes(left, readsNegated(R) ? negate(R) : R);
}
