/** What must be right on this machine before a host can work. */

import { createServer } from 'node:net';
import { isReadByOthers } from '../host/adapters/assemble.ts';
import { readAccount } from '../host/adapters/keyFileWallet.ts';
import type { Config } from '../host/config.ts';
import type { Check } from './examine.ts';

export function checksOfMachine(file: string, { peers, health, operator }: Config): readonly Check[] {
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
    freePort('peers', peers),
    freePort('health', health),
  ];
}

function onlyForOwner(file: string): string {
  if (isReadByOthers(file)) throw new Error('others may read it');
  return 'only its owner may read it';
}

function freePort(what: string, { host, port }: Config['health']): Check {
  return {
    name: `port for ${what}`,
    advice: 'Stop what uses it, unless that is this very host, or choose another one.',
    run: async () => `${host}:${await bindable(host, port)}`,
  };
}

function bindable(host: string, port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => server.close(() => resolve(port)));
  });
}
