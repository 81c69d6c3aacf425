/** Operators on this machine: each a directory with keys, certificate and configuration, and a host process that runs on it. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { id, Wallet } from 'ethers';
import { generateCertificate } from '../../signer/host/adapters/certificate.ts';
import type { Level } from '../../signer/host/log.ts';
import type { Times } from '../../signer/host/settings.ts';
import type { Kind } from '../../signer/tee/measured.ts';
import { checkpointOf } from './beaconProcess.ts';

/** What all operators of one machine share; absolute paths. */
export type Machine = {
  readonly directory: string;
  readonly rpc: string;
  /** Of the development beacon beside it. */
  readonly beacon: string;
  /** Of the collateral service beside it, where one is there. */
  readonly pcs: string | null;
  /** The programs of a node, each one file. */
  readonly host: string;
  readonly tee: string;
  readonly bundle: string;
  readonly configuration: string;
  /** Its words about finality, for commands that make a configuration of this deployment. */
  readonly finality: string;
  /** The record of the deployment. */
  readonly deployment: string;
  readonly rootKey: string;
  readonly log: Level;
};
export type Operator = {
  readonly name: string;
  readonly address: string;
  /** 32 bytes, as its configuration says and the DAO admits it. */
  readonly region: string;
  readonly directory: string;
  /** What runs on the configuration. */
  readonly host: string;
  readonly configFile: string;
  /** Port of /livez, /readyz and /metrics. */
  readonly health: number;
  /** Where it listens for other hosts. */
  readonly peersPort: number;
  /** Which machine its development TEE pretends to be; also on that TEE's command line. */
  readonly platform: string;
  /** In whose format its development TEE attests. */
  readonly kind: Kind;
};
export type Running = {
  readonly operator: Operator;
  readonly process: ChildProcess;
  /** The host's first line: the enclave is registered and its boot record is final. */
  readonly ready: Promise<{ readonly enclave: string; readonly health: number }>;
  /** The host's log, one JSON object a line. */
  readonly log: readonly string[];
};

/** A local chain answers at once, so nothing needs to wait long. */
const TIMES: Partial<Times> = {
  poll: 2_000,
  invite: 1_500,
  session: 8_000,
  post: 3_000,
  bump: 5_000,
  resend: 500,
  grace: 3_000,
};
const END_WITH_PARENT = new URL('endWithParent.mjs', import.meta.url).href;

/** `regionName` in words. */
export async function createOperator(
  name: string,
  regionName: string,
  machine: Machine,
  kind: Kind = 'tdx',
): Promise<Operator> {
  const directory = join(machine.directory, name);
  await mkdir(directory, { recursive: true });
  const { address, privateKey } = Wallet.createRandom();
  const certificate = await generateCertificate(new Date());
  const configFile = join(directory, 'quorate.json');
  const site = { region: id(regionName), platform: platformId() };
  const ports = { health: await freePort(), peersPort: await freePort() };
  const operator = { name, address, ...site, directory, host: machine.host, configFile, ...ports, kind };
  const checkpoint = await checkpointOf(machine.beacon);
  await writeFile(join(directory, 'operator.key'), privateKey, { mode: 0o600 });
  await writeFile(join(directory, 'tls.crt'), certificate.cert);
  await writeFile(join(directory, 'tls.key'), certificate.key, { mode: 0o600 });
  await writeFile(configFile, JSON.stringify(configOf(operator, machine, checkpoint), null, 2), { mode: 0o600 });
  return operator;
}

function configOf(
  { health, peersPort: port, platform, region, kind }: Operator,
  machine: Machine,
  checkpoint: string,
): object {
  const { rpc, beacon, pcs, tee, bundle, configuration, deployment, rootKey, log } = machine;
  const program = ['node', tee, '--bundle', bundle, '--configuration', configuration];
  return {
    dataDirectory: 'data',
    chain: { rpc: [rpc.replace('http', 'ws'), rpc], beacon: [beacon], checkpoint, deploymentFile: deployment },
    operator: { keyFile: 'operator.key', region },
    peers: { endpoint: `wss://127.0.0.1:${port}`, host: '127.0.0.1', port, certFile: 'tls.crt', keyFile: 'tls.key' },
    health: { host: '127.0.0.1', port: health },
    enclave: {
      command: [...program, '--root-key', rootKey, '--platform', platform, '--kind', kind],
      configurationFile: configuration,
      ...(pcs !== null && { collateral: [pcs] }),
    },
    times: TIMES,
    log,
  };
}

function platformId(): string {
  return randomBytes(32).toString('hex');
}

/** With this process it ends as after SIGTERM, however this one ends. */
export function startOperator(operator: Operator): Running {
  return start(operator, 'pipe');
}

/** Its log goes to an open file, and not into `log`. */
export function startOperatorLoggingTo(file: number, operator: Operator): Running {
  return start(operator, file);
}

function start(operator: Operator, logFile: number | 'pipe'): Running {
  const words = ['--disable-sigusr1', '--import', END_WITH_PARENT, operator.host, '--config', operator.configFile];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', logFile, 'ipc'] });
  const log: string[] = [];
  if (child.stderr !== null) createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const ready = new Promise<{ enclave: string; health: number }>((found, fail) => {
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', (line) => found(JSON.parse(line)));
    child.once('error', fail);
    child.once('exit', (code, signal) =>
      fail(new Error(`the host of ${operator.name} ended (${code ?? signal}): ${log.slice(-5).join('\n')}`)),
    );
  });
  ready.catch(() => undefined); // whoever waits for it sees the failure
  return { operator, process: child, ready, log };
}

/** The host's exit code; 0 means that it ended its sessions and its enclave. */
export function stopOperator({ process: child }: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((done) => {
    child.once('exit', done);
    child.kill(signal);
  });
}

/** No process outlives the one that started it, unless that one is killed. A second signal waits for none. */
export function stopOnSignal(running: readonly Running[]): void {
  let isEnding = false;
  const end = async () => {
    if (isEnding) process.exit(1);
    isEnding = true;
    await Promise.all(running.map((one) => stopOperator(one)));
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise<void>((closed) => server.close(() => closed()));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
