/** Measures key generation and signing beside @noble/curves: `npm run bench -- --json out/bench.json [--runs 7] [--quick]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFrost } from './bench/frost.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '7' },
    quick: { type: 'boolean', default: false },
  },
});

const rows = await measureFrost(Number(values.runs), values.quick);
console.table(rows);
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
