/** Runs one tool of the project to its end. */

import { spawn } from 'node:child_process';

export type Ended = { readonly code: number | 'timeout'; readonly output: string };

export function runTool(
  cwd: string,
  [command, ...args]: readonly [string, ...string[]],
  ms: number,
  added: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const env = { ...process.env, ...added };
  const options = { cwd, env, timeout: ms, killSignal: 'SIGKILL' } as const;
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  return new Promise((done, fail) => {
    child.on('error', (cause) => fail(new Error(`cannot run ${command}`, { cause })));
    child.on('close', (code) => done({ code: code ?? 'timeout', output }));
  });
}
