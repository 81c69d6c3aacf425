/** Runs one host until SIGTERM: `node signer/host/main.ts --config <file>`. Logs on stderr; one JSON line on stdout when it is ready. */

import { parseArgs } from 'node:util';
import { runHost } from './adapters/runHost.ts';
import { describe, Fatal } from './errors.ts';
import { redact } from './redact.ts';

/** Exit codes: 0 stopped, 1 a bug, 64 something that the operator must mend. */
const BUG = 1;
const OPERATOR = 64;

const { values } = parseArgs({ options: { config: { type: 'string' } } });
try {
  if (values.config === undefined)
    throw new Fatal('CONFIG_INVALID', 'no configuration file given', 'Run it with --config <file>.');
  await runHost(values.config);
  process.exitCode = 0;
} catch (error) {
  const advice =
    error instanceof Fatal ? { code: error.code, advice: error.advice } : { stack: (error as Error).stack ?? '' };
  process.stderr.write(`${redact(JSON.stringify({ level: 'error', message: describe(error), ...advice }))}\n`);
  process.exitCode = error instanceof Fatal ? OPERATOR : BUG;
}
process.exit();
