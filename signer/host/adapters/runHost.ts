/** A host as a process: everything real, until SIGTERM or SIGINT. */

import { createHost, type Host } from '../host.ts';
import { assemble } from './assemble.ts';
import { serveHealth } from './healthServer.ts';
import { systemClock } from './systemClock.ts';

/** Polls without a tick after which /livez fails. */
const PATIENCE = 10;

/** Resolves when the host has stopped. @throws Fatal */
export async function runHost(file: string): Promise<void> {
  const { config, ports, deployment, settings } = assemble(file);
  const host = createHost(ports, deployment, settings);
  const longest = PATIENCE * (settings.times.poll + settings.times.session);
  const health = await serveHealth(config.health, {
    isAlive: () => systemClock.now() - host.lastTick() < longest,
    readiness: host.readiness,
    metrics: ports.metrics.render,
  });
  // The terminal and a launcher may both pass on one Ctrl-C: whatever comes after the first is taken for the same.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => stopWithin(host, 2 * settings.times.grace));
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
