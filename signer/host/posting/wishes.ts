/** What this host wants on chain and has not seen there finally. In memory: whoever wants it asks again after a restart. */

import type { Goal } from './goals/rules.ts';
import { goalId, KINDS } from './goals/rules.ts';

export type Wish = {
  readonly goal: Goal;
  /** how many other hosts go first */
  readonly rank: number;
  /**
   * sent: in a transaction, mined or not · reached: on chain already, but not finally ·
   * resting: given up for now; afterwards whoever wants it may want it again
   */
  readonly state: 'wanted' | 'sent' | 'reached' | 'resting';
  /** clock time at which it is due, looked at again, or forgotten */
  readonly notBefore: number;
  readonly failures: number;
  /** It goes with so many at most, itself included: halved when a batch fails. */
  readonly most: number;
  /** Somebody may have been faster: how it stands is asked before gas is spent on it. */
  readonly isContested: boolean;
};

/** Entries of a call for many, whatever they cost. */
export const LARGEST_BATCH = 64;

export class Wishes {
  readonly #byKind = new Map<Goal['kind'], Map<string, Wish>>(KINDS.map((kind) => [kind, new Map()]));

  get(goal: Goal): Wish | undefined {
    return this.#of(goal.kind).get(goalId(goal));
  }

  put(wish: Wish): void {
    this.#of(wish.goal.kind).set(goalId(wish.goal), wish);
  }

  drop(goal: Goal): void {
    this.#of(goal.kind).delete(goalId(goal));
  }

  /** Changes what is there; what was dropped stays dropped. */
  change(goal: Goal, fields: Partial<Omit<Wish, 'goal'>>): void {
    const wish = this.get(goal);
    if (wish !== undefined) this.put({ ...wish, ...fields });
  }

  /** In the order in which they were first wanted. */
  due(kind: Goal['kind'], state: Wish['state'], now: number): Wish[] {
    return [...this.#of(kind).values()].filter((wish) => wish.state === state && wish.notBefore <= now);
  }

  hasDue(now: number): boolean {
    return KINDS.some((kind) =>
      this.#of(kind)
        .values()
        .some(({ state, notBefore }) => state === 'wanted' && notBefore <= now),
    );
  }

  all(): Wish[] {
    return [...this.#byKind.values()].flatMap((wishes) => [...wishes.values()]);
  }

  #of(kind: Goal['kind']): Map<string, Wish> {
    const wishes = this.#byKind.get(kind);
    if (wishes === undefined) throw new Error(`no rule for ${kind}`);
    return wishes;
  }
}
