/** The configuration file of a host: strict, so that a misspelt field is an error and not a default. */

import { isAbsolute, join } from 'node:path';
import { keccak256, stringToHex } from 'viem';
import { address, amount, boolean, fields, integer, invalid, known, object, parse, string } from './configFields.ts';
import { LEVELS, type Level } from './log.ts';
import { DEFAULT_FEES, DEFAULT_TIMES, type FeeLimits, type Times } from './settings.ts';

export type Config = {
  readonly dataDirectory: string;
  readonly chain: {
    readonly rpc: readonly string[];
    readonly beacon: readonly string[];
    /** root of a recent final beacon block, for an enclave that has none yet */
    readonly checkpoint: `0x${string}` | null;
    readonly deploymentFile: string;
    readonly startBlock: number;
  };
  readonly operator: {
    readonly keyFile: string;
    readonly gasKeyFile: string;
    /** pays when the first gas account is empty or stuck */
    readonly secondGasKeyFile: string | null;
    readonly region: `0x${string}`;
  };
  readonly peers: {
    readonly endpoint: string;
    readonly host: string;
    readonly port: number;
    readonly certFile: string;
    readonly keyFile: string;
  };
  readonly health: { readonly host: string; readonly port: number };
  readonly enclave: {
    readonly command: readonly string[];
    readonly configurationFile: string;
    /** where collateral of Intel's is fetched, in this order; other TEEs need none */
    readonly collateral: readonly string[];
  };
  readonly replaceIdentity: boolean;
  readonly log: Level;
  readonly concurrency: number;
  readonly times: Times;
  readonly fees: FeeLimits;
};

/** Intel's own service: public, and asked for nothing but what it publishes to all. */
export const INTEL_PCS = 'https://api.trustedservices.intel.com';

/** `directory` is where the file lies: relative paths start there. @throws Fatal CONFIG_INVALID naming the field */
export function parseConfig(text: string, directory: string): Config {
  const file = object(parse(text), 'the file');
  const required = ['chain', 'operator', 'peers', 'health', 'enclave'];
  // `$schema` is for editors: docs/quorate.schema.json
  const optional = ['$schema', 'dataDirectory', 'replaceIdentity', 'log', 'concurrency', 'times', 'fees'];
  known(file, 'the file', [...required, ...optional], required);
  const path = (value: unknown, name: string) => absolute(directory, string(value, name));
  return {
    dataDirectory: path(file.dataDirectory ?? 'data', 'dataDirectory'),
    chain: chain(file.chain, path),
    operator: operator(file.operator, path),
    peers: peers(file.peers, path),
    health: listen(file.health, 'health'),
    enclave: enclave(file.enclave, path),
    replaceIdentity: boolean(file.replaceIdentity ?? false, 'replaceIdentity'),
    log: level(file.log ?? 'info'),
    concurrency: integer(file.concurrency ?? 8, 'concurrency', 1, 32),
    times: times(file.times ?? {}),
    fees: fees(file.fees ?? {}),
  };
}

type Path = (value: unknown, name: string) => string;

function chain(value: unknown, path: Path): Config['chain'] {
  const { rpc, beacon, checkpoint, deploymentFile, startBlock } = fields(
    value,
    'chain',
    ['rpc', 'beacon', 'deploymentFile'],
    ['checkpoint', 'startBlock'],
  );
  return {
    rpc: nodes(rpc, 'chain.rpc', ['http:', 'https:', 'ws:', 'wss:'], '8545'),
    beacon: nodes(beacon, 'chain.beacon', ['http:', 'https:'], '5052'),
    checkpoint: checkpoint === undefined || checkpoint === null ? null : rootOf(checkpoint),
    deploymentFile: path(deploymentFile, 'chain.deploymentFile'),
    startBlock: integer(startBlock === undefined ? 0 : startBlock, 'chain.startBlock', 0),
  };
}

function nodes(value: unknown, name: string, protocols: readonly string[], port: string): readonly string[] {
  const urls = Array.isArray(value) ? value.map((url, at) => provider(url, `${name}[${at}]`, protocols)) : [];
  if (urls.length > 0) return urls;
  throw invalid(name, `a list of at least one address, such as ["http://127.0.0.1:${port}"]`);
}

function rootOf(value: unknown): `0x${string}` {
  if (typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value)) return value as `0x${string}`;
  throw invalid('chain.checkpoint', 'the root of a final beacon block: 32 bytes of lower-case 0x-hex');
}

/** A part after # would never reach the provider. */
function provider(value: unknown, name: string, protocols: readonly string[]): string {
  const url = address(value, name, protocols);
  if (url.includes('#')) throw invalid(name, 'an address without #');
  return url;
}

function operator(value: unknown, path: Path): Config['operator'] {
  const { keyFile, gasKeyFile, secondGasKeyFile, region } = fields(
    value,
    'operator',
    ['keyFile', 'region'],
    ['gasKeyFile', 'secondGasKeyFile'],
  );
  const file = path(keyFile, 'operator.keyFile');
  return {
    keyFile: file,
    gasKeyFile: gasKeyFile === undefined ? file : path(gasKeyFile, 'operator.gasKeyFile'),
    secondGasKeyFile: secondGasKeyFile === undefined ? null : path(secondGasKeyFile, 'operator.secondGasKeyFile'),
    region: regionOf(region),
  };
}

/** Contracts know a region by the Keccak-256 of its name. */
export function regionOf(value: unknown): `0x${string}` {
  const region = typeof value === 'string' ? regionHash(value) : null;
  if (region !== null) return region;
  throw invalid(
    'operator.region',
    'the name of a region, such as "eu-central", or its hash: 32 bytes of lower-case 0x-hex',
  );
}

/** Null: it is neither a name nor a hash. */
export function regionHash(text: string): `0x${string}` | null {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as `0x${string}`;
  if (/^(?!0x)[^\s\p{C}](?:[^\p{C}]{0,62}[^\s\p{C}])?$/u.test(text)) return keccak256(stringToHex(text));
  return null;
}

function peers(value: unknown, path: Path): Config['peers'] {
  const { endpoint, host, port, certFile, keyFile } = fields(
    value,
    'peers',
    ['endpoint', 'host', 'port', 'certFile', 'keyFile'],
    [],
  );
  return {
    endpoint: address(endpoint, 'peers.endpoint', ['wss:']),
    ...listen({ host, port }, 'peers'),
    certFile: path(certFile, 'peers.certFile'),
    keyFile: path(keyFile, 'peers.keyFile'),
  };
}

function listen(value: unknown, name: string): { readonly host: string; readonly port: number } {
  const { host, port } = fields(value, name, ['host', 'port'], []);
  return { host: string(host, `${name}.host`), port: integer(port, `${name}.port`, 0, 65_535) };
}

function enclave(value: unknown, path: Path): Config['enclave'] {
  const required = ['command', 'configurationFile'] as const;
  const { command, configurationFile, collateral } = fields(value, 'enclave', required, ['collateral']);
  if (!Array.isArray(command) || command.length === 0)
    throw invalid('enclave.command', 'a list: the program and its arguments');
  const words = command.map((word, at) => string(word, `enclave.command[${at}]`));
  return {
    command: words,
    configurationFile: path(configurationFile, 'enclave.configurationFile'),
    collateral: nodes(collateral ?? [INTEL_PCS], 'enclave.collateral', ['https:', 'http:'], '8081'),
  };
}

/** No time may be so short that the host spins, nor so long that it seems dead. */
function times(value: unknown): Times {
  const names = Object.keys(DEFAULT_TIMES) as (keyof Times)[];
  const given = fields(value, 'times', [], names);
  const read = (name: keyof Times) => integer(given[name] ?? DEFAULT_TIMES[name], `times.${name}`, 1, 604_800_000);
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Times;
}

function fees(value: unknown): FeeLimits {
  const names = Object.keys(DEFAULT_FEES) as (keyof FeeLimits)[];
  const given = fields(value, 'fees', [], names);
  const read = (name: keyof FeeLimits) =>
    given[name] === undefined ? DEFAULT_FEES[name] : amount(given[name], `fees.${name}`);
  const found = Object.fromEntries(names.map((name) => [name, read(name)])) as FeeLimits;
  if (found.maxPriorityFeePerGas > found.maxFeePerGas)
    throw invalid('fees.maxPriorityFeePerGas', 'at most fees.maxFeePerGas');
  if (found.perPosting > found.perDay) throw invalid('fees.perPosting', 'at most fees.perDay');
  return found;
}

function level(value: unknown): Level {
  const found = LEVELS.find((one) => one === value);
  if (found === undefined) throw invalid('log', `one of ${LEVELS.join(', ')}`);
  return found;
}

function absolute(directory: string, path: string): string {
  return isAbsolute(path) ? path : join(directory, path);
}
