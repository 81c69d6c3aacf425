/** The command line, as a process of its own. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const MAIN = join(import.meta.dirname, '../../../signer/cli/main.ts');
export type Said = { readonly code: number | null; readonly out: string; readonly error: string };

export function quorate(...words: string[]): Promise<Said> {
  return quorateIn(process.cwd(), ...words);
}

export function quorateIn(folder: string, ...words: string[]): Promise<Said> {
  const child = spawn(process.execPath, [MAIN, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.error += chunk;
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
}
