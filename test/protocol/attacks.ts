/** Every known attack on sharing (S), FROST (F), ECDSA (E), OT (O), transcript and platform (T) has a test, or a reason why not yet. */
import { deepEqual, equal } from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE, titlesIn, withTable } from '../../scripts/docs/attacks.ts';
import { tested } from './attacks/attack.ts';
import { ECDSA_ROWS } from './attacks/rows.ts';
import './attacks/copies.ts';
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

describe('the page of threshold ECDSA', () => {
  it('names every test of every row as the tests do: run scripts/docs/attacks.ts', () => {
    const page = readFileSync(PAGE, 'utf8');
    equal(withTable(page), page);
  });

  it('has every row of ECDSA (E), OT (O), sharing (S) and transcripts (T), but for what there is not', () => {
    const rows = existsSync(TABLE)
      ? rowsOf(readFileSync(TABLE, 'utf8'), 'SEOT')
      : ROWS.filter((row) => !isOfFrost(row));
    deepEqual(
      rows.filter((row) => !ECDSA_ROWS[row] && !LATER[row]),
      [],
    );
    deepEqual(
      Object.keys(ECDSA_ROWS).filter((row) => !tested.has(row)),
      [],
    );
  });

  it('reads titles in every form', () => {
    const placeholder = '$' + '{b}';
    const source = `attack('A01', 'one', x); attack(\n  'A02',\n  \`a ${placeholder} c\`,\n); attack('A01', 'it is', y)`;
    deepEqual(
      [...titlesIn(source)],
      [
        ['A01', ['one', 'it is']],
        ['A02', ['a … c']],
      ],
    );
  });
});

function isOfFrost(row: string): boolean {
  return row >= 'A23' && row <= 'A32';
}

function rowsOf(table: string, tags = 'SFEOT'): string[] {
  return [...table.matchAll(/^\| (A\d+)-([SFEOT]) \|/gm)].flatMap(([, row, tag]) => (tags.includes(tag!) ? row! : []));
}

function range(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, k) => `A${String(first + k).padStart(2, '0')}`);
}
