/** Calls on one connection that nobody has answered yet, by id. Each ends once: by its answer, its time, or the end of the connection. */

import type { Clock } from '../ports/clock.ts';
import { NoAnswer } from './failures.ts';
import { nonsense, type Reply } from './reply.ts';
import { TIMEOUT } from './transport.ts';

type Pending = { resolve(result: unknown): void; reject(cause: Error): void; cancel(): void };

export class PendingCalls {
  readonly #clock: Clock;
  readonly #calls = new Map<number, Pending>();
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `late` is told when the time is over. */
  start(late: () => void): { readonly id: number; readonly answer: Promise<unknown> } {
    this.#last += 1;
    const id = this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const cancel = this.#clock.after(TIMEOUT, () => {
      this.#end(id)?.reject(new NoAnswer('it took too long'));
      late();
    });
    this.#calls.set(id, { resolve, reject, cancel });
    return { id, answer: promise };
  }

  /** A second answer, and one that comes too late, are ignored. @throws Retryable RPC_NONSENSE for an id that was never used */
  answer({ id, result, error }: Reply): void {
    if (id === null || id < 1 || id > this.#last) throw nonsense(`an answer to call ${id}, which there was not`);
    const call = this.#end(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(error);
  }

  failAll(cause: Error): void {
    for (const id of [...this.#calls.keys()]) this.#end(id)?.reject(cause);
  }

  #end(id: number): Pending | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    call?.cancel();
    return call;
  }
}
