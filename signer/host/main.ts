/** Runs one host until SIGTERM: `node signer/host/main.ts --config <file>`. Logs on stderr; one JSON line on stdout when it is ready. */

import { parseArgs } from 'node:util';
import { assemble } from './adapters/assemble.ts';
import { serveHealth } from './adapters/healthServer.ts';
import { systemClock } from './adapters/systemClock.ts';
import { describe, Fatal } from './errors.ts';
import { createHost, type Host } from './host.ts';

/** Exit codes: 0 stopped, 1 a bug, 64 something that the operator must mend. */
const BUG = 1;
const OPERATOR = 64;
/** Polls without a tick after which /livez fails. */
const PATIENCE = 10;

async function run(file: string): Promise<void> {
  const { config, ports, deployment, settings } = assemble(file);
  const host = createHost(ports, deployment, settings);
  const longest = PATIENCE * (settings.times.poll + settings.times.attempt);
  const health = await serveHealth(config.health, {
    isAlive: () => systemClock.now() - host.lastTick() < longest,
    readiness: host.readiness,
    metrics: ports.metrics.render,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => stopWithin(host, 2 * settings.times.grace));
  await host.start();
  announceWhenReady(host, { health: health.port, peers: ports.peers.port(), operator: ports.wallet.operator });
  try {
    await host.ended;
  } finally {
    await ports.enclave.stop();
    await health.close();
  }
}

/** Nothing that is lost by leaving early cannot be found again after a restart. */
function stopWithin(host: Host, milliseconds: number): void {
  systemClock.after(milliseconds, () => process.exit(0));
  void host.stop();
}

/** One line: {"ready":true,"enclave":…,"health":port,"peers":port}. */
function announceWhenReady(host: Host, facts: Readonly<Record<string, string | number>>): void {
  const look = () => {
    const { ready, enclave } = host.readiness();
    if (ready) process.stdout.write(`${JSON.stringify({ ready, enclave, ...facts })}\n`);
    else stopLooking = systemClock.after(100, look);
  };
  let stopLooking = systemClock.after(100, look);
  void host.ended.then(
    () => stopLooking(),
    () => stopLooking(),
  );
}

const { values } = parseArgs({ options: { config: { type: 'string' } } });
try {
  if (values.config === undefined)
    throw new Fatal('CONFIG_INVALID', 'no configuration file given', 'Run it with --config <file>.');
  await run(values.config);
  process.exitCode = 0;
} catch (error) {
  const advice =
    error instanceof Fatal ? { code: error.code, advice: error.advice } : { stack: (error as Error).stack ?? '' };
  process.stderr.write(`${JSON.stringify({ level: 'error', message: describe(error), ...advice })}\n`);
  process.exitCode = error instanceof Fatal ? OPERATOR : BUG;
}
process.exit();
