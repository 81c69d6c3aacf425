/** Documentation that no compiler reads goes stale: every file it names must exist, and every stage must be where docs/path.md says. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const pages = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...markdownIn('docs')];

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}

/** `a/b.ts` in backticks, if it starts at a folder of the repository. */
function filesNamed(text: string): string[] {
  const quoted = [...text.matchAll(/`([\w./-]+)`/g)].map((match) => match[1] as string);
  return quoted.filter((name) => /^(contracts|signer|scripts|test|docs|\.ci)\//.test(name));
}

function linksIn(text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

describe('the documentation', () => {
  for (const page of pages)
    it(`names files that exist: ${page}`, () => {
      const text = read(page);
      const missing = filesNamed(text).filter((name) => !existsSync(join(ROOT, name)));
      const broken = linksIn(text).filter((target) => !existsSync(join(ROOT, dirname(page), target)));
      expect({ missing, broken }).to.deep.equal({ missing: [], broken: [] });
    });

  it('has no place that somebody wanted to fill later', () => {
    const kept = pages.flatMap((page) =>
      [...read(page).matchAll(/^\s*(?:[A-Z]+(?:_[A-Z]+)+|(?:TODO|TBD|FIXME|XXX)\b.*)\s*$/gm)].map(
        ([line]) => `${page}: ${line}`,
      ),
    );
    expect(kept).to.deep.equal([]);
  });

  it('says what beats cost by the gas snapshot', () => {
    const { 'recordBoot, again': gas } = JSON.parse(read('test/snapshots/gas.json')) as { 'recordBoot, again': number };
    const perDay = { 'every 20 minutes': 72, 'of three hours': 24, 'one request a day': 1 };
    for (const [what, beats] of Object.entries(perDay)) {
      const row = read('docs/freshness.md').match(new RegExp(`^\\| .*${what}.* \\| ([\\d,]+) \\|`, 'm'));
      expect(row?.[1], what).to.equal((gas * beats).toLocaleString('en'));
    }
  });

  it('lists stages, each one file with one function of that name', () => {
    const rows = [...read('docs/path.md').matchAll(/^\| \d+ \|([^|]*)\|([^|]*)\|/gm)];
    const stages = rows.flatMap(([, where = '', what = '']) =>
      pairs(filesNamed(where), [...what.matchAll(/`(\w+)`/g)]),
    );
    expect(stages).to.have.length.above(10);
    for (const [file, name] of stages)
      expect(read(file), `${file} defines ${name}`).to.match(new RegExp(`\\b(?:function\\*?|const) ${name}\\b`));
  });
});

/** A row names one file with one or more functions, or several files with one each. */
function pairs(files: string[], names: RegExpMatchArray[]): [string, string][] {
  const named = names.map((match) => match[1] as string);
  if (files.length === 0) return [];
  return named.map((name, i) => [files[Math.min(i, files.length - 1)] as string, name]);
}
