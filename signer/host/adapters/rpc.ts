/** JSON-RPC to one provider: so many questions at a time, each answer counted, each failure sorted. */

import type { Hex } from '../../formats/hex.ts';
import { Retryable } from '../errors.ts';
import { type Metrics, UNMEASURED } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import { hostOf } from '../redact.ts';
import { NoAnswer, NodeError, sorted } from './failures.ts';
import { createHttpTransport } from './httpTransport.ts';
import { createSocketTransport } from './socketTransport.ts';
import { systemClock } from './systemClock.ts';
import type { Transport } from './transport.ts';

/** What is answered is anything at all until it is decoded. @throws Retryable */
export type Rpc = (method: string, params: readonly unknown[]) => Promise<unknown>;

export type Connection = Pick<Transport, 'onBlock' | 'onReopened' | 'close'> & {
  /** what people may be told of its address */
  readonly name: string;
  readonly rpc: Rpc;
};

/** Questions under way at one provider; more wait, and more than those are refused. */
const MOST_AT_ONCE = 32;
const MOST_WAITING = 1_024;

export function connect(url: string, clock: Clock, metrics: Pick<Metrics, 'add' | 'observe'>): Connection {
  const transport = url.startsWith('ws') ? createSocketTransport(url, clock) : createHttpTransport(url, clock);
  const name = hostOf(url);
  const inTurn = createTurns();
  return {
    name,
    rpc: (method, params) =>
      inTurn(async () => {
        metrics.add('quorate_rpc_calls_total', { rpc: name, method });
        const asked = clock.now();
        try {
          return await answer(transport, method, params);
        } finally {
          metrics.observe('quorate_rpc_seconds', (clock.now() - asked) / 1_000, { rpc: name });
        }
      }),
    onBlock: transport.onBlock.bind(transport),
    onReopened: transport.onReopened.bind(transport),
    close: transport.close.bind(transport),
  };
}

/** For a command that asks a little and ends. */
export function createRpc(url: string): Rpc {
  return connect(url, systemClock, UNMEASURED).rpc;
}

async function answer(transport: Transport, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await transport.ask(method, params);
  } catch (cause) {
    if (cause instanceof NoAnswer || cause instanceof NodeError) throw sorted(method, cause);
    if (cause instanceof Retryable) throw new Retryable(cause.code, `${method}: ${cause.message}`, { cause });
    throw cause;
  }
}

function createTurns() {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= MOST_AT_ONCE) await turn(waiting);
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

/** The place of whoever leaves goes to the one who waits longest. */
function turn(waiting: (() => void)[]): Promise<void> {
  if (waiting.length >= MOST_WAITING)
    return Promise.reject(new Retryable('RPC_BUSY', 'too many questions wait for this RPC already'));
  return new Promise((resolve) => waiting.push(resolve));
}

/** A block number or count as JSON-RPC wants it. */
export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
