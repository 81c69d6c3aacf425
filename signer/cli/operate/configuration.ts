/** `quorate configuration`: what is measured with the image (docs/formats.md, "Configuration"), from the record of a deployment and its chain. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { bytesToHex, concat, getAddress, hexToBytes, isHex, keccak256, numberToHex, pad, size } from 'viem';
import type { FinalityConfig } from '../../finality/config.ts';
import { decodeConfig, encodeConfig } from '../../finality/configBytes.ts';
import { gnosis, mainnet, sepolia } from '../../finality/networks.ts';
import { isRejection } from '../../finality/rejection.ts';
import type { Hex } from '../../formats/hex.ts';
import { isLocalChain } from '../../formats/localChains.ts';
import { CONFIGURATION_TAG } from '../../formats/tags.ts';
import * as answers from '../../host/adapters/answers.ts';
import { createRpc, type Rpc } from '../../host/adapters/rpc.ts';
import { type ContractName, parseDeployment } from '../../host/chain/deployment.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import { parseJson } from '../../host/plainJson.ts';
import { wrongChainId } from '../chain/deploymentRecord.ts';
import { rpcAndRecord } from '../chain/source.ts';
import { type Command, type Options, option } from '../command.ts';
import { readBytes } from '../namedFile.ts';

/** Whose signatures make blocks final, where this program does not know the chain: words of a file that somebody else made. */
export const FINALITY = {
  name: 'finality',
  means: 'only for chains without a public sync committee: a file with the finality words of the configuration',
} as const;

export const configuration: Command = {
  summary: 'write the configuration that is measured with the enclave, from the record of a deployment',
  options: [
    { name: 'rpc', means: 'address of an Ethereum node of the home chain; or QUORATE_RPC' },
    { name: 'deployment', means: 'the record of the deployment, such as deployments/1.json; or QUORATE_DEPLOYMENT' },
    FINALITY,
    { name: 'out', means: 'the file to write', fallback: 'configuration' },
  ],
  run: async (options) => {
    const from = rpcAndRecord(options);
    const named = { rpc: from.url ?? undefined, deployment: from.file ?? undefined };
    const [file, record] = [option(options, 'out'), readRecord(option(named, 'deployment'))];
    const bytes = await configurationOf(option(named, 'rpc'), record, finalityFileOf(options), UNKNOWN_TO_MAKER);
    putConfiguration(file, bytes);
    const { chainId } = parseDeployment(bytes, record);
    const json = { file, chainId, hash: keccak256(bytes), bytes: bytesToHex(bytes) };
    return { json, text: `${json.hash} ${file} (chain ${chainId}, code of four contracts as recorded)`, ok: true };
  },
};

/** In the order of the configuration's words. */
const MEASURED: readonly ContractName[] = ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'];

/** Home chains that are known, by chain id. */
const NETWORKS: Readonly<Record<number, FinalityConfig>> = { 1: mainnet, 100: gnosis, 11155111: sepolia };

type Entry = { readonly name: ContractName; readonly address: Hex; readonly codeHash: Hex };

/** Asks the chain whether the record is of it. @param record the text of the file @param finality a file @throws Fatal */
export async function configurationOf(
  url: string,
  record: string,
  finality?: string,
  advice: string = UNKNOWN_CHAIN,
): Promise<Uint8Array> {
  const { chainId, entries } = parseRecord(record);
  const words = finalityOf(chainId, finality, advice);
  const rpc = createRpc(url);
  try {
    await requireChain(rpc, chainId);
    for (const entry of entries) await requireCode(rpc, entry);
    const genesis = answers.block(await rpc('eth_getBlockByNumber', ['0x0', false]));
    if (genesis === null) throw wrong('the RPC knows no block 0');
    return hexToBytes(wordsOf(chainId, genesis.hash, entries, words));
  } catch (cause) {
    if (!isRetryable(cause)) throw cause;
    throw new Fatal('CONFIG_INVALID', `cannot read the chain: ${describe(cause)}`, 'Name another node with --rpc.', {
      cause,
    });
  }
}

const UNKNOWN_CHAIN =
  'Name the configuration that its enclaves are measured with (--configuration FILE; a devnet has it in its folder, out/devnet/configuration), or, where none is made yet, its finality words (--finality FILE): docs/operators.md, "Other chains".';

/** To whom makes a configuration there is none to name. */
const UNKNOWN_TO_MAKER =
  'Where the DAO has a configuration (a devnet has it in its folder, out/devnet/configuration), take that. To make one, name the finality words (--finality FILE): docs/operators.md, "Other chains".';

function finalityOf(chainId: number, file: string | undefined, advice: string = UNKNOWN_CHAIN): Uint8Array {
  const known = NETWORKS[chainId];
  if (file === undefined && known !== undefined) return encodeConfig(known);
  if (file === undefined) {
    const detail = `chain ${chainId} is none whose sync committee this program knows`;
    throw new Fatal('CONFIG_INVALID', detail, advice);
  }
  const bytes = readBytes(file);
  const config = decodeConfig(bytes);
  if (!isRejection(config) && (config.parentRoots || isLocalChain(BigInt(chainId)))) return bytes;
  const detail = isRejection(config)
    ? `${file}: ${config.code}: ${config.field}: ${config.found}, expected ${config.expected}`
    : `${file}: parentRoots: 0, which only local chains have, and this is chain ${chainId}`;
  throw new Fatal('CONFIG_INVALID', detail, 'Name the finality words that the DAO publishes.');
}

/** Null on a chain whose sync committee nobody has named. @throws Fatal CONFIG_INVALID for a file that holds no such words */
export function knownFinality(chainId: number, file: string | undefined): Uint8Array | null {
  return file === undefined && NETWORKS[chainId] === undefined ? null : finalityOf(chainId, file);
}

/** Undefined where none is named. */
export function finalityFileOf(options: Options): string | undefined {
  return options[FINALITY.name] === undefined ? undefined : option(options, FINALITY.name);
}

type Recorded = { readonly address: Hex; readonly codeHash: Hex };

/** Of a record whose contracts were compared with the chain. @throws Fatal WRONG_DEPLOYMENT where it lacks one */
export function configurationBytes(
  { chainId, contracts }: { readonly chainId: number; readonly contracts: Readonly<Record<string, Recorded>> },
  genesis: Hex,
  finality: Uint8Array,
): Hex {
  const entries = MEASURED.map((name) => entryOf(name, contracts[name]));
  return wordsOf(chainId, genesis, entries, finality);
}

function wordsOf(chainId: number, genesis: Hex, entries: readonly Entry[], finality: Uint8Array): Hex {
  const words = entries.flatMap(({ address, codeHash }) => [pad(address), codeHash]);
  return concat([
    bytesToHex(CONFIGURATION_TAG),
    numberToHex(chainId, { size: 32 }),
    genesis,
    ...words,
    bytesToHex(finality),
  ]);
}

/** Never over another one: what a running enclave was measured with may be lost with it. */
export function putConfiguration(file: string, bytes: Uint8Array): void {
  if (!existsSync(file)) writeFileSync(file, bytes, { flag: 'wx' });
  else if (!readFileSync(file).equals(bytes))
    throw new Fatal(
      'CONFIGURATION_DIFFERS',
      `${file} exists and is another one`,
      'Choose another file, or move that one away.',
    );
}

export function readRecord(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const advice =
      'Name the record that the deployment left (deployments/<chainId>.json), or the one that the DAO publishes.';
    throw new Fatal('CONFIG_INVALID', `cannot read the record ${file}: ${describe(cause)}`, advice, { cause });
  }
}

/** The block before the first transaction of the deployment, as far as the record tells. */
export function firstBlockOf(record: string): number {
  const { firstBlock } = JSON.parse(record) as { firstBlock?: unknown };
  return typeof firstBlock === 'number' && Number.isSafeInteger(firstBlock) && firstBlock > 0 ? firstBlock : 0;
}

function parseRecord(text: string): { readonly chainId: number; readonly entries: readonly Entry[] } {
  const record = jsonOf(text);
  const chainId = Number(record.chainId);
  if (!Number.isSafeInteger(chainId) || chainId < 1)
    throw wrong(wrongChainId(record.chainId, 'digits in quotes, such as "1"'));
  const contracts = (record.contracts ?? {}) as Readonly<
    Record<string, { address?: unknown; codeHash?: unknown } | undefined>
  >;
  return { chainId, entries: MEASURED.map((name) => entryOf(name, contracts[name])) };
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const found = parseJson(text);
    if (typeof found === 'object' && found !== null) return found as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw wrong(describe(cause));
  }
  throw wrong('it is not a JSON object');
}

function entryOf(name: ContractName, found: { address?: unknown; codeHash?: unknown } | undefined): Entry {
  const { address, codeHash } = found ?? {};
  if (!isBytes(address, 20) || !isBytes(codeHash, 32)) throw wrong(`it has no address or code hash of ${name}`);
  return { name, address: getAddress(address).toLowerCase() as Hex, codeHash };
}

function isBytes(value: unknown, length: number): value is Hex {
  return isHex(value) && value.length === 2 + 2 * length;
}

async function requireChain(rpc: Rpc, chainId: number): Promise<void> {
  const found = answers.count(await rpc('eth_chainId', []));
  if (found !== chainId) throw wrong(`it is of chain ${chainId}, the RPC is of chain ${found}`);
}

async function requireCode(rpc: Rpc, { name, address, codeHash }: Entry): Promise<void> {
  const code = answers.data(await rpc('eth_getCode', [address, 'latest']));
  if (size(code) === 0) throw wrong(`there is no code at ${address}, where it has ${name}`);
  if (keccak256(code) !== codeHash) throw wrong(`the code at ${address} (${name}) is another one`);
}

function wrong(detail: string): Fatal {
  const advice = 'Check that --deployment and --rpc are of the same chain, and that the record is the one of the DAO.';
  return new Fatal('WRONG_DEPLOYMENT', `the record of the deployment does not fit: ${detail}`, advice);
}
