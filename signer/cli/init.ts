/** `quorate init`: keys, certificate and configuration of a new operator. Never overwrites anything. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keccak256, stringToHex } from 'viem';
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts';
import { generateCertificate, tlsKeyOf } from '../host/adapters/certificate.ts';
import { systemClock } from '../host/adapters/systemClock.ts';
import { parseConfig } from '../host/config.ts';
import { Fatal } from '../host/errors.ts';
import { type Command, type Options, option, type Shown } from './command.ts';

export const init: Command = {
  summary: 'make keys, a certificate and a configuration for a new operator',
  options: [
    { name: 'directory', means: 'where to put them', fallback: '.' },
    { name: 'rpc', means: 'address of an Ethereum node of the home chain', required: true },
    { name: 'endpoint', means: 'what other operators dial, such as wss://signer.example.org:7000', required: true },
    { name: 'configuration', means: 'the measured configuration that the DAO approved', required: true },
    { name: 'deployment', means: 'the record of the deployment, such as deployments/1.json', required: true },
    { name: 'enclave', means: 'command that starts the TEE, as a JSON list', required: true },
    { name: 'region', means: 'name of the region that this node runs in', fallback: 'unspecified' },
    { name: 'start-block', means: 'block in which the contracts were deployed', fallback: '0' },
  ],
  run: async (options) => {
    const directory = resolve(option(options, 'directory'));
    const config = template(options);
    parseConfig(JSON.stringify(config), directory);
    refuseToOverwrite(directory);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return write(directory, config);
  },
};

const FILES = ['quorate.json', 'operator.key', 'tls.key', 'tls.crt'] as const;

function refuseToOverwrite(directory: string): void {
  const found = FILES.find((name) => existsSync(join(directory, name)));
  if (found === undefined) return;
  const advice = 'Choose another --directory. To keep this identity, keep this one: its keys cannot be made again.';
  throw new Fatal('OTHER_IDENTITY', `${join(directory, found)} exists already`, advice);
}

function template(options: Options) {
  const endpoint = option(options, 'endpoint');
  const port = URL.canParse(endpoint) ? Number(new URL(endpoint).port || 443) : 0;
  return {
    dataDirectory: 'data',
    chain: {
      rpc: [option(options, 'rpc')],
      deploymentFile: resolve(option(options, 'deployment')),
      startBlock: Number(option(options, 'start-block')),
    },
    operator: { keyFile: 'operator.key', region: keccak256(stringToHex(option(options, 'region'))) },
    peers: { endpoint, host: '0.0.0.0', port, certFile: 'tls.crt', keyFile: 'tls.key' },
    health: { host: '127.0.0.1', port: 9100 },
    enclave: {
      command: commandOf(option(options, 'enclave')),
      configurationFile: resolve(option(options, 'configuration')),
    },
    log: 'info',
  };
}

function commandOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const advice = 'Write it like --enclave \'["node","tee.ts","--bundle","enclave.bundle.mjs"]\'.';
    throw new Fatal('CONFIG_INVALID', '--enclave is not a JSON list', advice, { cause });
  }
}

async function write(directory: string, config: object): Promise<Shown> {
  const key = generatePrivateKey();
  const certificate = await generateCertificate(new Date(systemClock.now()));
  const put = (name: (typeof FILES)[number], text: string, mode: number) =>
    writeFileSync(join(directory, name), text, { mode, flag: 'wx' });
  put('operator.key', `${key}\n`, 0o600);
  put('tls.key', certificate.key, 0o600);
  put('tls.crt', certificate.cert, 0o644);
  put('quorate.json', `${JSON.stringify(config, null, 2)}\n`, 0o600); // addresses of providers may hold keys
  const made = { directory, operator: privateKeyToAddress(key), tlsKey: tlsKeyOf(certificate.cert) };
  const text = [
    `operator  ${made.operator}`,
    `TLS key   ${made.tlsKey}`,
    `files     ${FILES.map((name) => join(directory, name)).join(' ')}`,
    '',
    "Next: send the operator account some of the chain's currency for gas, back up operator.key,",
    `then check everything with \`quorate doctor --config ${join(directory, 'quorate.json')}\`.`,
  ].join('\n');
  return { json: made, text, ok: true };
}
