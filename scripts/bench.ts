/**
 * Measures key generation and signing beside @noble/curves, and verification of evidence:
 * `npm run bench -- --json out/bench.json [--runs 7] [--quick] [--only frost | evidence]`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { measureEvidence } from './bench/evidence.ts';
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
const frost = values.only === 'evidence' ? [] : await measureFrost(runs, values.quick);
const evidence = values.only === 'frost' ? [] : measureEvidence(runs);
for (const rows of [frost, evidence]) if (rows.length > 0) console.table(rows);
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify([...frost, ...evidence], null, 2)}\n`);
}
