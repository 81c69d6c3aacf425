/** a·P for a secret `a`, by an engine whose general multiplication takes a time that depends on the factor. */
import type { Rng } from '../committee.ts';
import { randomScalar } from '../keygen/dealing.ts';
import type { Element, Group, Scalar } from '../math/group.ts';
import { wipe } from '../secret.ts';

/** a·P = (a - k)·P + k·P: each factor alone is uniform, whatever `a` is. */
export function multiplyBlinded(group: Group, p: Element, a: Scalar, rng: Rng): Element {
  const k = randomScalar(group, rng);
  const negated = group.scalars.negate(k);
  const rest = group.scalars.add(a, negated);
  const product = group.add(group.multiply(p, rest), group.multiply(p, k));
  wipe(k, negated, rest);
  return product;
}
