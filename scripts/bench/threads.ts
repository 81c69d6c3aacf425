/**
 * What threads would gain: 3-of-5 signatures of threshold ECDSA, all parties of one in one thread, by one thread and by two at once. No enclave
 * starts a thread (decision 64); this is the figure that the decision weighs.
 */

import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { randomBytes } from '@noble/hashes/utils.js';
import { loadEcdsaSuite } from '../../signer/protocol/ciphersuite/load.ts';
import { ourEcdsa } from './ourEcdsa.ts';
import { readSecp256k1Wasm } from './secp256k1Wasm.ts';
import { rounded } from './stopwatch.ts';

export interface ThreadsRow {
  readonly op: 'threads';
  readonly scheme: 'ecdsa-secp256k1';
  readonly t: number;
  readonly n: number;
  readonly threads: number;
  readonly signatures_per_s: number;
}

const [T, N] = [3, 5];
const SECONDS = 5;
const WARM_UP = 20;

export async function measureThreads(): Promise<readonly ThreadsRow[]> {
  const rows: ThreadsRow[] = [];
  for (const threads of [1, 2]) {
    const rates = await Promise.all(Array.from({ length: threads }, inThread));
    const total = rates.reduce((sum, rate) => sum + rate, 0);
    rows.push({ op: 'threads', scheme: 'ecdsa-secp256k1', t: T, n: N, threads, signatures_per_s: rounded(total) });
  }
  return rows;
}

function inThread(): Promise<number> {
  const worker = new Worker(new URL(import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.once('message', resolve);
  worker.once('error', reject);
  return promise;
}

async function signAsOftenAsPossible(): Promise<number> {
  const parties = ourEcdsa(await loadEcdsaSuite(readSecp256k1Wasm(), randomBytes), T, N);
  parties.setUp();
  for (let k = 0; k < WARM_UP; k++) parties.sign();
  const start = performance.now();
  let count = 0;
  for (; performance.now() - start < SECONDS * 1_000; count++) parties.sign();
  return count / ((performance.now() - start) / 1_000);
}

if (!isMainThread) parentPort?.postMessage(await signAsOftenAsPossible());
