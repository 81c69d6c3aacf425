/**
 * Measures what nodes and auditors wait for, beside a peer where there is one:
 * `npm run bench -- --json out/bench.json [--runs 7] [--quick] [--only frost | ecdsa | finality | proof | evidence | threads | network]`.
 * `threads` takes both cores. `network` takes minutes, both cores and a build (`npm run build`), so it runs only where it is asked for.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureEcdsa } from './bench/ecdsa.ts';
import { measureEvidence } from './bench/evidence.ts';
import { measureFinality } from './bench/finality.ts';
import { measureFrost } from './bench/frost.ts';
import { measureProofs } from './bench/proof.ts';
import { measureThreads } from './bench/threads.ts';

type Row = object;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const runs = Number(values.runs);

const measures: Readonly<Record<string, () => readonly Row[] | Promise<readonly Row[]>>> = {
  frost: () => measureFrost(runs, values.quick),
  ecdsa: () => measureEcdsa(runs, values.quick),
  finality: () => measureFinality(runs),
  proof: () => measureProofs(runs),
  evidence: () => measureEvidence(runs),
  threads: () => measureThreads(),
  // loaded when asked for, as it needs compiled contracts
  network: async () => (await import('./bench/network.ts')).measureNetwork(values.quick),
};
const ON_DEMAND = new Set(['network', 'threads']);

const { only } = values;
if (only !== undefined && measures[only] === undefined)
  throw new Error(`--only takes one of ${Object.keys(measures).join(', ')}`);

const rows: Row[] = [];
for (const [name, measure] of Object.entries(measures)) {
  if (only === undefined ? ON_DEMAND.has(name) : only !== name) continue;
  const table = await measure();
  if (table.length > 0) console.table(table);
  rows.push(...table);
}
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
