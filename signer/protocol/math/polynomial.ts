/** Shamir's polynomials at small ids: values in the exponent, and the weights that bring values together again. */
import type { PartyId } from '../committee.ts';
import { inverse } from './bigintField.ts';
import { type Element, type Group, multiplySmall, type Scalar, type ScalarField } from './group.ts';

/** f(id)·G from the committed coefficients, by Horner's rule with a multiplier of at most seven bits. */
export function evaluateCommitted(group: Group, commitments: readonly Element[], id: PartyId): Element {
  return commitments.reduceRight((sum, C) => group.add(multiplySmall(group, sum, id), C), group.identity);
}

/** lambda_i = prod_{j != i} j / (j - i): the weight of f(i) in f(0), for those who take part. */
export function lagrange(
  { order, endian, bytes, decode }: ScalarField,
  self: PartyId,
  parties: readonly PartyId[],
): Scalar {
  let numerator = 1n;
  let denominator = 1n;
  for (const j of parties.filter((id) => id !== self)) {
    numerator *= BigInt(j);
    denominator *= BigInt(j - self);
  }
  const lambda = (numerator * inverse(((denominator % order) + order) % order, order)) % order;
  return decode(encodeNumber(lambda, bytes, endian));
}

function encodeNumber(value: bigint, length: number, endian: 'big' | 'little'): Uint8Array {
  const little = Uint8Array.from({ length }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
  return endian === 'little' ? little : little.reverse();
}
