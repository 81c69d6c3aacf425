/**
 * Which test shows which invariant, read from the titles of the tests: docs/contracts/evidence.md.
 *
 *     node scripts/bootstrap.mjs scripts/docs/evidence.ts
 *
 * A title ends in the numbers of what the test shows, `… [I2 R1]`; a Solidity test has a line of its own, `@custom:shows I2 R1`.
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Evidence = { readonly file: string; readonly title: string; readonly shows: readonly string[] };

const ROOT = join(import.meta.dirname, '../..');
/** Its titles are samples. */
const SAMPLES = 'test/contracts/docs.test.ts';
const PAGE = join(ROOT, 'docs/contracts/evidence.md');

const TITLE =
  /\b(?:it|describe)\(\s*(?<quote>['"`])(?<title>(?:(?!\k<quote>).)*?) \[(?<shows>(?:[A-Z]\d+ ?)+)\]\k<quote>/g;
const SOLIDITY =
  /@custom:shows (?<shows>(?:[A-Z]\d+ ?)+)\n(?:\s*\/\/\/.*\n)*\s*function (?:testFuzz|test|invariant_)(?<title>\w+)\(/g;

export function evidenceIn(file: string, source: string): Evidence[] {
  return [...source.matchAll(file.endsWith('.sol') ? SOLIDITY : TITLE)].map(({ groups }) => ({
    file,
    title: groups?.title ?? '',
    shows: (groups?.shows ?? '').trim().split(' '),
  }));
}

export async function evidenceOf(root = ROOT): Promise<Evidence[]> {
  const files = (await readdir(join(root, 'test'), { recursive: true }))
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.(test\.ts|t\.sol)$/.test(file) && file !== SAMPLES)
    .sort();
  const texts = await Promise.all(files.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const));
  return texts.flatMap(([file, source]) => evidenceIn(file, source));
}

export type Invariant = { readonly id: string; readonly page: string };

/** Every number that a page defines: `**I1**` in a table, `- **K3** …` in a list. */
export async function invariantsOf(root = ROOT): Promise<Invariant[]> {
  const folder = join(root, 'docs/contracts');
  const pages = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'evidence.md').sort();
  const paths = ['../invariants.md', ...pages];
  const texts = await Promise.all(
    paths.map(async (page) => [page, await readFile(join(folder, page), 'utf8')] as const),
  );
  return texts.flatMap(([page, text]) =>
    [...text.matchAll(/^(?:- |\| )\*\*([A-Z]\d+)\*\* /gm)].map(([, id = '']) => ({ id, page })),
  );
}

export function pageOf(invariants: readonly Invariant[], evidence: readonly Evidence[]): string {
  const rows = invariants.map(({ id, page }) => {
    const shown = evidence
      .filter(({ shows }) => shows.includes(id))
      .map(({ file, title }) => `*${cell(title)}* (${short(file)})`);
    return `| [${id}](${page}) | ${shown.length === 0 ? 'no test says so' : shown.join('<br>')} |`;
  });
  return `# Evidence

Generated from the titles of the tests by \`scripts/docs/evidence.ts\`: change those, and run it. Files are under \`test/\`. What the numbers mean is on the page that each links to.

| | shown by |
|---|---|
${rows.join('\n')}
`;
}

function cell(title: string): string {
  return title.replaceAll('|', '\\|').replaceAll('*', '\\*');
}

function short(file: string): string {
  return file.replace(/^test\/(contracts\/)?/, '');
}

if (import.meta.main) await writeFile(PAGE, pageOf(await invariantsOf(), await evidenceOf()));
