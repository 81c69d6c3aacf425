/**
 * Which tests try which attack on threshold ECDSA, read from their titles: a table in docs/ecdsa.md.
 *
 *     node scripts/bootstrap.mjs scripts/docs/attacks.ts
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECDSA_ROWS, type Row } from '../../test/protocol/attacks/rows.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'test/protocol/attacks');
/** FROST has a file of its own, and what is in it says nothing of ECDSA. */
const FILES = ['copies', 'ecdsa', 'ot', 'sharing', 'transcript'];
export const PAGE = join(ROOT, 'docs/ecdsa.md');
const [BEGIN, END] = ['## Attacks and their tests\n', '\n## '];
const TEST = /\battack\(\s*'(?<row>A\d\d)',\s*(?<quote>['`])(?<title>(?:(?!\k<quote>).)*)\k<quote>/g;

type Titles = ReadonlyMap<string, readonly string[]>;

export function titlesIn(source: string): Titles {
  const titles = new Map<string, string[]>();
  for (const { groups } of source.matchAll(TEST)) {
    const { row = '', title = '' } = groups ?? {};
    titles.set(row, [...(titles.get(row) ?? []), title.replace(/\$\{.*?\}/g, '…')]);
  }
  return titles;
}

function titles(): Titles {
  return titlesIn(FILES.map((name) => readFileSync(join(FOLDER, `${name}.ts`), 'utf8')).join('\n'));
}

/** The page with its table as the tests say it now. */
export function withTable(page: string): string {
  const start = page.indexOf(BEGIN);
  const end = page.indexOf(END, start + BEGIN.length);
  if (start < 0 || end < 0) throw new Error(`the page has no section ${BEGIN.trim()}, or it is the last`);
  return `${page.slice(0, start)}${section(titles())}${page.slice(end)}`;
}

function section(tried: Titles): string {
  const rows = Object.entries(ECDSA_ROWS).map(([id, row]) => line(id, row, tried.get(id) ?? []));
  return `${BEGIN}
Generated from the titles of the tests in \`test/protocol/attacks\` by \`scripts/docs/attacks.ts\`; rows of sharing are tried for every scheme, this one too. What a fault code stands for is above.

| row | attack | it ends in | tests |
|---|---|---|---|
${rows.join('\n')}
`;
}

function line(id: string, { attack, end }: Row, tried: readonly string[]): string {
  if (tried.length === 0) throw new Error(`no test tries ${id}`);
  return `| ${id} | ${attack} | ${end} | ${tried.map((title) => `*${title.replaceAll('|', '\\|')}*`).join('<br>')} |`;
}

if (import.meta.main) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')));
