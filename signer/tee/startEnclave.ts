/** Starts the measured bytes in the tightest sandbox that Node has: no files, no network, no child processes, no environment. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Room for 64 sessions in committees of 64 and for the nodes of two checkpoints, several times over; a runaway ends before its machine does. */
export const MAX_HEAP_MEGABYTES = 512;

export const SANDBOX_FLAGS = [
  '--permission',
  '--disable-sigusr1', // opens a debugger in any Node of the same user
  '--freeze-flags-after-init', // V8's own flags write files, and no permission binds them
  `--max-old-space-size=${MAX_HEAP_MEGABYTES}`,
  '--no-experimental-sqlite',
  '--no-experimental-ffi',
  '--no-experimental-webstorage',
  '--disallow-code-generation-from-strings',
] as const;

export type EnclaveProcess = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Removes the bundle's private copy; the enclave has read it by the time that it says anything. */
  readonly forgetBundle: () => void;
};

/** @param bundle the very bytes that were hashed: they are written to a directory of this process alone, and started from there */
export function startEnclave(bundle: Uint8Array): EnclaveProcess {
  // Mode 0700. Its real path, because the sandbox lets nobody follow a link on the way (macOS's directory for such files is one).
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'quorate-tee-')));
  const forgetBundle = () => rmSync(directory, { recursive: true, force: true });
  try {
    const file = join(directory, 'enclave.bundle.mjs');
    writeFileSync(file, bundle, { mode: 0o400, flag: 'wx' });
    const child = spawn(process.execPath, [...SANDBOX_FLAGS, file], {
      cwd: directory,
      env: {},
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return { child, forgetBundle };
  } catch (error) {
    forgetBundle();
    throw error;
  }
}
