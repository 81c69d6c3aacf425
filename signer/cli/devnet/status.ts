/** `quorate devnet status`: what of it runs and is ready. */

import { type Command, table } from '../command.ts';
import { livingOf } from './processes.ts';
import { type DevnetNode, readDevnet } from './record.ts';
import { DIRECTORY, directoryOf } from './start.ts';

const PATIENCE_MS = 5_000;

export const devnetStatus: Command = {
  summary: 'say what of the devnet runs, and what is ready',
  options: [DIRECTORY],
  run: async (options) => {
    const directory = directoryOf(options);
    const devnet = readDevnet(directory);
    if (devnet === null || livingOf(directory).supervisor === null)
      return { json: { running: false }, text: `no devnet runs in ${directory}`, ok: false };
    const block = await blockOf(devnet.rpc);
    const nodes = await Promise.all(devnet.nodes.map(readinessOf));
    const rows = nodes.map(({ name, ready, reasons }) => [name, ready ? 'ready' : 'not ready', reasons.join('; ')]);
    const text = [`chain    ${devnet.rpc}, block ${block ?? '?: it does not answer'}`, table(rows)].join('\n');
    const ok = block !== null && nodes.every(({ ready }) => ready);
    return { json: { running: true, rpc: devnet.rpc, block, nodes }, text, ok };
  },
};

async function blockOf(rpc: string): Promise<number | null> {
  const question = { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] };
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(rpc, { method: 'POST', headers, body: JSON.stringify(question) });
    return Number((answer as { result: string }).result);
  } catch {
    return null; // shown as such
  }
}

async function readinessOf({ name, operator, health }: DevnetNode) {
  try {
    const { ready, reasons } = (await ask(`${health}/readyz`)) as { ready: boolean; reasons: readonly string[] };
    return { name, operator, ready, reasons };
  } catch {
    return { name, operator, ready: false, reasons: ['its host does not answer'] };
  }
}

async function ask(url: string, request: RequestInit = {}): Promise<unknown> {
  return (await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) })).json();
}
