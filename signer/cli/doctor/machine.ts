/** What must be right on this machine before a host can work. */

import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { isReadByOthers } from '../../host/adapters/assemble.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import type { Config } from '../../host/config.ts';
import type { Check } from './examine.ts';
import { isOwnHost } from './peers.ts';

export function checksOfMachine(file: string, config: Config): readonly Check[] {
  const { dataDirectory, health, operator } = config;
  const { keyFile, gasKeyFile, secondGasKeyFile } = operator;
  const keys = new Set([keyFile, gasKeyFile, secondGasKeyFile].filter((name) => name !== null));
  return [
    {
      name: 'configuration file',
      advice: `The addresses in chain.rpc may hold keys of yours: chmod 600 ${file}`,
      run: async () => onlyForOwner(file),
    },
    ...[...keys].map((name) => ({
      name: 'key file',
      advice: 'See `quorate init`.',
      run: async () => `${readAccount(name).address} in ${name}`,
    })),
    {
      name: 'data directory',
      advice: `The store is written there: let this user write ${dataDirectory}, or choose another one.`,
      run: async () => writable(dataDirectory),
    },
    {
      name: 'port for health',
      advice: 'Stop what uses it, or choose another health.port.',
      run: async () => `${health.host}:${health.port}, ${await whoListens(config)}`,
    },
  ];
}

function onlyForOwner(file: string): string {
  if (isReadByOthers(file)) throw new Error('others may read it');
  return 'only its owner may read it';
}

/** Of what is not there yet, the place where it will be made. */
function writable(directory: string): string {
  const found = existsSync(directory) ? directory : dirname(directory);
  accessSync(found, constants.W_OK);
  return existsSync(join(directory, 'host.sqlite')) ? `${directory}, with a store` : `${directory}, empty as yet`;
}

/** Of two nodes on one machine only one can have it, and the other would be looked at in its place. */
async function whoListens(config: Config): Promise<string> {
  const { host, port } = config.health;
  try {
    await bindable(host, port);
    return 'free';
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE' || (await listenerAt(host, port)) !== 'quorate')
      throw cause;
    if (await isOwnHost(config)) return 'where this host runs';
    throw new Error('another node of Quorate answers there', { cause });
  }
}

function bindable(host: string, port: number): Promise<void> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** An answer takes no longer, in milliseconds. */
const PATIENCE = 5_000;

/** Who listens there: a host of ours, something else, nobody, or something that has not said so in time, which may be either. */
export type Listener = 'quorate' | 'other' | 'nobody' | 'silent';

export async function listenerAt(host: string, port: number, patience = PATIENCE): Promise<Listener> {
  try {
    const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    const answer = await fetch(`http://${name}:${port}/readyz`, { signal: AbortSignal.timeout(patience) });
    const said: unknown = await answer.json();
    const isOurs =
      typeof said === 'object' && said !== null && 'ready' in said && 'enclave' in said && 'reasons' in said;
    return isOurs ? 'quorate' : 'other';
  } catch (cause) {
    if ((cause as Error).name === 'TimeoutError') return 'silent';
    return ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED' ? 'nobody' : 'other';
  }
}
