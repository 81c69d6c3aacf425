/** `quorate doctor`: everything that must be right before a host can work, each with what to do if it is not. */

import { createServer } from 'node:net';
import { formatEther, keccak256, size } from 'viem';
import { readConfig, readDeployment } from '../host/adapters/assemble.ts';
import { readAccount } from '../host/adapters/keyFileWallet.ts';
import { createRpc, type Rpc } from '../host/adapters/rpc.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import type { ContractName, Deployment } from '../host/chain/deployment.ts';
import type { Config } from '../host/config.ts';
import { describe } from '../host/errors.ts';
import { CONFIG, type Command, option, table } from './command.ts';

type Hex = `0x${string}`;
type Finding = { readonly check: string; readonly ok: boolean; readonly detail: string };
type Check = { readonly name: string; readonly advice: string; readonly run: () => Promise<string> };

export const doctor: Command = {
  summary: 'check RPC, chain, contracts, clock, ports and gas',
  options: [CONFIG],
  run: async (options) => {
    const config = readConfig(option(options, 'config'));
    const deployment = readDeployment(config);
    const checks = [...ofMachine(config), ...config.chain.rpc.flatMap((url) => ofChain(url, config, deployment))];
    const json: Finding[] = [];
    for (const check of checks) json.push(await examine(check));
    const rows = json.map(({ check, ok, detail }) => [ok ? 'ok' : 'NO', check, detail]);
    return { json, text: table(rows), ok: json.every(({ ok }) => ok) };
  },
};

async function examine({ name, advice, run }: Check): Promise<Finding> {
  try {
    return { check: name, ok: true, detail: await run() };
  } catch (error) {
    return { check: name, ok: false, detail: `${describe(error)}. ${advice}` };
  }
}

function ofMachine({ peers, health, operator }: Config): Check[] {
  const free = (what: string, { host, port }: Config['health']): Check => ({
    name: `port for ${what}`,
    advice: 'Stop what uses it, unless that is this very host, or choose another one.',
    run: async () => `${host}:${await bindable(host, port)}`,
  });
  const keys = operator.keyFile === operator.gasKeyFile ? [operator.keyFile] : [operator.keyFile, operator.gasKeyFile];
  return [
    ...keys.map((file) => ({
      name: 'key file',
      advice: 'See `quorate init`.',
      run: async () => `${readAccount(file).address} in ${file}`,
    })),
    free('peers', peers),
    free('health', health),
  ];
}

function ofChain(url: string, { operator }: Config, deployment: Deployment): Check[] {
  const rpc = createRpc(url);
  return [
    {
      name: `chain id of ${url}`,
      advice: 'Put an RPC of the home chain into chain.rpc.',
      run: async () => expectSame(Number(await rpc<Hex>('eth_chainId', [])), deployment.chainId),
    },
    {
      name: 'finality',
      advice: 'The node must follow the beacon chain: nothing is signed from blocks that are not final.',
      run: async () => `block ${Number((await blockOf(rpc, 'finalized')).number)} is final`,
    },
    {
      name: 'clock',
      advice: 'Set the clock of this machine (NTP), or wait until the node has caught up.',
      run: async () => drift((await blockOf(rpc, 'latest')).timestamp),
    },
    ...CONTRACTS.map((name) => ({
      name: `contract ${name}`,
      advice: 'The configuration file is of another deployment, or the node is of another chain.',
      run: async () => codeOf(rpc, deployment[name], deployment.codeHashes[name]),
    })),
    ...beside(deployment).map(([name, address]) => ({
      name: `contract ${name}`,
      advice: 'The record in chain.deploymentFile is of another deployment, or the node is of another chain.',
      run: async () => `code of ${await lengthOf(rpc, address)} bytes at ${address}`,
    })),
    {
      name: 'gas account',
      advice: "Send it some of the chain's currency; without it this host signs, but cannot post.",
      run: async () => fundsOf(rpc, readAccount(operator.gasKeyFile).address),
    },
  ];
}

const CONTRACTS: readonly ContractName[] = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'];

/** What enclaves do not read, and hosts use. */
function beside({ derivedKeys, lateSignatures }: Deployment): (readonly [string, Hex])[] {
  const needed = ['derivedKeys', derivedKeys] as const;
  return lateSignatures === null ? [needed] : [needed, ['lateSignatures', lateSignatures]];
}

async function lengthOf(rpc: Rpc, address: Hex): Promise<number> {
  const code = await rpc<Hex>('eth_getCode', [address, 'latest']);
  if (code === '0x') throw new Error(`there is no code at ${address}`);
  return size(code);
}

async function blockOf(rpc: Rpc, tag: string): Promise<{ readonly number: Hex; readonly timestamp: Hex }> {
  const block = await rpc<{ number: Hex; timestamp: Hex } | null>('eth_getBlockByNumber', [tag, false]);
  if (block === null) throw new Error(`the node knows no ${tag} block`);
  return block;
}

/** Blocks come every 12 seconds; some may be empty slots. */
const MOST_DRIFT = 120;

function drift(timestamp: Hex): string {
  const seconds = Math.round(systemClock.now() / 1_000) - Number(timestamp);
  if (Math.abs(seconds) > MOST_DRIFT) throw new Error(`this machine and the latest block are ${seconds} seconds apart`);
  return `${seconds} seconds after the latest block`;
}

/** Enclaves refuse contracts with any other code. */
async function codeOf(rpc: Rpc, address: Hex, measured: Hex): Promise<string> {
  const code = await rpc<Hex>('eth_getCode', [address, 'latest']);
  if (code === '0x') throw new Error(`there is no code at ${address}`);
  if (keccak256(code) !== measured) throw new Error(`the code at ${address} is not the measured one`);
  return `measured code at ${address}`;
}

async function fundsOf(rpc: Rpc, address: Hex): Promise<string> {
  const balance = BigInt(await rpc<Hex>('eth_getBalance', [address, 'latest']));
  if (balance === 0n) throw new Error(`${address} is empty`);
  return `${formatEther(balance)} in ${address}`;
}

function expectSame(found: number, wanted: number): string {
  if (found !== wanted) throw new Error(`it is ${found}, the enclave is configured for ${wanted}`);
  return String(found);
}

function bindable(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve(port)));
  });
}
