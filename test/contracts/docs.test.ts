/** docs/contracts.md names the test of each invariant: every name must be a test's. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/contracts.md'), 'utf8');
const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') || name.endsWith('.t.sol'))
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
const titles = sources.flatMap((source) =>
  [...source.matchAll(/\bit\(\s*(['"`])(.*?)\1,|function (?:testFuzz|test|invariant_)(\w+)\(/g)].map(
    ([, , title, name]) => title ?? name ?? '',
  ),
);
const named = [...PAGE.replace(/\s+/g, ' ').matchAll(/(?<![*\w])\*([^*]+)\*(?![*\w])/g)].map(([, name]) => name!);

describe('docs/contracts.md', () => {
  it('names tests', () => {
    expect(named).to.have.length.above(40);
  });

  for (const name of named)
    it(`rightly names: ${name}`, () => {
      const start = name.replace(/ ?…$/, '');
      expect(titles.some((title) => (name === start ? title === name : title.startsWith(start)))).to.equal(true);
    });
});
