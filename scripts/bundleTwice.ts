/**
 * Builds each program of a node twice, here and from a copy of the sources in a directory of another name, and says whether the bytes are the same:
 *   node scripts/bootstrap.mjs scripts/bundleTwice.ts
 *
 * What a vote admits is the hash of such a file, or of an image that holds it: whoever checks it has to get the same. Exit code 1 where one differs.
 */

import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from './bundle.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export type Twice = { readonly name: string; readonly here: string; readonly elsewhere: string };

/** By program, the SHA-256 of both. */
export async function bundleTwice(): Promise<readonly Twice[]> {
  const directory = mkdtempSync(join(tmpdir(), 'quorate-twice-'));
  try {
    const copy = copyTo(join(directory, 'a directory of another name'));
    const built: Twice[] = [];
    for (const [name, build] of Object.entries(PROGRAMS))
      built.push({ name, here: (await build(ROOT)).image, elsewhere: (await build(copy)).image });
    return built;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What bundling reads; packages are the same ones. */
function copyTo(where: string): string {
  for (const name of ['signer', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(where, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(where, 'node_modules'));
  return where;
}

if (import.meta.main) {
  const built = await bundleTwice();
  for (const { name, here, elsewhere } of built)
    console.log(here === elsewhere ? `same      ${here}  ${name}` : `DIFFERENT ${here}  ${elsewhere}  ${name}`);
  process.exitCode = built.every(({ here, elsewhere }) => here === elsewhere) ? 0 : 1;
}
