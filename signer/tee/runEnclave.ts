/** The enclave between its host, on stdin and stdout, and what answers it as its TEE: it ends with its host, and whatever started it with it. */

import type { Tee } from '../enclave/tee/tee.ts';
import { relayToEnclave, relayToHost } from './relay.ts';
import { startEnclave } from './startEnclave.ts';

export const USAGE_EXIT_CODE = 64;
const FAILED_EXIT_CODE = 70;
/** Time for an enclave to finish the call at hand once its host is gone. */
const GRACE_MS = 2000;

/** @param name who says what goes wrong */
export function runEnclave(name: string, code: Uint8Array, tee: Tee): void {
  const { child, forgetBundle } = startEnclave(code);
  const kill = () => child.kill('SIGKILL');
  const fail = (error: unknown): never => {
    process.stderr.write(`${name}: ${words(error)}\n`);
    process.exit(FAILED_EXIT_CODE);
  };
  process.on('exit', () => {
    kill();
    forgetBundle();
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0)); // else the bundle's copy stays
  process.stdout.on('error', () => process.exit(0)); // the host is gone
  child.stdin.on('error', () => undefined); // the enclave is gone: its exit says so
  child.stderr.pipe(process.stderr);
  child.stdout.once('readable', forgetBundle);
  child.on('error', fail);

  let killedExitCode = FAILED_EXIT_CODE;
  const spoken = relayToHost({ from: child.stdout, to: child.stdin }, process.stdout, tee);
  child.on('close', (exitCode) => spoken.finally(() => process.exit(exitCode ?? killedExitCode)));
  spoken.catch(fail);
  relayToEnclave(process.stdin, child.stdin).then(() => {
    child.stdin.end();
    killedExitCode = 0; // an enclave that outlives its grace is ended as its host wished
    setTimeout(kill, GRACE_MS);
  }, fail);
}

/** Runs a program that reads its options first. */
export function orUsage(name: string, main: () => void): void {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${name}: ${words(error)}\n`);
    process.exitCode = USAGE_EXIT_CODE;
  }
}

/** @throws where an option was not given */
export function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

/** No more than a message: what a stack names is nobody's. */
function words(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
