/** How long a provider is left alone after it has failed: twice as long each time, until it has not failed for a while. */

import type { Clock } from '../ports/clock.ts';

/** Milliseconds. */
const FIRST = 1_000;
const LONGEST = 64_000;
/** Whoever has not failed for so long begins anew: longer than the longest rest, or a method that always fails would hide behind others. */
const FORGIVEN = 2 * LONGEST;

export class Rest {
  readonly #clock: Clock;
  /** From 0 to below 1: hosts that were sent away at once do not come back at once. */
  readonly #jitter: () => number;
  #strikes = 0;
  #struckAt = 0;
  #until = 0;

  constructor(clock: Clock, jitter: () => number) {
    this.#clock = clock;
    this.#jitter = jitter;
  }

  get isOver(): boolean {
    return this.#clock.now() >= this.#until;
  }

  /** One failure; those that were under way when it began to rest belong to it. */
  strike(): void {
    if (!this.isOver) return;
    const now = this.#clock.now();
    this.#strikes = now - this.#struckAt > FORGIVEN ? 1 : this.#strikes + 1;
    this.#struckAt = now;
    const pause = Math.min(FIRST * 2 ** (this.#strikes - 1), LONGEST);
    this.#until = now + pause * (0.5 + this.#jitter() / 2);
  }
}
