/** `quorate support-bundle`: one file with what helps somebody else to see what is wrong. No secret is in it: no key, no address of a provider beyond its host. */

import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readConfig, readDeployment } from '../../host/adapters/assemble.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import type { Config } from '../../host/config.ts';
import { describe, Fatal } from '../../host/errors.ts';
import { hostOf, redact } from '../../host/redact.ts';
import { CONFIG, type Command, option } from '../command.ts';
import { examineNode } from '../doctor/node.ts';

export const supportBundle: Command = {
  summary: 'write one file with what helps others to see what is wrong; no secret is in it',
  options: [CONFIG, { name: 'out', means: 'the file to write', fallback: 'support-bundle.json' }],
  run: async (options) => {
    const [config, out] = [option(options, 'config'), option(options, 'out')];
    const json = await collect(config);
    put(out, redact(JSON.stringify(json, big, 2)));
    return { json: { file: out, parts: Object.keys(json) }, text: `${out}: ${Object.keys(json).join(', ')}`, ok: true };
  },
};

async function collect(file: string) {
  const config = readConfig(file);
  return {
    made: new Date(systemClock.now()).toISOString(),
    machine: {
      node: process.version,
      system: `${process.platform} ${process.arch}`,
      memory: process.memoryUsage.rss(),
    },
    configuration: shownOf(config),
    deployment: await orWhy(async () => readDeployment(config)),
    files: filesOf(dirname(resolve(file)), config),
    readyz: await orWhy(async () => JSON.parse(await ask(config, '/readyz'))),
    metrics: await orWhy(async () => (await ask(config, '/metrics')).split('\n')),
    doctor: await orWhy(() => examineNode(file)),
  };
}

/** Options of the TEE may be anything: of its command nothing but names of options is told. */
function shownOf(config: Config) {
  const words = config.enclave.command.map((word, at) => (at === 0 || word.startsWith('--') ? nameOf(word) : '…'));
  return {
    ...config,
    chain: { ...config.chain, rpc: config.chain.rpc.map(hostOf) },
    enclave: { ...config.enclave, command: words },
  };
}

function nameOf(word: string): string {
  return word.replace(/=.*$/s, '=…');
}

function filesOf(directory: string, { dataDirectory }: Config): readonly object[] {
  return [directory, dataDirectory].flatMap((folder): readonly object[] => {
    try {
      return readdirSync(folder).map((name) => {
        const { size, mode, mtime } = statSync(join(folder, name));
        return { name: join(folder, name), size, mode: (mode & 0o777).toString(8), changed: mtime.toISOString() };
      });
    } catch (error) {
      return [{ name: folder, problem: describe(error) }];
    }
  });
}

/** An answer takes no longer, in milliseconds. */
const PATIENCE = 5_000;

async function ask({ health }: Config, path: string): Promise<string> {
  const host = health.host.includes(':') ? `[${health.host}]` : health.host;
  return (await fetch(`http://${host}:${health.port}${path}`, { signal: AbortSignal.timeout(PATIENCE) })).text();
}

async function orWhy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return { problem: describe(error) };
  }
}

function big(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function put(file: string, text: string): void {
  try {
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot write ${file}: ${describe(cause)}`, 'Choose another file with --out.', {
      cause,
    });
  }
}
