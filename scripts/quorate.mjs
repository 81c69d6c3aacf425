#!/usr/bin/env node
// `npx quorate <command>`: sets the project up if need be, then hands over to signer/cli/main.ts under the project's own Node; `run` to
// the bundled host, which lives for months in half of the memory.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './bootstrap.mjs';
import { HOST, hostWords, isHostCurrent } from './hostProgram.mjs';

const main = fileURLToPath(new URL('../signer/cli/main.ts', import.meta.url));
const bundle = fileURLToPath(new URL('bundle.ts', import.meta.url));

async function quorate(words) {
  const ofHost = hostWords(words);
  if (ofHost === null) return run(main, words);
  const built = isHostCurrent() ? 0 : await run(bundle, ['build', 'host.mjs']);
  // SIGUSR1 opens a debugger in any Node of the same user.
  return built === 0 ? run('node', ['--disable-sigusr1', HOST, ...ofHost]) : built;
}

if (existsSync(main)) {
  process.exitCode = await quorate(process.argv.slice(2));
} else {
  console.error('quorate: this checkout has no command line yet (signer/cli/main.ts is missing).');
  process.exitCode = 1;
}
