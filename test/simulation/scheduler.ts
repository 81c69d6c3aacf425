/**
 * One virtual clock and one queue for everything that takes time. Each thing that a node does to the world (a message, a timer, a call to
 * the chain) is an event; the scheduler runs one event at a time to its end, also where real asynchronous work hides inside it,
 * so a seed decides the whole order.
 */

import type { Random } from './random.ts';

type Event = { readonly at: number; readonly order: number; readonly run: () => void | Promise<void> };

export class Scheduler {
  readonly #random: Random;
  readonly #queue: Event[] = [];
  #now = 0;
  #ran = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Virtual milliseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** How many events have run. */
  get ran(): number {
    return this.#ran;
  }

  /** Runs `action` after `delay` virtual milliseconds; events of one instant run in an order that the seed draws. */
  after(delay: number, action: () => void | Promise<void>): void {
    this.#queue.push({ at: this.#now + Math.max(0, delay), order: this.#random.next(), run: action });
  }

  /** Runs events until `done`, the virtual time limit, or an empty queue. Says which. */
  async run(done: () => boolean, limit: number): Promise<'done' | 'time is up' | 'nothing left to do'> {
    for (;;) {
      await this.#settle();
      if (done()) return 'done';
      const event = this.#take();
      if (event === undefined) return 'nothing left to do';
      if (event.at > limit) return 'time is up';
      this.#now = event.at;
      this.#ran++;
      await event.run();
    }
  }

  /** Lets every continuation that the last event woke come to its next await on the world. */
  async #settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  #take(): Event | undefined {
    let first = 0;
    for (let i = 1; i < this.#queue.length; i++) {
      const a = this.#queue[i] as Event;
      const b = this.#queue[first] as Event;
      if (a.at < b.at || (a.at === b.at && a.order < b.order)) first = i;
    }
    return this.#queue.splice(first, 1)[0];
  }
}
