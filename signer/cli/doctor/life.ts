/** What a host would say of its data directory, or says: whether the identity that is in it is the one that the chain has. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Hex } from '../../formats/hex.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import type { Connection } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../host/chain/abi.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import type { Readiness } from '../../host/host.ts';
import { LIVES, livesOf, OLD } from '../../host/life/otherLives.ts';
import { otherIdentity } from '../../host/life/startEnclave.ts';
import type { Check } from './examine.ts';
import { isOwnHost } from './peers.ts';

export function checkOfHost(config: Config): Check {
  return {
    name: 'running host',
    advice: 'docs/operators.md, "Looking after it", says for each what to do.',
    run: () => running(config),
  };
}

export function checkOfIdentity({ rpc }: Connection, config: Config, deployment: Deployment): Check {
  return {
    name: 'identity',
    advice: 'Stop the other copy, or wait for finality if this directory was restored on purpose.',
    run: async () => {
      const { address } = readAccount(config.operator.keyFile);
      const registry = deployment.enclaveRegistry;
      const id = await view(rpc, registry, ENCLAVE_REGISTRY_ABI, 'enclaveOf', [address]);
      if (BigInt(id) === 0n) return 'no enclave of this operator is registered; its host registers it';
      const { bootNonce } = await view(rpc, registry, ENCLAVE_REGISTRY_ABI, 'enclave', [id]);
      return identity(config, { operator: address, id, bootNonce });
    },
  };
}

async function running(config: Config): Promise<string> {
  if (!(await isOwnHost(config))) return 'none of this node: nothing was asked';
  const { host, port } = config.health;
  const { ready, reasons } = await readiness(host, port);
  if (!ready) throw new Error(`not ready: ${reasons.join('; ')}`);
  return 'ready';
}

/** An answer takes no longer, in milliseconds. */
const PATIENCE = 2_000;

async function readiness(host: string, port: number): Promise<Readiness> {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  const answer = await fetch(`http://${name}:${port}/readyz`, { signal: AbortSignal.timeout(PATIENCE) });
  return (await answer.json()) as Readiness;
}

type Registered = { readonly operator: Hex; readonly id: Hex; readonly bootNonce: Hex };

/** As `run` would find it; of a directory that a host has open, that host knows more. */
async function identity(config: Config, { operator, id, bootNonce }: Registered): Promise<string> {
  const file = join(config.dataDirectory, 'host.sqlite');
  if (!existsSync(file)) {
    if (config.replaceIdentity) return `a new enclave is to take the place of ${id}`;
    throw otherIdentity(operator, id, null);
  }
  if (await isOwnHost(config)) return `enclave ${id}, of the host that runs`;
  const lives = livesIn(file);
  if (lives !== null && BigInt(bootNonce) !== 0n && !lives.has(bootNonce)) throw new Error(OLD);
  return `enclave ${id}`;
}

/** Null where nothing can be told: a store from before lives were remembered, or one that another process has open. */
function livesIn(file: string): ReadonlySet<string> | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const found = database.prepare('SELECT value FROM facts WHERE name = ?').get(LIVES);
    return typeof found?.value === 'string' ? livesOf(found.value) : null;
  } catch {
    return null; // `run` says why it cannot be used
  } finally {
    database?.close();
  }
}
