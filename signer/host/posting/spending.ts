/** What transactions of the last 24 hours may have cost at most, by the hour; kept, so that a restart does not make it nothing. */

import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

const HOUR = 3_600_000;
const HOURS = 24;
const FACT = 'spent by hour';

export class Spending {
  readonly #store: Pick<Store, 'fact' | 'setFact'>;
  readonly #clock: Clock;
  #hours: ReadonlyMap<number, bigint>;

  constructor(store: Pick<Store, 'fact' | 'setFact'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    const kept = JSON.parse(store.fact(FACT) ?? '[]') as readonly (readonly [hour: number, wei: string])[];
    this.#hours = new Map(kept.map(([hour, wei]) => [hour, BigInt(wei)]));
  }

  /** In wei. */
  add(wei: bigint): void {
    if (wei === 0n) return;
    const hour = this.#hour();
    const hours = new Map([...this.#hours].filter(([at]) => at >= hour - HOURS));
    hours.set(hour, (hours.get(hour) ?? 0n) + wei);
    this.#store.setFact(FACT, JSON.stringify([...hours].map(([at, sum]) => [at, sum.toString()])));
    this.#hours = hours;
  }

  /** In wei. */
  total(): bigint {
    const since = this.#hour() - HOURS;
    return [...this.#hours].reduce((sum, [hour, wei]) => (hour >= since ? sum + wei : sum), 0n);
  }

  #hour(): number {
    return Math.floor(this.#clock.now() / HOUR);
  }
}
