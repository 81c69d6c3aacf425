/** The development beacon, as a client sees it: the same routes, the same verifier, a chain of our own. */

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beaconChain } from '../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../scripts/local/beacon/configuration.ts';
import { executionHeader, type RpcBlock } from '../../scripts/local/beacon/executionHeader.ts';
import { reply } from '../../scripts/local/beacon/routes.ts';
import { startBeacon } from '../../scripts/local/beacon/startBeacon.ts';
import { until } from '../../scripts/local/until.ts';
import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { fromBeaconJson } from '../../signer/finality/beaconApi/canonicalBytes.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import { hex } from '../../signer/finality/bytes.ts';
import type { FinalityConfig } from '../../signer/finality/config.ts';
import { finalised } from '../../signer/finality/finalised.ts';
import type { Store } from '../../signer/finality/store.ts';
import { bytes } from '../finality/support/fixtures.ts';
import { accepted } from '../finality/support/outcomes.ts';
import { tag } from '../finality/support/scenes.ts';

const LIGHT_CLIENT = '/eth/v1/beacon/light_client';
/** Periods of 16 slots, seven finalities each; Electra, Fulu and Gloas follow one another. */
const SMALL = developmentConfig({
  syncCommitteeSize: 32,
  epochsPerSyncCommitteePeriod: 2,
  forks: [
    { epoch: 0, shape: 'electra' },
    { epoch: 4, shape: 'electra' },
    { epoch: 8, shape: 'gloas' },
  ],
});

function rpcBlock(number: number): RpcBlock {
  const root = (name: string) => hex(tag(`${name} ${number}`));
  return {
    hash: root('hash'),
    parentHash: root('parent'),
    miner: `0x${'00'.repeat(20)}`,
    stateRoot: root('state'),
    receiptsRoot: root('receipts'),
    transactionsRoot: root('transactions'),
    logsBloom: `0x${'00'.repeat(256)}`,
    mixHash: root('randao'),
    number: `0x${number.toString(16)}`,
    gasLimit: '0x1c9c380',
    gasUsed: '0x0',
    timestamp: `0x${(1_700_000_000 + number).toString(16)}`,
    extraData: '0x',
    baseFeePerGas: '0x7',
  };
}

type Get = (target: string) => Promise<unknown>;

/** Follows the beacon as a host and an enclave would: from its finalised root through each period to the last update. */
async function synced(config: FinalityConfig, get: Get, trusted: string): Promise<Store> {
  let store = accepted(
    bootstrap(
      config,
      bytes(trusted),
      accepted(fromBeaconJson(config, 'bootstrap', await get(`${LIGHT_CLIENT}/bootstrap/${trusted}`))),
    ),
  );
  const { period } = finalised(config, store);
  const updates = (await get(`${LIGHT_CLIENT}/updates?start_period=${period}&count=64`)) as readonly unknown[];
  for (const update of updates)
    store = accepted(applyUpdate(config, store, accepted(fromBeaconJson(config, 'update', update))));
  return store;
}

async function trustedRoot(get: Get): Promise<string> {
  const { data } = (await get('/eth/v1/beacon/headers/finalized')) as { data: { root: string } };
  return data.root;
}

describe('a development beacon chain', () => {
  const chain = beaconChain(SMALL);
  const get: Get = async (target) => reply(chain, target).body;

  it('has nothing before the first block', () => {
    for (const target of [
      `${LIGHT_CLIENT}/finality_update`,
      '/eth/v1/beacon/headers/finalized',
      '/eth/v1/beacon/headers/head',
    ])
      equal(reply(chain, target).status, 404, target);
  });

  it('is followed across periods and forks by its answers alone', async () => {
    chain.finalise(executionHeader(rpcBlock(0)));
    const trusted = await trustedRoot(get);
    for (let number = 1; number <= 36; number++) chain.finalise(executionHeader(rpcBlock(number)));
    const store = await synced(SMALL, get, trusted);
    const last = finalised(SMALL, store);
    equal(hex(last.blockHash), rpcBlock(36).hash);
    ok(last.slot >= 64 + 8 && last.period >= 4, 'periods passed, and Gloas began');
    const versions = ((await get(`${LIGHT_CLIENT}/updates?start_period=0&count=9`)) as { version: string }[]).map(
      ({ version }) => version,
    );
    deepEqual([...new Set(versions)], ['electra', 'fulu', 'gloas']);
  });

  it('gives the last finality on its own', async () => {
    const store = await synced(SMALL, get, await trustedRoot(get));
    chain.finalise(executionHeader(rpcBlock(37)));
    const update = accepted(fromBeaconJson(SMALL, 'finality_update', await get(`${LIGHT_CLIENT}/finality_update`)));
    equal(hex(finalised(SMALL, accepted(applyUpdate(SMALL, store, update))).blockHash), rpcBlock(37).hash);
  });

  it('says genesis and headers as the Beacon API does', async () => {
    const { data } = (await get('/eth/v1/beacon/genesis')) as { data: Record<string, string> };
    equal(data.genesis_validators_root, hex(SMALL.genesisValidatorsRoot));
    const header = (await get('/eth/v1/beacon/headers/finalized')) as {
      data: { root: string; header: { message: { slot: string } } };
    };
    deepEqual(await get(`/eth/v1/beacon/headers/${header.data.root}`), header);
    deepEqual(await get(`/eth/v1/beacon/headers/${header.data.header.message.slot}`), header);
  });

  it('has no other answers', () => {
    for (const target of [
      '/',
      '/eth/v1/beacon/light_client/optimistic_update',
      `${LIGHT_CLIENT}/bootstrap/0x12`,
      `${LIGHT_CLIENT}/bootstrap/${hex(tag('none'))}`,
    ])
      equal(reply(chain, target).status, 404, target);
    for (const query of ['', '?start_period=0', '?start_period=-1&count=1', '?start_period=a&count=1'])
      equal(reply(chain, `${LIGHT_CLIENT}/updates${query}`).status, 400, query);
  });
});

type LocalChain = { url: string; head: (number: number) => void; server: Server };

/** A chain that answers two questions over JSON-RPC; its head is what the test says. */
async function localChain(): Promise<LocalChain> {
  let height = -1;
  const server = createServer(async (request, response) => {
    const body = (await Array.fromAsync(request)).join('');
    const { method, params } = JSON.parse(body) as { method: string; params: [string] };
    const result =
      method === 'eth_blockNumber' ? height : rpcBlock(params[0] === 'latest' ? height : Number(params[0]));
    response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, head: (number) => (height = number), server };
}

function over(url: string): Get {
  return async (target) => (await fetch(`${url}${target}`)).json();
}

describe('a development beacon', () => {
  it('finalises the head less its lag, and once each block', async () => {
    const local = await localChain();
    const beacon = await startBeacon({ rpc: local.url, config: SMALL, period: 5, lag: 2 });
    try {
      local.head(1);
      const get = over(beacon.url);
      local.head(7);
      await until(
        'block 5 is final',
        30_000,
        async () => beacon.chain.finalised()?.content.execution.block_number === 5n,
      );
      const store = await synced(SMALL, get, await trustedRoot(get));
      equal(hex(finalised(SMALL, store).blockHash), rpcBlock(5).hash);
      const slot = beacon.chain.head()?.content.slot;
      local.head(8);
      await until(
        'block 6 is final',
        30_000,
        async () => beacon.chain.finalised()?.content.execution.block_number === 6n,
      );
      equal(beacon.chain.head()?.content.slot, (slot ?? 0) + 2, 'nothing in between');
      equal((await fetch(`${beacon.url}/eth/v1/node/health`, { method: 'POST' })).status, 405);
    } finally {
      await beacon.close();
      local.server.close();
    }
  });

  it('looks often while nothing is new, and not before the period is over after a finality', async () => {
    const local = await localChain();
    local.head(1);
    const waits: number[] = [];
    const wait = async (milliseconds: number, ending: AbortSignal) => {
      waits.push(milliseconds);
      if (waits.length === 3) local.head(2);
      if (waits.length > 5 && !ending.aborted)
        await new Promise((resolve) => ending.addEventListener('abort', resolve));
    };
    const beacon = await startBeacon({ rpc: local.url, config: SMALL, period: 400, wait });
    try {
      await until('the beacon has looked six times', 30_000, async () => waits.length === 6);
      deepEqual(waits, [400, 100, 100, 400, 100, 100]);
    } finally {
      await beacon.close();
      local.server.close();
    }
  });

  it('tells who listens of each finality', async () => {
    const local = await localChain();
    const beacon = await startBeacon({ rpc: local.url, config: SMALL, period: 5 });
    try {
      const { body } = await fetch(`${beacon.url}/eth/v1/events?topics=head&topics=light_client_finality_update`);
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      for (const number of [2, 9]) {
        local.head(number);
        let value = '';
        while (!value.endsWith('\n\n')) value += (await reader.read()).value;
        const [, data = ''] = /^event: light_client_finality_update\ndata: (.*)\n\n$/.exec(value) ?? [];
        const { data: update } = JSON.parse(data) as {
          data: { finalized_header: { execution: { block_number: string } } };
        };
        equal(update.finalized_header.execution.block_number, `${number}`);
      }
      await reader.cancel();
      equal((await fetch(`${beacon.url}/eth/v1/events?topics=head`)).status, 404);
    } finally {
      await beacon.close();
      local.server.close();
    }
  });

  it('tells of a chain that does not answer, and goes on', async () => {
    const causes: unknown[] = [];
    const beacon = await startBeacon({
      rpc: 'http://127.0.0.1:1',
      config: SMALL,
      period: 5,
      onFailure: (cause) => causes.push(cause),
    });
    await until('two looks have failed', 30_000, async () => causes.length >= 2);
    await beacon.close();
    equal(beacon.chain.finalised(), undefined);
  });

  it('runs as a process of its own, with 512 keys, and ends with its input', async () => {
    const local = await localChain();
    local.head(3);
    const main = join(import.meta.dirname, '../../scripts/local/beacon/main.ts');
    const child = spawn(process.execPath, [main, '--rpc', local.url, '--period', '20'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const url = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
      match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
      const get = over(url);
      await until('something is final', 60_000, async () => (await fetch(`${url}/eth/v1/beacon/headers/finalized`)).ok);
      const config = developmentConfig();
      const store = await synced(config, get, await trustedRoot(get));
      equal(hex(finalised(config, store).blockHash), rpcBlock(3).hash);
      equal(finalised(config, store).isNextCommitteeKnown, true);
    } finally {
      child.stdin.end();
      await new Promise((resolve) => child.once('exit', resolve));
      local.server.close();
    }
    equal(child.exitCode, 0);
  });
});
