/** One host: ticks through the pipeline until it is stopped or something only a person can mend happens. */

import type { Hex } from '../formats/hex.ts';
import type { Deployment } from './chain/deployment.ts';
import type { Context, Ports } from './context.ts';
import { createContext } from './createContext.ts';
import { describe, isRetryable } from './errors.ts';
import { untilChainAnswers } from './life/requireChain.ts';
import { type Pipeline, wire } from './pipeline.ts';
import { sleep } from './ports/clock.ts';
import { giveUp } from './sessions/join.ts';
import type { Settings } from './settings.ts';

export type Readiness = { readonly ready: boolean; readonly enclave: Hex | null; readonly reasons: readonly string[] };

export type Host = {
  /** Resolves when the pipeline runs, ready or not. Throws Fatal when it never can. */
  start(): Promise<void>;
  /** Lets sessions end within their grace, then stops everything. */
  stop(): Promise<void>;
  readiness(): Readiness;
  /** Clock time at which the last tick ended. */
  lastTick(): number;
  /** Resolves when the host has stopped; rejects with what stopped it if that was not `stop`. */
  readonly ended: Promise<void>;
};

export function createHost(ports: Ports, deployment: Deployment, settings: Settings): Host {
  return new RunningHost(ports, deployment, settings);
}

class RunningHost implements Host {
  readonly #context: Context;
  readonly #pipeline: Pipeline;
  readonly #tasks = new Set<Promise<void>>();
  readonly #halt = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #nap = new AbortController();
  #lastTick: number;
  #loops: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(ports: Ports, deployment: Deployment, settings: Settings) {
    this.#pipeline = wire(() => this.#context);
    const hooks = {
      wake: () => this.#nap.abort(),
      spawn: (name: string, work: Promise<void>) => this.#spawn(name, work),
    };
    this.#context = createContext(ports, deployment, settings, this.#pipeline, hooks);
    this.#lastTick = ports.clock.now();
  }

  readonly readiness = (): Readiness => readinessOf(this.#context);
  readonly lastTick = (): number => this.#lastTick;
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  async start(): Promise<void> {
    const context = this.#context;
    await untilChainAnswers(context);
    if (context.isStopping) return;
    await context.peers.start(context.mail.handlers);
    const loops = [this.#tickOn(), this.#resendOn()];
    this.#loops = Promise.all(loops.map((loop) => loop.catch((error) => this.#fail(error))));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #tickOn(): Promise<void> {
    const { clock, settings } = this.#context;
    while (!this.#halt.signal.aborted) {
      this.#nap = new AbortController();
      await this.#pipeline.tick();
      this.#lastTick = clock.now();
      await sleep(clock, settings.times.poll, this.#nap.signal);
    }
  }

  async #resendOn(): Promise<void> {
    const { clock, settings, mail } = this.#context;
    while (!this.#halt.signal.aborted) {
      mail.resend();
      await sleep(clock, settings.times.resend, this.#halt.signal);
    }
  }

  #spawn(name: string, work: Promise<void>): void {
    const task = supervised(this.#context, name, work).catch((error) => this.#fail(error));
    this.#tasks.add(task);
    void task.then(() => this.#tasks.delete(task));
  }

  #fail(error: unknown): void {
    this.#end.reject(error);
    this.#quiesce();
  }

  #quiesce(): void {
    this.#halt.abort();
    this.#nap.abort();
  }

  async #stop(): Promise<void> {
    const { enclave, peers, store } = this.#context;
    this.#context.isStopping = true;
    await settleSessions(this.#context);
    this.#quiesce();
    await this.#loops;
    await enclave.stop();
    await Promise.all(this.#tasks);
    await peers.stop();
    store.close();
    this.#end.resolve();
  }
}

/** What fails with Retryable was said where it matters, or concerns only one message. */
async function supervised({ log }: Context, name: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    log('warn', 'work failed', { work: name, code: error.code, reason: describe(error) });
  }
}

async function settleSessions(context: Context): Promise<void> {
  const { clock, settings, book } = context;
  const until = clock.now() + settings.times.grace;
  while (book.live().some(({ kind }) => kind !== 'key-generation') && clock.now() < until) {
    await sleep(clock, settings.times.grace / 20);
  }
  for (const { session } of book.live()) context.spawn('abort', giveUp(context, session));
}

function readinessOf({ isServing, self, problems, head }: Context): Readiness {
  const reasons = [...problems.values()];
  if (head === null) reasons.push('no finalised block has been read yet');
  return { ready: isServing && reasons.length === 0, enclave: self?.id ?? null, reasons };
}
