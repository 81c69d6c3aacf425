/** A beacon over a local chain: it finalises the newest block, at most once in `period` ms. */

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { FinalityConfig } from '../../../signer/finality/config.ts';
import { type BeaconChain, beaconChain } from './beaconChain.ts';
import { events } from './events.ts';
import { executionHeader, type RpcBlock } from './executionHeader.ts';
import { reply } from './routes.ts';

export type BeaconOptions = {
  /** JSON-RPC of the chain that is followed. */
  readonly rpc: string;
  readonly config: FinalityConfig;
  readonly port?: number;
  /** Milliseconds between two finalities, at least. */
  readonly period?: number;
  /** How many blocks behind the chain's head finality stays. */
  readonly lag?: number;
  readonly firstSlot?: number;
  /** A pause, cut short by the signal. */
  readonly wait?: (milliseconds: number, ending: AbortSignal) => Promise<void>;
  /** Told why a look at the chain failed; the next look is as usual. */
  readonly onFailure?: (cause: unknown) => void;
};

export type Beacon = { readonly url: string; readonly chain: BeaconChain; readonly close: () => Promise<void> };

type Finalise = (block: RpcBlock) => void;
type Call = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** Beside the standard routes: how many calls this beacon has made to its chain. A benchmark takes them off those of hosts. */
export const CALLS_ROUTE = '/development/calls';

const RPC_PATIENCE = 10_000;
const LOOK_EVERY = 100;

export async function startBeacon(options: BeaconOptions): Promise<Beacon> {
  const chain = beaconChain(options.config, options.firstSlot);
  const stream = events(chain);
  const rpc = countedRpc(options.rpc);
  const server = createServer(({ method, url = '/' }, response) => {
    if (method !== 'GET') send(response, 405, null);
    else if (url === CALLS_ROUTE) send(response, 200, rpc.calls());
    else if (!stream.take(url, response)) {
      const { status, body } = reply(chain, url);
      send(response, status, body);
    }
  });
  const port = await listening(server, options.port ?? 0);
  const finalise = (block: RpcBlock): void => {
    chain.finalise(executionHeader(block));
    stream.tell();
  };
  const stop = follow(finalise, rpc.call, options);
  return {
    url: `http://127.0.0.1:${port}`,
    chain,
    close: async () => {
      await stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** @returns what ends it, once a look under way is over */
function follow(finalise: Finalise, call: Call, options: BeaconOptions): () => Promise<void> {
  const ending = new AbortController();
  const done = lookAgain(finalise, call, options, ending.signal);
  return async () => {
    ending.abort();
    await done;
  };
}

/** Often while nothing is new, so that a lone block is final soon; after a finality not before the period is over. */
async function lookAgain(finalise: Finalise, call: Call, options: BeaconOptions, ending: AbortSignal): Promise<void> {
  const { period = 400, lag = 0, onFailure, wait = pause } = options;
  let seen: unknown;
  while (!ending.aborted) {
    const before = seen;
    try {
      seen = await look(finalise, () => blockBehindHead(call, lag), seen);
    } catch (cause) {
      onFailure?.(cause);
    }
    await wait(seen === before ? Math.min(period, LOOK_EVERY) : period, ending);
  }
}

async function pause(milliseconds: number, ending: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal: ending }).catch(() => undefined);
}

/** @returns the block that was seen last */
async function look(finalise: Finalise, newest: () => Promise<RpcBlock | null>, seen: unknown): Promise<unknown> {
  const block = await newest();
  if (block === null || block.hash === seen) return seen;
  finalise(block);
  return block.hash;
}

async function blockBehindHead(call: Call, lag: number): Promise<RpcBlock | null> {
  if (lag === 0) return (await call('eth_getBlockByNumber', ['latest', false])) as RpcBlock | null;
  const number = Number(await call('eth_blockNumber', [])) - lag;
  if (number < 0) return null;
  return (await call('eth_getBlockByNumber', [`0x${number.toString(16)}`, false])) as RpcBlock | null;
}

function countedRpc(url: string): { readonly call: Call; readonly calls: () => number } {
  let calls = 0;
  const call: Call = async (method, params) => {
    calls += 1;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(RPC_PATIENCE),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message?: string } };
    if (error) throw new Error(`${method}: ${error.message ?? 'failed'}`);
    return result;
  };
  return { call, calls: () => calls };
}
