/** Wires the stages of both paths: what the chain, the other hosts and the enclave say, each to the stage that acts on it. */

import type { Hex } from '../formats/hex.ts';
import type { Context } from './context.ts';
import { hearEnclave, hearHost } from './dispatch.ts';
import { describe, isRetryable } from './errors.ts';
import { admitPeers } from './life/admitPeers.ts';
import { backOff, type Restarts } from './life/restarts.ts';
import { tendEnclave } from './life/tendEnclave.ts';
import type { Message } from './mail/messages.ts';
import { watchKeys } from './path/watchKeys.ts';
import { watchRequests } from './path/watchRequests.ts';
import type { EnclaveHandlers } from './ports/enclave.ts';
import { post } from './posting/post.ts';
import { watchGas } from './posting/watchGas.ts';
import { startErrands } from './sessions/errands.ts';
import { answerInvites } from './sessions/invitations.ts';

export type Pipeline = {
  /** Once through all stages. Fails only with what no later tick can mend. */
  tick(): Promise<void>;
  readonly enclave: EnclaveHandlers;
  read(from: Hex, message: Message): void;
};

/** `context` is complete only after this returns, hence a function. */
export function wire(context: () => Context): Pipeline {
  const restarts: Restarts = { failures: 0, notBefore: 0 };
  const enclave: EnclaveHandlers = {
    event: (event) => contained(context(), 'event', () => hearEnclave(context(), event)),
    exited: (reason) => lost(context(), restarts, reason),
  };
  const stages: readonly (readonly [name: string, stage: (context: Context) => Promise<void>])[] = [
    ['chain', watchRequests],
    ['start', (all) => tendEnclave(all, restarts, enclave)],
    ['peers', admitPeers],
    ['keys', watchKeys],
    ['sessions', lead],
    ['gas', watchGas],
    ['posting', post],
  ];
  return {
    enclave,
    read: (from, message) => contained(context(), 'message', () => hearHost(context(), from, message)),
    tick: async () => {
      if (!(await guarded(context(), 'store', probe))) {
        context().isServing = false;
        return;
      }
      for (const [name, stage] of stages) {
        await guarded(context(), name, stage);
        if (!context().isCaughtUp) return;
      }
    },
  };
}

/** What one event or message does wrong must not reach the stream that it came by; it is done when this returns. */
function contained(context: Context, name: string, act: () => void): void {
  context.spawn(name, (async () => act())());
}

/** A disk that is full or read-only stops everything: what cannot be written down must not happen. */
async function probe({ store, clock }: Context): Promise<void> {
  store.setFact('last tick', String(clock.now()));
}

async function lead(context: Context): Promise<void> {
  answerInvites(context);
  startErrands(context);
}

/** A stage that fails is tried again in the next tick; the others go on. */
async function guarded(context: Context, name: string, stage: (context: Context) => Promise<void>): Promise<boolean> {
  try {
    await stage(context);
    context.problems.delete(`stage ${name}`);
    return true;
  } catch (error) {
    if (!isRetryable(error)) throw error;
    context.metrics.add('quorate_rpc_errors_total', { code: error.code });
    context.problems.set(`stage ${name}`, describe(error));
    context.log('warn', 'a stage failed', { stage: name, code: error.code, reason: describe(error) });
    return false;
  }
}

function lost(context: Context, restarts: Restarts, reason: string): void {
  const { clock, log, metrics, problems, book, ceremonies } = context;
  if (context.self !== null) context.peers.admit(context.self.id, []);
  context.self = null;
  context.isServing = false;
  ceremonies.clear();
  book.endAll({ result: 'enclave-down' });
  if (context.isStopping) return;
  backOff(restarts, clock.now());
  metrics.add('quorate_enclave_restarts_total');
  problems.set('enclave', `the enclave process ended: ${reason}`);
  log('error', 'the enclave process ended', { reason });
}
