/** Measures key generation and signing, Schnorr beside @noble/curves and ECDSA alone: `npm run bench -- --json out/bench.json [--runs 7] [--quick] [--only frost|ecdsa]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureEcdsa } from './bench/ecdsa.ts';
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
const frost = values.only === 'ecdsa' ? [] : await measureFrost(runs, values.quick);
const ecdsa = values.only === 'frost' ? [] : await measureEcdsa(runs, values.quick);
for (const table of [frost, ecdsa]) if (table.length > 0) console.table(table);
const rows = [...frost, ...ecdsa];
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
