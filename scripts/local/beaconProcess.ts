/** The development beacon beside a local chain: a process of its own, gone with the one that started it. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export type BeaconProcess = { readonly url: string; readonly close: () => Promise<void> };

const MAIN = fileURLToPath(new URL('beacon/main.ts', import.meta.url));
const PATIENCE = 20_000;

/** Of the configuration that `developmentConfig()` is. @param rpc of the chain that it follows */
export async function startBeaconProcess(rpc: string): Promise<BeaconProcess> {
  const child = spawn(process.execPath, ['--disable-sigusr1', MAIN, '--rpc', rpc], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((found, fail) => {
    createInterface({ input: child.stdout }).once('line', found);
    child.once('error', fail);
    child.once('exit', (code, signal) => fail(new Error(`the development beacon ended (${code ?? signal})`)));
  });
  return {
    url,
    close: () => {
      child.stdin.end(); // it ends with its input
      return gone;
    },
  };
}

/** Root of the newest final block: what an enclave may start from. */
export async function checkpointOf(beacon: string): Promise<string> {
  let root: string | null = null;
  await until('the development beacon calls a block final', PATIENCE, async () => {
    const response = await fetch(`${beacon}/eth/v1/beacon/headers/finalized`);
    if (response.status !== 200) return false;
    root = ((await response.json()) as { readonly data: { readonly root: string } }).data.root;
    return true;
  });
  if (root === null) throw new Error('no block is final');
  return root;
}
