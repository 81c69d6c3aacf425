/**
 * The enclave process: stdin and stdout are its only ways out, and everything nondeterministic enters here.
 *
 * A bug ends the process. It says where, and never what: a value inside an error's text could be a secret.
 */
import './closed.ts'; // before anything else of the bundle

import { randomFillSync } from 'node:crypto';
import { applyUpdate } from '../finality/applyUpdate.ts';
import { bootstrap } from '../finality/bootstrap.ts';
import { verifyState } from '../proof/verifyState.ts';
import { loadSchemeSuites } from '../protocol/ciphersuite/load.ts';
import { createEnclave } from './enclave.ts';
import { loadIdentities } from './identity.ts';
import secp256k1Wasm from './secp256k1.wasm';
import { serve } from './serve.ts';
import { openTeeChannel } from './tee/channel.ts';

const BUG_EXIT_CODE = 70;

async function main(): Promise<void> {
  const rng = (length: number) => randomFillSync(new Uint8Array(length));
  const channel = openTeeChannel((bytes) => process.stdout.write(bytes));
  const enclave = createEnclave({
    rng,
    clock: () => performance.now(),
    tee: channel.tee,
    identities: await loadIdentities(secp256k1Wasm, rng),
    suites: await loadSchemeSuites(secp256k1Wasm, rng),
    verifiers: { bootstrap, applyUpdate, verifyState },
  });
  await serve({ input: process.stdin, write, enclave, tee: channel });
}

function write(bytes: Uint8Array): Promise<void> {
  if (process.stdout.write(bytes)) return Promise.resolve();
  return new Promise((resolve) => process.stdout.once('drain', resolve));
}

function crash(error: unknown): never {
  const where = error instanceof Error ? (error.stack?.match(/^\s+at .*$/m)?.[0]?.trim() ?? 'nowhere') : 'nowhere';
  process.stderr.write(`enclave: bug: ${error instanceof Error ? error.name : typeof error} ${where}\n`);
  process.exit(BUG_EXIT_CODE);
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
process.stdout.on('error', () => process.exit(0)); // whoever listened is gone
main().then(() => process.stdout.end(() => process.exit(0)), crash);
