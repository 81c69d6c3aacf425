/** Where a command reads: an RPC and the record of a deployment are enough; an operator's configuration names both. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { keccak256 } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { readDeployment } from '../../host/adapters/assemble.ts';
import { openChain } from '../../host/adapters/openChain.ts';
import { connect, type Rpc } from '../../host/adapters/rpc.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import type { Located } from '../../host/chain/deployment.ts';
import { parseConfig } from '../../host/config.ts';
import { addressWanted } from '../../host/configFields.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import { UNMEASURED } from '../../host/metrics.ts';
import type { Chain } from '../../host/ports/chain.ts';
import { CONFIG, type Option, type Options } from '../command.ts';
import { addressOf, type DeploymentRecord, parseRecord } from './deploymentRecord.ts';
import { requireListed } from './requireListed.ts';

export type Source = {
  readonly chain: Chain;
  /** One provider, for what no host asks. */
  readonly rpc: Rpc;
  readonly record: DeploymentRecord;
  readonly startBlock: number;
};

const UNNAMED = 'quorate.json';

export const SOURCE: readonly Option[] = [
  { name: 'rpc', means: 'address of an RPC of the home chain; or QUORATE_RPC' },
  { name: 'deployment', means: 'record of the deployment (deployments/<chainId>.json); or QUORATE_DEPLOYMENT' },
  // no fallback: what was named beats the environment, what was not named does not
  { name: CONFIG.name, means: `instead of both: ${CONFIG.means} (without any of them ${UNNAMED})` },
];

/** @throws Fatal unless the RPC is of the chain of the record, every contract of the record is there with its code, and is the one of that name */
export async function openSource(options: Options): Promise<Source> {
  const named = namedIn(options);
  const urls = named?.urls ?? [];
  const [url] = urls;
  if (named === null || url === undefined)
    throw new Fatal(
      'CONFIG_INVALID',
      'it is not said where to read: there is neither --rpc and --deployment nor a quorate.json',
      'Add --rpc URL --deployment FILE, or --config FILE with the configuration of an operator.',
    );
  const { rpc } = connect(url, systemClock, UNMEASURED);
  const { record } = named;
  await reading(() => requireStanding(rpc, record));
  await reading(() => requireListed(rpc, record));
  const deployment = await reading(() => deploymentOf(rpc, record));
  const silent = { log: () => {}, metrics: UNMEASURED, problems: { set: () => {}, clear: () => {} } };
  const chain = openChain(urls, deployment, { clock: systemClock, ...silent });
  return { chain, rpc, record, startBlock: named.startBlock ?? record.firstBlock };
}

/** What cannot be read now is said in one line. @throws Fatal */
export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isRetryable(cause)) throw cause;
    const detail = `cannot read the chain: ${describe(cause)}`;
    throw new Fatal('CONFIG_INVALID', detail, 'Check the address of the RPC, or name another one.', { cause });
  }
}

type Named = { readonly urls: readonly string[]; readonly record: DeploymentRecord; readonly startBlock?: number };

/** An option beats the environment. */
function namedIn(options: Options): Named | null {
  requireOneWay(options);
  if (typeof options.config === 'string') return inConfig(options.config);
  const { url, file } = rpcAndRecord(options);
  if (url !== null && file !== null)
    return { urls: [requireUrl(url)], record: parseRecord(textOf(file, 'record of the deployment')) };
  if (url !== null || file !== null)
    throw new Fatal(
      'CONFIG_INVALID',
      url !== null ? '--rpc needs --deployment beside it' : '--deployment needs --rpc beside it',
      "Name both, or neither beside an operator's configuration file.",
    );
  return existsSync(UNNAMED) ? inConfig(UNNAMED) : null;
}

/** As they are named; by the environment only where no configuration is. */
export function rpcAndRecord({ rpc, deployment, config }: Options): RpcAndRecord {
  const { QUORATE_RPC, QUORATE_DEPLOYMENT } = config === undefined ? process.env : {};
  const [url, file] = [rpc ?? QUORATE_RPC, deployment ?? QUORATE_DEPLOYMENT];
  return { url: typeof url === 'string' ? url : null, file: typeof file === 'string' ? file : null };
}

type RpcAndRecord = { readonly url: string | null; readonly file: string | null };

function requireOneWay(options: Options): void {
  const both = ['rpc', 'deployment'].filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  if (options.config === undefined || both.length === 0) return;
  const detail = `--config and ${both.join(' and ')} both say where to read`;
  throw new Fatal('CONFIG_INVALID', detail, 'Leave out --config, or what is beside it.');
}

function inConfig(file: string): Named {
  const config = parseConfig(textOf(file, 'configuration file'), dirname(resolve(file)));
  readDeployment(config); // both of one deployment
  const record = parseRecord(textOf(config.chain.deploymentFile, 'record of the deployment'));
  return { urls: config.chain.rpc, record, startBlock: config.chain.startBlock };
}

export function requireUrl(url: string): string {
  const wanted = addressWanted(url, ['http:', 'https:', 'ws:', 'wss:']);
  if (wanted === null) return url;
  throw new Fatal('CONFIG_INVALID', '--rpc is no address of an RPC', `It has to be ${wanted}.`);
}

function textOf(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const advice = 'Correct its path; `--rpc URL --deployment FILE` alone says where to read.';
    const detail = `cannot read the ${what} ${file}: ${(cause as Error).message}`;
    throw new Fatal('CONFIG_INVALID', detail, advice, { cause });
  }
}

async function requireStanding(rpc: Rpc, { chainId, contracts }: DeploymentRecord): Promise<void> {
  const found = answers.count(await rpc('eth_chainId', []));
  if (found !== chainId)
    throw new Fatal(
      'WRONG_CHAIN',
      `the RPC is of chain ${found}, the deployment of chain ${chainId}`,
      'Name an RPC of the right chain, or the record of the right deployment.',
    );
  await Promise.all(
    Object.entries(contracts).map(async ([name, { address, codeHash }]) => {
      const code = answers.data(await rpc('eth_getCode', [address, 'latest']), 'the code of a contract');
      if (code !== '0x' && keccak256(code) === codeHash) return;
      const detail = `${code === '0x' ? 'no code' : 'other code'} is at ${address}, where the record has ${name}`;
      throw new Fatal('WRONG_DEPLOYMENT', detail, 'Fetch the record of the deployment that is on this chain.');
    }),
  );
}

/** What the host's adapters want to know; nothing is proven to an enclave here, so no configuration is measured. */
async function deploymentOf(rpc: Rpc, record: DeploymentRecord): Promise<Located> {
  const genesis = answers.block(await rpc('eth_getBlockByNumber', ['0x0', false]));
  if (genesis === null) throw new Fatal('WRONG_CHAIN', 'the RPC has no block 0', 'Name another RPC.');
  const optional = (name: string): Hex | null => record.contracts[name]?.address ?? null;
  const [keys, enclaves] = [optional('keyLens'), optional('enclaveLens')];
  const measured = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'] as const;
  const of = <T>(value: (name: (typeof measured)[number]) => T) =>
    Object.fromEntries(measured.map((name) => [name, value(name)])) as Record<(typeof measured)[number], T>;
  return {
    ...of((name) => addressOf(record, name)),
    chainId: record.chainId,
    genesisHash: genesis.hash,
    derivedKeys: addressOf(record, 'derivedKeys'),
    lateSignatures: optional('lateSignatures'),
    refusals: optional('refusals'),
    lenses: keys === null || enclaves === null ? null : { keys, enclaves },
    codeHashes: of((name) => record.contracts[name]?.codeHash ?? '0x'),
    configuration: '0x',
  };
}
