/** What goes into one transaction, and how much of it fits. */

import type { Call } from './goals/rule.ts';
import type { Goal } from './goals/rules.ts';
import { goalId } from './goals/rules.ts';
import { LARGEST_BATCH, type Wish } from './wishes.ts';

export type Load = {
  readonly goals: readonly Goal[];
  readonly call: Call;
  /** declared; 0 where an estimate is enough */
  readonly gas: bigint;
  /** What all of it needs and is not mined yet: behind it in one account's order it is possible, before it is not. */
  readonly behind: Goal | null;
};

/** By declared figures: well below what a transaction may use. */
const BATCH_GAS = 12_000_000n;
/** Nodes take no transaction over 128 KiB. */
const BATCH_BYTES = 100_000;

/** A load that is being filled. */
export class Filling {
  readonly goals: Goal[] = [];
  behind: Goal | null = null;
  gas = 0n;
  #bytes = 0;
  #most = LARGEST_BATCH;

  /** Anything may be the first; then only what goes with others (its bytes are known), behind the same. */
  mayTake({ most }: Wish, bytes: number | null, behind: Goal | null): boolean {
    if (this.goals.length === 0) return true;
    const isAlike = (behind && goalId(behind)) === (this.behind && goalId(this.behind));
    return bytes !== null && isAlike && this.goals.length < Math.min(most, this.#most);
  }

  hasRoom(gas: bigint, bytes: number | null): boolean {
    return this.goals.length === 0 || (this.gas + gas <= BATCH_GAS && this.#bytes + (bytes ?? 0) <= BATCH_BYTES);
  }

  take({ goal, most }: Wish, behind: Goal | null, gas: bigint, bytes: number | null): void {
    this.goals.push(goal);
    this.behind = behind;
    this.gas += gas;
    this.#bytes += bytes ?? 0;
    this.#most = Math.min(most, this.#most);
  }
}
