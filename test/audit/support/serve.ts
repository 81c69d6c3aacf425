/** A simulated chain and a beacon chain over HTTP, as commands reach them. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HardhatEthers } from '@nomicfoundation/hardhat-ethers/types';
import type { BeaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { reply } from '../../../scripts/local/beacon/routes.ts';

export type Served = { readonly url: string; readonly close: () => Promise<void> };

export function serveBeacon(chain: BeaconChain): Promise<Served> {
  return served(async (_, target) => {
    const { status, body } = reply(chain, target);
    return { status, body };
  });
}

type Call = { readonly id: unknown; readonly method: string; readonly params: unknown[] };

export function serveRpc({ provider }: HardhatEthers): Promise<Served> {
  return served(async (body) => {
    const { id, method, params } = JSON.parse(body) as Call;
    const result = await provider.send(method, params).then(
      (found: unknown) => ({ result: found }),
      (error: Error) => ({ error: { code: -32000, message: error.message } }),
    );
    return { status: 200, body: { jsonrpc: '2.0', id, ...result } };
  });
}

type Reply = { readonly status: number; readonly body: unknown };

async function served(answer: (body: string, target: string) => Promise<Reply>): Promise<Served> {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const { status, body } = await answer(text, request.url ?? '/');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.keepAliveTimeout = 60_000; // a slow machine reuses a connection late
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
