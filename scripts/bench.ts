/** Measures key generation and signing beside @noble/curves: `npm run bench -- --json out/bench.json [--runs 9] [--quick]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFrost } from './bench/frost.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    runs: { type: 'string', default: '9' },
    quick: { type: 'boolean', default: false },
  },
});
const results = await measureFrost(Number(values.runs), values.quick);
console.table(results);
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
