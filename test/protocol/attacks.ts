/** Every known attack on sharing (S), FROST (F), ECDSA (E), OT (O), transcript and platform (T) has a test, or a reason why not yet. */
import { deepEqual } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tested } from './attacks/attack.ts';
import './attacks/ecdsa.ts';
import './attacks/frost.ts';
import './attacks/ot.ts';
import './attacks/sharing.ts';
import './attacks/transcript.ts';

const TABLE = join(import.meta.dirname, '../../../shared/PROTOCOLS.md');

/** As of the table of 2026-11-22; where the table is there, it is read instead. */
const ROWS = [...range(1, 16), ...range(23, 49)];

/** Rows of parts that are not built. */
const LATER: Readonly<Record<string, string>> = { A49: 'there are no BLS keys yet' };

describe('the table of attacks', () => {
  it('has a test in every row', () => {
    const rows = existsSync(TABLE) ? rowsOf(readFileSync(TABLE, 'utf8')) : ROWS;
    deepEqual(
      rows.filter((row) => !tested.has(row) && !LATER[row]),
      [],
    );
  });

  it('has no test without a row', () => {
    deepEqual(
      [...tested].filter((row) => !ROWS.includes(row)),
      [],
    );
  });
});

function rowsOf(table: string): string[] {
  return [...table.matchAll(/^\| (A\d+)-([SFEOT]) \|/gm)].map(([, row]) => row!);
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, k) => `A${String(first + k).padStart(2, '0')}`);
}
