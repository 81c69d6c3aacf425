/**
 * The load, a process of its own: `node scripts/bench/network/load.ts <file>`. Sends transactions as they were signed, one after the other,
 * sees requests and signatures come by over a subscription, and prints what it saw.
 */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { connect, type Notice, type Rpc } from './rpc.ts';

export type Load = {
  readonly url: string;
  readonly contract: string;
  /** topics of the two events */
  readonly requested: string;
  readonly fulfilled: string;
  /** raw, in the order of their nonces */
  readonly transactions: readonly string[];
  /** hex: what all of them may use together */
  readonly gas: string;
  /** a second, whatever becomes of those before; or all at once */
  readonly rate: number | 'one block';
  /** Without a signature for so many milliseconds, nothing more is waited for. */
  readonly patience: number;
};
export type Fulfilled = {
  readonly sent: number;
  readonly sendingSeconds: number;
  /** milliseconds from a request's block to its signatures, both as they are seen here */
  readonly latencies: readonly number[];
  /** of this process alone */
  readonly calls: number;
  readonly cpu: number;
};

const USUAL_GAS = '0x3938700';
const PAUSE = 50;

async function run(load: Load): Promise<Fulfilled> {
  const watched = watch(load);
  const rpc = await connect(load.url, watched.see);
  await rpc.call('eth_subscribe', ['logs', { address: load.contract }]);
  const sendingSeconds = load.rate === 'one block' ? await sendAtOnce(load, rpc) : await sendAt(load.rate, load, rpc);
  await watched.quiet();
  rpc.close();
  const { user, system } = process.cpuUsage();
  return {
    sent: load.transactions.length,
    sendingSeconds,
    latencies: watched.latencies,
    calls: rpc.calls(),
    cpu: (user + system) / 1_000,
  };
}

/** Each at its time; what the chain holds up follows at once. */
async function sendAt(rate: number, { transactions }: Load, rpc: Rpc): Promise<number> {
  const start = performance.now();
  for (const [at, raw] of transactions.entries()) {
    const wait = start + (at * 1_000) / rate - performance.now();
    if (wait > 0) await setTimeout(wait);
    await rpc.call('eth_sendRawTransaction', [raw]);
  }
  return (performance.now() - start) / 1_000;
}

/** No block is made until all wait, and then one that holds them all. */
async function sendAtOnce({ transactions, gas }: Load, rpc: Rpc): Promise<number> {
  await rpc.call('evm_setAutomine', [false]);
  await rpc.call('evm_setBlockGasLimit', [gas]);
  for (const raw of transactions) await rpc.call('eth_sendRawTransaction', [raw]);
  const start = performance.now();
  await rpc.call('evm_mine', []);
  const seconds = (performance.now() - start) / 1_000;
  await rpc.call('evm_setBlockGasLimit', [USUAL_GAS]);
  await rpc.call('evm_setAutomine', [true]);
  return seconds;
}

function watch({ transactions, requested, fulfilled, patience }: Load) {
  const open = new Map<string, number>();
  const latencies: number[] = [];
  let last = 0;
  const see = ({ topics: [event, id] }: Notice) => {
    const now = performance.now();
    if (id === undefined) return;
    if (event === requested) open.set(id, now);
    const since = event === fulfilled ? open.get(id) : undefined;
    if (since === undefined) return;
    open.delete(id);
    latencies.push(now - since);
    last = now;
  };
  const quiet = async () => {
    const sent = performance.now();
    while (latencies.length < transactions.length && performance.now() - Math.max(sent, last) < patience)
      await setTimeout(PAUSE);
  };
  return { latencies, see, quiet };
}

const [, , file = ''] = process.argv;
process.stdout.write(JSON.stringify(await run(JSON.parse(readFileSync(file, 'utf8')) as Load)));
