/** One operator on this machine: a directory with keys, certificate and configuration, and the host process that runs on it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Wallet } from 'ethers';
import { generateCertificate } from '../../../signer/host/adapters/certificate.ts';
import type { Times } from '../../../signer/host/settings.ts';

export type Operator = {
  readonly name: string;
  readonly address: string;
  readonly configFile: string;
  readonly health: number;
  readonly directory: string;
  /** also on the command line of its TEE */
  readonly platform: string;
};
export type Machine = {
  readonly rpc: string;
  readonly bundle: string;
  readonly configuration: string;
  readonly rootKey: string;
};
export type Running = {
  readonly process: ChildProcess;
  readonly ready: Promise<{ enclave: string }>;
  readonly log: string[];
};

/** Fast enough for tests on two cores. */
const TIMES: Partial<Times> = {
  poll: 200,
  invite: 1_500,
  attempt: 6_000,
  post: 3_000,
  bump: 5_000,
  resend: 500,
  grace: 3_000,
};
const ROOT = resolve(import.meta.dirname, '../../..');

export async function createOperator(directory: string, name: string, machine: Machine): Promise<Operator> {
  const home = join(directory, name);
  await mkdir(home, { recursive: true });
  const wallet = Wallet.createRandom();
  const [peers, health] = [await freePort(), await freePort()];
  const certificate = await generateCertificate(new Date());
  const development = join(ROOT, 'signer/tee/development.ts');
  const platform = wallet.signingKey.publicKey.slice(4, 68);
  const config = {
    dataDirectory: 'data',
    chain: { rpc: [machine.rpc.replace('http', 'ws'), machine.rpc] },
    operator: { keyFile: 'operator.key', region: `0x${name.charCodeAt(0).toString(16).padStart(64, '0')}` },
    peers: {
      endpoint: `wss://127.0.0.1:${peers}`,
      host: '127.0.0.1',
      port: peers,
      certFile: 'tls.crt',
      keyFile: 'tls.key',
    },
    health: { host: '127.0.0.1', port: health },
    enclave: {
      command: [
        ...['node', development, '--bundle', machine.bundle, '--configuration', machine.configuration],
        ...['--root-key', machine.rootKey, '--platform', platform],
      ],
      configurationFile: machine.configuration,
    },
    times: TIMES,
    log: 'debug',
  };
  const configFile = join(home, 'quorate.json');
  await writeFile(join(home, 'operator.key'), wallet.privateKey, { mode: 0o600 });
  await writeFile(join(home, 'tls.crt'), certificate.cert);
  await writeFile(join(home, 'tls.key'), certificate.key, { mode: 0o600 });
  await writeFile(configFile, JSON.stringify(config, null, 2));
  return { name, address: wallet.address, configFile, health, directory: home, platform };
}

export function startHost({ configFile }: Operator): Running {
  const child = spawn(process.execPath, [join(ROOT, 'signer/host/main.ts'), '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const ready = new Promise<{ enclave: string }>((found, fail) => {
    createInterface({ input: child.stdout }).once('line', (line) => found(JSON.parse(line)));
    child.once('exit', (code, signal) =>
      fail(new Error(`host ended (${code ?? signal}): ${log.slice(-5).join('\n')}`)),
    );
  });
  ready.catch(() => undefined); // whoever waits for it sees the failure
  return { process: child, ready, log };
}

export function stopHost({ process: child }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => {
    child.once('exit', (code) => done(code));
    child.kill(signal);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise<void>((closed) => server.close(() => closed()));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
