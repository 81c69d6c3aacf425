/**
 * Whose code has reverted in a block what it let pass in an estimate: a guard can tell one from the other, and each time costs the gas
 * that it may use. What it judges then goes one at a time, and waits, longer each time: one row must not spend what a day allows to all.
 */

import type { Clock } from '../ports/clock.ts';

/** Milliseconds. */
const FIRST = 60_000;
const LONGEST = 6 * 3_600_000;

type Grudge = { readonly times: number; readonly heldAt: number; readonly until: number };

export class Grudges {
  readonly #clock: Clock;
  readonly #byJudge = new Map<string, Grudge>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  waits(judge: string): boolean {
    return (this.#byJudge.get(judge)?.until ?? 0) > this.#clock.now();
  }

  /** One is sent: the next ones see first what comes of it. */
  tried(judge: string): void {
    const known = this.#byJudge.get(judge);
    if (known !== undefined) this.#byJudge.set(judge, { ...known, until: this.#clock.now() + pauseAfter(known.times) });
  }

  /** What was sent before anything was held against it counts once. */
  hold(judge: string): void {
    const now = this.#clock.now();
    const known = this.#byJudge.get(judge);
    if (known !== undefined && now - known.heldAt < FIRST) return;
    const times = (known?.times ?? 0) + 1;
    this.#byJudge.set(judge, { times, heldAt: now, until: now + pauseAfter(times) });
  }

  /** One has done its work: half is forgotten. */
  ease(judge: string): void {
    const known = this.#byJudge.get(judge);
    if (known === undefined) return;
    if (known.times > 1) this.#byJudge.set(judge, { ...known, times: known.times >> 1, until: 0 });
    else this.#byJudge.delete(judge);
  }
}

function pauseAfter(times: number): number {
  return Math.min(LONGEST, FIRST * 2 ** Math.min(times - 1, 20));
}
