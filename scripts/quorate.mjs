#!/usr/bin/env node
// `npx quorate <command>`: sets the project up if need be, then hands over to signer/cli/main.ts under the project's own Node.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './bootstrap.mjs';

const main = fileURLToPath(new URL('../signer/cli/main.ts', import.meta.url));

if (existsSync(main)) {
  process.exitCode = await run(main, process.argv.slice(2));
} else {
  console.error('quorate: this checkout has no command line yet (signer/cli/main.ts is missing).');
  process.exitCode = 1;
}
