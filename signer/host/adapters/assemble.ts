/** A host with everything real: from a configuration file to the ports of its core. */

import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Deployment, parseDeployment } from '../chain/deployment.ts';
import { askAnew } from '../chain/scan.ts';
import { type Config, parseConfig } from '../config.ts';
import { describe, Fatal } from '../errors.ts';
import type { Ports } from '../host.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { createProblems } from '../problems.ts';
import { hostOf } from '../redact.ts';
import type { Settings } from '../settings.ts';
import { type Certificate, isPair, tlsKeyOf } from './certificate.ts';
import { createEnclaveProcess } from './enclaveProcess.ts';
import { createWallet } from './keyFileWallet.ts';
import { makeFolder } from './makeFolder.ts';
import { openBeacon, openChain } from './openChain.ts';
import { createPcs } from './pcs.ts';
import { openStore } from './sqliteStore.ts';
import { systemClock } from './systemClock.ts';
import { createWebSocketPeers, type WebSocketPeers } from './websocketPeers.ts';

export type Assembled = {
  readonly config: Config;
  readonly ports: Ports & { readonly peers: WebSocketPeers };
  /** where the providers say what is wrong with them */
  readonly deployment: Deployment;
  readonly settings: Settings;
};

export function readConfig(file: string): Config {
  return parseConfig(readText(file, 'configuration file'), dirname(resolve(file)));
}

/** Addresses of providers hold keys of their customers. */
export function isReadByOthers(file: string): boolean {
  return (statSync(file).mode & 0o077) !== 0;
}

export function readDeployment(config: Config): Deployment {
  const configuration = readBytes(config.enclave.configurationFile, 'enclave configuration');
  return parseDeployment(configuration, readText(config.chain.deploymentFile, 'record of the deployment'));
}

export function assemble(file: string): Assembled {
  const config = readConfig(file);
  const deployment = readDeployment(config);
  const certificate = readCertificate(config);
  const log = createLog((line) => process.stderr.write(line), systemClock.now, config.log);
  const metrics = createMetrics();
  const problems = createProblems();
  const surroundings = { clock: systemClock, log, metrics };
  for (const secret of [file, config.peers.keyFile])
    if (isReadByOthers(secret)) log('warn', 'others may read this file: chmod 600', { file: secret });
  makeDataDirectory(config.dataDirectory);
  const { keyFile, gasKeyFile, secondGasKeyFile } = config.operator;
  const gasKeyFiles = secondGasKeyFile === null ? [gasKeyFile] : [gasKeyFile, secondGasKeyFile];
  const wallet = createWallet(deployment, keyFile, ...gasKeyFiles);
  const store = openStore(join(config.dataDirectory, 'host.sqlite'));
  askAnew(store, config.chain.rpc.map(hostOf));
  const ports = {
    ...surroundings,
    problems,
    wallet,
    chain: openChain(config.chain.rpc, deployment, { ...surroundings, problems }),
    beacon: openBeacon(config.chain.beacon, deployment, { ...surroundings, problems }),
    pcs: createPcs(config.enclave.collateral, systemClock, config.times.poll),
    store,
    peers: createWebSocketPeers(config.peers, certificate, surroundings),
    enclave: createEnclaveProcess(config.enclave.command, dirname(resolve(file)), log),
  };
  return { config, ports, deployment, settings: settingsOf(config, tlsKeyOf(certificate.cert)) };
}

function settingsOf(config: Config, tlsKey: `0x${string}`): Settings {
  const { operator, peers, chain, replaceIdentity, times, concurrency, fees } = config;
  const scan = {
    startBlock: chain.startBlock,
    chunkBlocks: 2_000,
    overlapBlocks: 32,
    sweepMillis: 600_000,
    sweepBlocks: 7_200,
  };
  const { region } = operator;
  const { endpoint } = peers;
  const { checkpoint } = chain;
  return { region, endpoint, tlsKey, replaceIdentity, scan, times, concurrency, fees, checkpoint };
}

export function readCertificate({ peers }: Pick<Config, 'peers'>): Certificate {
  const certificate = { cert: readText(peers.certFile, 'TLS certificate'), key: readText(peers.keyFile, 'TLS key') };
  if (isPair(certificate)) return certificate;
  const detail = `${peers.certFile} and ${peers.keyFile} are no certificate and its key`;
  throw new Fatal('CONFIG_INVALID', detail, 'Put the two files there that `quorate init` made together.');
}

function makeDataDirectory(directory: string): void {
  try {
    makeFolder(directory, 0o700);
  } catch (cause) {
    const detail = `cannot make the data directory ${directory}: ${describe(cause)}`;
    throw new Fatal('CONFIG_INVALID', detail, 'Correct dataDirectory in the configuration file.', { cause });
  }
}

export function readText(file: string, what: string): string {
  return readBytes(file, what).toString('utf8');
}

function readBytes(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const detail = `cannot read the ${what} ${file}: ${(cause as Error).message}`;
    throw new Fatal(
      'CONFIG_INVALID',
      detail,
      `Put it there, or correct its path; \`quorate init\` writes a complete configuration.`,
      { cause },
    );
  }
}
