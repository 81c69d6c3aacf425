/** `quorate init`: keys, certificate and configuration of a new operator. Never overwrites anything. */

import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import * as answers from '../../host/adapters/answers.ts';
import { generateCertificate, tlsKeyOf } from '../../host/adapters/certificate.ts';
import { createRpc } from '../../host/adapters/rpc.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { parseDeployment } from '../../host/chain/deployment.ts';
import { parseConfig, regionOf } from '../../host/config.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import { KINDS } from '../../tee/measured.ts';
import { type Command, type Options, option, type Shown, table } from '../command.ts';
import { requireFolder } from '../folder.ts';
import { readBytes } from '../namedFile.ts';
import { configurationOf, FINALITY, finalityFileOf, readRecord } from './configuration.ts';
import { type Enclave, enclaveOf, missingOfEnclave } from './initEnclave.ts';
import { requireOptions } from './initOptions.ts';
import { isMade, type Template, template } from './initTemplate.ts';

export const init: Command = {
  summary: 'make keys, a certificate and a configuration for a new operator',
  options: [
    { name: 'directory', means: 'where to put them', fallback: '.' },
    { name: 'rpc', means: 'address of an Ethereum node of the home chain', required: true },
    { name: 'beacon', means: 'address of a beacon node of the home chain that serves light clients', required: true },
    { name: 'checkpoint', means: 'root of a recent final beacon block, for the first start; from a source you trust' },
    { name: 'endpoint', means: 'what other operators dial, such as wss://signer.example.org:7000', required: true },
    { name: 'deployment', means: 'the record of the deployment, such as deployments/1.json', required: true },
    { name: 'configuration', means: 'the measured configuration; without it one is made of the record and the chain' },
    FINALITY,
    { name: 'tee', means: 'the TEE that starts the enclave: development' },
    { name: 'root-key', means: 'with --tee development: the root key of its DAO (see `quorate root-key`)' },
    { name: 'kind', means: `with --tee development: what it plays, ${KINDS.join(' or ')} (default tdx)` },
    {
      name: 'collateral',
      means: "where collateral of Intel's is fetched, if not at Intel: of a devnet it is in its nodes' configuration",
    },
    { name: 'programs', means: 'with --tee: where the programs are that `quorate bundle` makes (default build)' },
    { name: 'enclave', means: 'instead of --tee: the command that starts the TEE, as a JSON list' },
    {
      name: 'region',
      means: 'name of the region that this node runs in, as the DAO admits it',
      fallback: 'unspecified',
    },
    { name: 'listen', means: 'port to listen on, where it is not the one of --endpoint' },
    { name: 'health-port', means: 'port of /livez, /readyz and /metrics', fallback: '9100' },
    { name: 'start-block', means: 'where reading begins; without it, where the record says that the deployment began' },
  ],
  run: async (options) => {
    requireAll(options);
    requireOptions(options);
    const directory = resolve(option(options, 'directory'));
    refuseToOverwrite(directory);
    const record = readRecord(option(options, 'deployment'));
    const { bytes: configuration, warnings } = await measuredBy(options, record);
    parseDeployment(configuration, record);
    const enclave = enclaveOf(options);
    const config = template(options, record, enclave.command);
    parseConfig(JSON.stringify(config), directory);
    requireFolder(directory, 0o700);
    const files = { ...enclave.files, ...(isMade(options) ? { configuration } : {}) };
    return write(directory, config, files, [...warnings, ...doubtsOf(options)]);
  },
};

const FILES = ['quorate.json', 'operator.key', 'tls.key', 'tls.crt', 'configuration', 'enclave.bundle.mjs', 'tee.mjs'];

/** All at once: nobody likes to be told of one after the other. */
function requireAll(options: Options): void {
  const required = init.options.filter(({ name, required }) => required && options[name] === undefined);
  if (required.length === 0) return;
  const missing = [...required.map(({ name }) => `--${name}`), ...missingOfEnclave(options)];
  const list = missing.join(', ');
  const [verb, them] = missing.length === 1 ? ['is', 'it'] : ['are', 'them'];
  throw new Fatal(
    'CONFIG_INVALID',
    `${list} ${verb} missing`,
    `Add ${them}; \`quorate init --help\` says what each means.`,
  );
}

function refuseToOverwrite(directory: string): void {
  const found = FILES.find((name) => existsSync(join(directory, name)));
  if (found === undefined) return;
  const advice = 'Choose another --directory. To keep this identity, keep this one: its keys cannot be made again.';
  throw new Fatal('OTHER_IDENTITY', `${join(directory, found)} exists already`, advice);
}

/** One that is there is of its chain only if the RPC is. @throws Fatal */
async function measuredBy(options: Options, record: string): Promise<Measured> {
  const url = option(options, 'rpc');
  if (isMade(options)) return { bytes: await configurationOf(url, record, finalityFileOf(options)), warnings: [] };
  const bytes = readBytes(option(options, 'configuration'));
  const { chainId } = parseDeployment(bytes, record);
  return { bytes, warnings: await otherChain(url, chainId) };
}

type Measured = { readonly bytes: Uint8Array; readonly warnings: readonly string[] };

async function otherChain(url: string, chainId: number): Promise<readonly string[]> {
  try {
    const found = answers.count(await createRpc(url)('eth_chainId', []));
    if (found === chainId) return [];
    throw new Fatal(
      'WRONG_CHAIN',
      `--rpc is of chain ${found}, the deployment of chain ${chainId}`,
      'Name an RPC of the home chain.',
    );
  } catch (error) {
    if (!isRetryable(error)) throw error;
    return [`--rpc does not answer now (${describe(error)}): nothing was asked of it`];
  }
}

/** What may be meant so, and mostly is not. */
function doubtsOf({ checkpoint, region }: Options): readonly string[] {
  return [
    ...(checkpoint === undefined
      ? ['--checkpoint is not there: a first start needs the root of a recent final beacon block (chain.checkpoint)']
      : []),
    ...(region === 'unspecified' ? ['--region is not there: a vote admits an operator in one (operator.region)'] : []),
  ];
}

async function write(
  directory: string,
  config: Template,
  files: Enclave['files'],
  warnings: readonly string[],
): Promise<Shown> {
  const key = generatePrivateKey();
  const certificate = await generateCertificate(new Date(systemClock.now()));
  const put = (name: string, content: string | Uint8Array, mode: number) =>
    writeFileSync(join(directory, name), content, { mode, flag: 'wx' });
  for (const [name, content] of Object.entries(files)) put(name, content, 0o644);
  put('operator.key', `${key}\n`, 0o600);
  put('tls.key', certificate.key, 0o600);
  put('tls.crt', certificate.cert, 0o644);
  put('quorate.json', `${JSON.stringify(config, null, 2)}\n`, 0o600); // addresses of providers may hold keys
  const made = {
    ...{ directory, operator: privateKeyToAddress(key), tlsKey: tlsKeyOf(certificate.cert) },
    ...{ region: config.operator.region, regionHash: regionOf(config.operator.region) },
    ...{ startBlock: config.chain.startBlock, config: join(directory, 'quorate.json'), warnings },
  };
  const shown = {
    ...{ operator: made.operator, 'TLS key': made.tlsKey, region: `${made.region} (${made.regionHash})` },
    files: FILES.filter((name) => existsSync(join(directory, name))).join(' '),
    in: directory,
  };
  const warned = warnings.length === 0 ? [] : [warnings.map((words) => `WARNING  ${words}`).join('\n')];
  return { json: made, text: [table(Object.entries(shown)), ...warned, nextOf(made)].join('\n\n'), ok: true };
}

type Made = {
  readonly operator: string;
  readonly region: string;
  readonly regionHash: string;
  readonly config: string;
};

function nextOf({ operator, region, regionHash, config }: Made): string {
  return [
    'Next:',
    '  1. back up operator.key; it cannot be made again',
    "  2. send the operator account some of the chain's currency for gas",
    `  3. let the DAO admit it, by vote: quorate propose admit --operator ${operator} --region ${region} --title 'Admit …'`,
    `     (EnclaveRegistry.setOperator(${operator}, ${regionHash}, 1))`,
    `  4. quorate doctor --config ${config}`,
    `  5. quorate run --config ${config}`,
  ].join('\n');
}
