/**
 * A devnet is this process and the hosts that it starts: chain, DAO, operators, keys. `quorate devnet` starts it and hears through IPC how far
 * it is. It ends on SIGTERM, and with the command while that waits for it; hosts end with it, however it ends.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Saying } from '../../signer/cli/devnet/record.ts';
import { describe } from '../../signer/host/errors.ts';

const ROOT = join(import.meta.dirname, '../..');
const ADVICE = 'Its log and those of the nodes are in its folder.';

const say = (saying: Saying) => process.connected && process.send?.(saying);
const { values } = parseArgs({
  options: {
    directory: { type: 'string', default: '' },
    mode: { type: 'string', default: 'stays' },
    operators: { type: 'string', default: '5' },
    threshold: { type: 'string', default: '4' },
    port: { type: 'string', default: '8545' },
    'block-time': { type: 'string', default: '2' },
  },
});

let close = async (): Promise<void> => undefined;
let isEnding = false;
async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  await close();
  process.exit(code);
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end(0));
const endWithCommand = () => void end(0);
process.on('disconnect', endWithCommand);

async function main(): Promise<void> {
  if (!isBuilt()) {
    say({ step: 'Compiling the contracts: half a minute or so, the first time only' });
    await build();
  }
  const { raise } = await import('./raise.ts'); // stands on what was built
  const raised = raise({
    directory: values.directory.replace(/\/$/, ''),
    operators: Number(values.operators),
    threshold: Number(values.threshold),
    port: Number(values.port),
    blockSeconds: Number(values['block-time']),
    step: (step) => say({ step }),
  });
  close = raised.close;
  say({ ready: await raised.ready });
  if (values.mode !== 'leaves') return;
  process.off('disconnect', endWithCommand);
  process.disconnect?.();
}

/** All that the compiler made is newer than all that it read. */
function isBuilt(): boolean {
  const made = join(ROOT, 'cache', 'compile-cache.json');
  if (!existsSync(made) || !existsSync(join(ROOT, 'types'))) return false;
  const sources = readdirSync(join(ROOT, 'contracts'), { recursive: true, encoding: 'utf8' });
  return sources.every((name) => statSync(join(ROOT, 'contracts', name)).mtimeMs < statSync(made).mtimeMs);
}

/** It can be interrupted, as all else. */
async function build(): Promise<void> {
  const script = join(ROOT, 'scripts', 'contracts', 'build.ts');
  const compiler = spawn(process.execPath, [script], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  close = async () => void compiler.kill();
  const [code] = await once(compiler, 'exit');
  if (code !== 0) throw new Error('the contracts do not compile');
}

process.chdir(ROOT); // Hardhat looks for its configuration there
try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  say({ failed: describe(error), advice: ADVICE });
  await end(1);
}
