/** Every decision that a contract makes, against the tests: a custom error that no test names is one that no test has seen. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import {
  type Branch,
  branchesOf,
  type DeclaredError,
  errorsOf,
  ownTrees,
} from '../../../scripts/contracts/branches.ts';

const TESTS = join(import.meta.dirname, '..');

/** Errors that no call can cause, each with the reason. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  Edwards25519PrecompileFailed: 'modexp fails only out of gas, and what is left then does not pay for the revert',
  P384PrecompileFailed: 'the same',
};

/** In whole, or by what follows its contract's name where a table of a test puts that name before each. */
function isNamed(texts: string, name: string): boolean {
  if (new RegExp(`\\b${name}\\b`).test(texts)) return true;
  const prefixes = [...texts.matchAll(/`(\w+)\$\{\w+\}`/g)].map(([, prefix]) => prefix ?? '');
  return prefixes.some((prefix) => name.startsWith(prefix) && texts.includes(`'${name.slice(prefix.length)}'`));
}

/** The text of every test of contracts. */
function testTexts(): string {
  const own = basename(import.meta.filename);
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(ts|sol)$/.test(file) && basename(file) !== own)
    .map((file) => readFileSync(join(TESTS, file), 'utf8'))
    .join('\n');
}

describe('branches of the contracts', () => {
  let branches: Branch[];
  let errors: DeclaredError[];

  before(async () => {
    const trees = await ownTrees();
    branches = trees.flatMap(branchesOf);
    errors = trees.flatMap(errorsOf);
  });

  it('are found', () => {
    for (const kind of ['require', 'if', 'ternary', 'revert'])
      expect(branches.filter((branch) => branch.kind === kind).length, kind).to.be.greaterThan(0);
    expect(errors.length).to.be.greaterThan(50);
  });

  it('end every requirement in a custom error', () => {
    const without = branches.filter(({ kind, error }) => /require|revert/.test(kind) && error === null);
    expect(without.map(({ file, line, condition }) => `${file}:${line} ${condition}`)).to.deep.equal([]);
  });

  it('declare no error that nothing ends in', () => {
    const used = new Set(branches.map(({ error }) => error));
    expect(errors.filter(({ name }) => !used.has(name)).map(({ name }) => name)).to.deep.equal([]);
  });

  it('have a test that names each custom error', () => {
    const texts = testTexts();
    const unseen = errors.filter(({ name }) => !(name in UNREACHABLE) && !isNamed(texts, name));
    expect(unseen.map(({ file, name }) => `${name} of ${file}`)).to.deep.equal([]);
  });

  it('excuse no error that does not exist', () => {
    expect(Object.keys(UNREACHABLE).filter((name) => !errors.some((error) => error.name === name))).to.deep.equal([]);
  });
});
