/** One life of a simulated process. When it ends, nothing that it started comes back to it. */

import type { Clock } from '../../signer/host/ports/clock.ts';
import type { Scheduler } from './scheduler.ts';

export class Incarnation {
  readonly #scheduler: Scheduler;
  #over = false;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** kill -9. */
  end(): void {
    this.#over = true;
  }

  /** Never settles once the life is over, as for a process that is gone. */
  perform<T>(delay: number, action: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#scheduler.after(delay, async () => {
        if (this.#over) return;
        try {
          const result = await action();
          if (!this.#over) resolve(result);
        } catch (cause) {
          if (!this.#over) reject(cause);
        }
      });
    });
  }

  /** `epoch` is the time of day, in milliseconds, at which the simulation starts. */
  clock(epoch: number): Clock {
    return {
      now: () => epoch + this.#scheduler.now,
      after: (milliseconds, then) => {
        let cancelled = false;
        this.#scheduler.after(milliseconds, () => {
          if (!cancelled && !this.#over) then();
        });
        return () => {
          cancelled = true;
        };
      },
    };
  }
}
