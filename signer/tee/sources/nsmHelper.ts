/** The security module through a program that makes the ioctl: one process an exchange, with an end to patience and to size. */

import { type ChildProcess, spawn } from 'node:child_process';
import { MOST_NSM_REQUEST, MOST_NSM_RESPONSE, type NsmRequest } from './nsm.ts';
import { SourceFailed } from './source.ts';

const PATIENCE_MS = 10_000;

/** @param command program and arguments: no shell reads them */
export function nsmHelper(command: readonly string[], patience: number = PATIENCE_MS): NsmRequest {
  const [program, ...args] = command;
  if (program === undefined) throw new Error('the helper has no name');
  return (request) => exchange(program, args, request, patience);
}

function exchange(
  program: string,
  args: readonly string[],
  request: Uint8Array,
  patience: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (request.length > MOST_NSM_REQUEST)
      return reject(new SourceFailed('SOURCE_TOO_LARGE', `a request of ${request.length} bytes`));
    const child = started(program, args);
    const chunks: Buffer[] = [];
    let length = 0;
    // At once: whatever the program has started may hold its output open for ever.
    const fail = (error: SourceFailed) => {
      clearTimeout(timer);
      reject(error);
      child.kill('SIGKILL');
      child.stdout?.destroy();
    };
    const timer = setTimeout(() => fail(new SourceFailed('SOURCE_TIMEOUT', `${program}: ${patience} ms`)), patience);
    child.on('error', (cause) => fail(unreachable(program, cause)));
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_NSM_RESPONSE)
        fail(new SourceFailed('SOURCE_TOO_LARGE', `${program}: over ${MOST_NSM_RESPONSE} bytes`));
      else chunks.push(chunk);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code !== 0) reject(new SourceFailed('SOURCE_REFUSED', `${program} ended with ${code}`));
      else resolve(new Uint8Array(Buffer.concat(chunks)));
    });
    child.stdin?.on('error', () => undefined); // its exit says why
    child.stdin?.end(request);
  });
}

/** Without streams where the system had none left: an error event follows. */
function started(program: string, args: readonly string[]): ChildProcess {
  try {
    return spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: {} });
  } catch (cause) {
    throw unreachable(program, cause as Error);
  }
}

function unreachable(program: string, cause: Error): SourceFailed {
  return new SourceFailed('SOURCE_UNREACHABLE', `${program}: ${cause.message}`, { cause });
}
