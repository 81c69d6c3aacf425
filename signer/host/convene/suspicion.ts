/**
 * Members of sessions that came to nothing. Where nobody can be named (docs/ecdsa.md), one that spoils every session it is in would be asked
 * first again for ever; where somebody is, another may have made it look so. It is in all of them, the honest ones are only in some.
 */

import type { Hex } from '../../formats/hex.ts';
import { type Dispute, withoutDisputes } from './disputes.ts';

export class Suspicion {
  /** Failed sessions of each, half of them forgotten with each that came to something. */
  readonly #times = new Map<Hex, number>();

  failed(members: readonly Hex[]): void {
    for (const id of members) this.#times.set(id, this.#of(id) + 1);
  }

  succeeded(members: readonly Hex[]): void {
    for (const id of members) this.#times.set(id, this.#of(id) >> 1);
  }

  /**
   * Those that were in none, or the least suspected where these are too few, and then no more than are needed: who answers first does not
   * choose. @param inTurn the same members, in another order each time
   */
  among(members: readonly Hex[], needed: number, disputes: readonly Dispute[], inTurn: readonly Hex[]): readonly Hex[] {
    const clean = members.filter((id) => this.#of(id) === 0);
    if (chosenOf(clean, disputes, needed).length > 0) return clean;
    const ranked = inTurn.toSorted((a, b) => this.#of(a) - this.#of(b));
    const fitting = chosenOf(ranked, disputes, needed);
    return fitting.length > 0 ? fitting : members;
  }

  #of(member: Hex): number {
    return this.#times.get(member) ?? 0;
  }
}

function chosenOf(members: readonly Hex[], disputes: readonly Dispute[], needed: number): readonly Hex[] {
  const candidates = members.map((member) => ({ member }));
  return withoutDisputes(candidates, disputes, needed).map(({ member }) => member);
}
