/**
 * Measures key generation and signing beside @noble/curves, and the light client:
 * `npm run bench -- --json out/bench.json [--runs 7] [--quick] [--only frost | finality]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFinality } from './bench/finality.ts';
import { measureFrost } from './bench/frost.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});

const runs = Number(values.runs);
const frost = values.only === 'finality' ? [] : await measureFrost(runs, values.quick);
const finality = values.only === 'frost' ? [] : measureFinality(runs);
for (const table of [frost, finality]) if (table.length > 0) console.table(table);
const rows = [...frost, ...finality];
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
