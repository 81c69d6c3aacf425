/** One host: ticks through the pipeline until it is stopped or something only a person can mend happens. */

import type { Hex } from '../enclave/api.ts';
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
  const tasks = new Set<Promise<void>>();
  const halt = new AbortController();
  const end = Promise.withResolvers<void>();
  let nap = new AbortController();
  let lastTick = ports.clock.now();
  const pipeline: Pipeline = wire(() => context);
  const fail = (error: unknown) => {
    end.reject(error);
    halt.abort();
    nap.abort();
  };
  const context: Context = createContext(ports, deployment, settings, pipeline, {
    wake: () => nap.abort(),
    spawn: (name, work) => {
      const task = supervised(context, name, work).catch(fail);
      tasks.add(task);
      void task.then(() => tasks.delete(task));
    },
  });

  const loop = async () => {
    while (!halt.signal.aborted) {
      nap = new AbortController();
      await pipeline.tick();
      lastTick = ports.clock.now();
      await sleep(ports.clock, settings.times.poll, nap.signal);
    }
  };
  const courier = async () => {
    while (!halt.signal.aborted) {
      context.mail.resend();
      await sleep(ports.clock, settings.times.resend, halt.signal);
    }
  };
  let loops: Promise<unknown> = Promise.resolve();
  let stopping: Promise<void> | null = null;
  const stop = async () => {
    context.isStopping = true;
    await settleSessions(context);
    halt.abort();
    nap.abort();
    await loops;
    await ports.enclave.stop();
    await Promise.all(tasks);
    await ports.peers.stop();
    ports.store.close();
    end.resolve();
  };
  return {
    start: async () => {
      await untilChainAnswers(context);
      if (context.isStopping) return;
      await ports.peers.start(context.mail.handlers);
      loops = Promise.all([loop().catch(fail), courier().catch(fail)]);
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    readiness: () => readinessOf(context),
    lastTick: () => lastTick,
    ended: end.promise,
  };
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
