/**
 * A network of real processes under load: five hosts, TEEs and enclaves, 3-of-5 keys, a local chain, requests at a rate, all at once, or none.
 *
 * docs/throughput.md says what each column means. Linux only: processes are measured through /proc.
 */
import { setTimeout } from 'node:timers/promises';
import { narrator } from '../local/narrate.ts';
import { signRequests } from './network/requests.ts';
import type { BurstRow, Counted, IdleRow, NetworkRow, PerRequest, RateRow, Shape } from './network/rows.ts';
import { type Fulfilled, runLoad } from './network/runLoad.ts';
import { MEMBERS, openSite, type Site, THRESHOLD } from './network/site.ts';
import { type Spent, spending } from './network/spending.ts';
import { quantile, rounded } from './stopwatch.ts';

type Plan = {
  readonly idleSeconds: number;
  readonly rates: readonly { readonly rate: number; readonly keys: number; readonly seconds: number }[];
  readonly burst: number;
};
const WHOLE: Plan = {
  idleSeconds: 60,
  rates: [
    { rate: 1, keys: 1, seconds: 30 },
    { rate: 10, keys: 1, seconds: 30 },
    { rate: 20, keys: 1, seconds: 30 },
    { rate: 20, keys: 3, seconds: 30 },
  ],
  burst: 5_000,
};
const QUICK: Plan = {
  idleSeconds: 10,
  rates: WHOLE.rates.map((one) => ({ ...one, seconds: 6 })),
  burst: 60,
};
/** Enclaves and hosts are compiled by then. */
const WARM_UP = { requests: 20, rate: 2 };
/** Without a signature for so long, what is open counts as lost. In milliseconds. */
const PATIENCE = 60_000;
const PAUSE = 3_000;

const { step, detail } = narrator(console.log, () => performance.now());

export async function measureNetwork(quick: boolean): Promise<readonly NetworkRow[]> {
  if (process.platform !== 'linux') {
    console.warn('network: SKIPPED, for processes are measured through /proc, which only Linux has');
    return [];
  }
  step(`starting ${MEMBERS} nodes and making keys`);
  const site = await openSite();
  try {
    return await measureAll(site, quick ? QUICK : WHOLE);
  } catch (cause) {
    for (const { operator, log } of site.running) detail(`--- ${operator.name}\n${log.slice(-5).join('\n')}`);
    throw cause;
  } finally {
    await site.close();
  }
}

async function measureAll(site: Site, { idleSeconds, rates, burst }: Plan): Promise<readonly NetworkRow[]> {
  const rows: NetworkRow[] = [];
  const keep = (row: NetworkRow) => {
    detail(JSON.stringify(row));
    rows.push(row);
  };
  step('warming up');
  await fulfil(site, 1, WARM_UP.requests, WARM_UP.rate);
  step(`nothing to do for ${idleSeconds} s`);
  keep(await measureIdle(site, idleSeconds));
  for (const { rate, keys, seconds } of rates) {
    step(`${rate} requests a second of ${keys} key(s) for ${seconds} s`);
    keep(await measureRate(site, { rate, keys, seconds }));
  }
  step(`${burst} requests in one block`);
  keep(await measureBurst(site, burst));
  return rows;
}

async function measureIdle(site: Site, seconds: number): Promise<IdleRow> {
  await setTimeout(PAUSE);
  const stop = await spending(site);
  await setTimeout(seconds * 1_000);
  const { cpu, calls, rss } = await stop();
  const aMinuteAndNode = (total: number) => rounded((total / seconds) * (60 / MEMBERS));
  return {
    op: 'network-idle',
    ...shapeOf(site.keys.length),
    seconds,
    rpc_calls_per_minute_and_node: aMinuteAndNode(calls),
    cpu_ms_per_minute_and_node: {
      host: aMinuteAndNode(cpu.host),
      tee: aMinuteAndNode(cpu.tee),
      enclave: aMinuteAndNode(cpu.enclave),
    },
    rss_mb: rss,
  };
}

async function measureRate(
  site: Site,
  { rate, keys, seconds }: { readonly rate: number; readonly keys: number; readonly seconds: number },
): Promise<RateRow> {
  const { fulfilled, spent } = await fulfil(site, keys, rate * seconds, rate);
  const within = (part: number) => Math.round(quantile(fulfilled.latencies, part));
  return {
    op: 'network',
    ...shapeOf(keys),
    rate,
    seconds: rounded(fulfilled.sendingSeconds),
    ...countsOf(fulfilled),
    p50_ms: within(0.5),
    p95_ms: within(0.95),
    p99_ms: within(0.99),
    ...perRequest(fulfilled, spent),
  };
}

async function measureBurst(site: Site, requests: number): Promise<BurstRow> {
  const { fulfilled, spent } = await fulfil(site, 1, requests, 'one block');
  const seconds = rounded(Math.max(0, ...fulfilled.latencies) / 1_000);
  return {
    op: 'network-burst',
    ...shapeOf(1),
    seconds,
    ...countsOf(fulfilled),
    ...perRequest(fulfilled, spent),
  };
}

/** What `requests` cost, from the first one sent to the last signature seen. */
async function fulfil(site: Site, keys: number, requests: number, rate: number | 'one block') {
  const signed = await signRequests(site, site.keys.slice(0, keys), requests);
  await setTimeout(PAUSE);
  const stop = await spending(site);
  const fulfilled = await runLoad(site, { ...signed, rate, patience: PATIENCE });
  return { fulfilled, spent: await stop() };
}

function shapeOf(keys: number): Shape {
  return { scheme: 'bip340', t: THRESHOLD, n: MEMBERS, keys };
}

function countsOf({ sent, latencies }: Fulfilled): Counted {
  return { sent, done: latencies.length, lost: sent - latencies.length };
}

/** The load's own calls are no host's. */
function perRequest({ latencies, calls, cpu: load }: Fulfilled, spent: Spent): PerRequest {
  const each = (total: number | null) =>
    total === null || latencies.length === 0 ? null : rounded(total / latencies.length);
  const { host, tee, enclave, chain } = spent.cpu;
  return {
    cpu_ms_per_request: each(host + tee + enclave),
    cpu_ms: { host: each(host), tee: each(tee), enclave: each(enclave), chain: each(chain), load: each(load) },
    rpc_calls_per_request: each(spent.calls - calls),
    bytes_per_request: each(spent.bytes),
    rss_mb: spent.rss,
  };
}
