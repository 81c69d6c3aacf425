/** Every reason that a link gives is given somewhere, tried by a test, and explained in docs/audit.md; and so is every link. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { BROKEN_CODES } from '../../signer/audit/broken.ts';
import { LINKS } from '../../signer/audit/findings.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/audit.md'), 'utf8');

function textIn(folder: string, but: string): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== but)
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');
}

function firstColumn(heading: string): string[] {
  const [, rest = ''] = PAGE.split(`\n${heading}\n`);
  const [section = ''] = rest.split('\n## ');
  return [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name!);
}

describe('the reasons of an audit', () => {
  it('are each given somewhere', () => {
    const code = textIn('signer/audit', 'broken.ts');
    expect(BROKEN_CODES.filter((one) => !code.includes(`'${one}'`))).to.deep.equal([]);
  });

  it('are each expected by a test', () => {
    const tests = textIn('test/audit', 'codes.test.ts');
    expect(BROKEN_CODES.filter((one) => !tests.includes(one))).to.deep.equal([]);
  });

  it('are each explained, in this order', () => {
    expect(firstColumn('## Why a link is broken')).to.deep.equal([...BROKEN_CODES]);
  });

  it('are of links that are each explained, in this order', () => {
    expect(firstColumn('## The links')).to.deep.equal([...LINKS]);
  });
});
