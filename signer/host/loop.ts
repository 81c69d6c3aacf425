/** Work that is done again and again: when it is hurried, and else after a pause. Never twice at once. */

import { type Clock, sleep } from './ports/clock.ts';

export class Loop {
  readonly #clock: Clock;
  readonly #pause: number;
  readonly #halt: AbortSignal;
  readonly #work: () => Promise<void>;
  #isHurried = false;
  #nap = new AbortController();

  /** `pause` in milliseconds */
  constructor(clock: Clock, pause: number, halt: AbortSignal, work: () => Promise<void>) {
    this.#clock = clock;
    this.#pause = pause;
    this.#halt = halt;
    this.#work = work;
    halt.addEventListener('abort', () => this.hurry());
  }

  /** Once more, as soon as what is under way is done. */
  hurry(): void {
    this.#isHurried = true;
    this.#nap.abort();
  }

  /** Ends after the work that was under way when `halt` came. */
  async run(): Promise<void> {
    while (!this.#halt.aborted) {
      this.#isHurried = false;
      this.#nap = new AbortController();
      await this.#work();
      if (!this.#isHurried) await sleep(this.#clock, this.#pause, this.#nap.signal);
    }
  }
}
