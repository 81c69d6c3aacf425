/** Members that contradict each other: of two that do, one lies, and nobody here can tell which. They never belong into one session. */

import type { Hex } from '../../formats/hex.ts';

export type Dispute = readonly [about: Hex, reporter: Hex];
type Candidate = { readonly member: Hex };

/**
 * `needed` members without a dispute among them, the first that there are, or none at all. Honest members have no dispute with each
 * other, so there are such members whenever enough honest ones are among them. Every branch leaves out a liar or those it quarrels with.
 */
export function withoutDisputes<T extends Candidate>(
  accepted: readonly T[],
  disputes: readonly Dispute[],
  needed: number,
): readonly T[] {
  if (accepted.length < needed) return [];
  const open = disputes.filter((dispute) => dispute.every((id) => accepted.some(({ member }) => member === id)));
  const [worst, opponents] = mostDisputed(accepted, open);
  if (worst === undefined || opponents.size === 0) return accepted.slice(0, needed);
  const without = (left: (member: Hex) => boolean) =>
    withoutDisputes(
      accepted.filter(({ member }) => !left(member)),
      open,
      needed,
    );
  const found = without((member) => member === worst.member);
  return found.length > 0 || opponents.size === 1 ? found : without((member) => opponents.has(member));
}

function mostDisputed<T extends Candidate>(
  accepted: readonly T[],
  disputes: readonly Dispute[],
): readonly [worst: T | undefined, opponents: ReadonlySet<Hex>] {
  const opponentsOf = ({ member }: T) =>
    new Set(
      disputes.filter((dispute) => dispute.includes(member)).flatMap((pair) => pair.filter((id) => id !== member)),
    );
  const ranked = accepted.map((one) => [one, opponentsOf(one)] as const).toSorted(([, a], [, b]) => b.size - a.size);
  return ranked[0] ?? [undefined, new Set()];
}
