/** Members that contradict each other: of two that do, one lies, and nobody here can tell which. They never belong into one session. */

import type { Hex } from '../../enclave/api.ts';

export type Dispute = readonly [about: Hex, reporter: Hex];

/**
 * Up to `needed` members without a dispute among them, those with the fewest first. Every dispute has a liar in it, so a liar collects
 * one with each honest member that it wrongs, and honest members have none with each other.
 */
export function withoutDisputes<T extends { readonly member: Hex }>(
  accepted: readonly T[],
  disputes: readonly Dispute[],
  needed: number,
): readonly T[] {
  const disputesOf = (member: Hex) => disputes.filter((dispute) => dispute.includes(member));
  const chosen: T[] = [];
  for (const one of accepted.toSorted((a, b) => disputesOf(a.member).length - disputesOf(b.member).length)) {
    const isClear = !chosen.some(({ member }) => disputesOf(member).some((dispute) => dispute.includes(one.member)));
    if (chosen.length < needed && isClear) chosen.push(one);
  }
  return chosen;
}
