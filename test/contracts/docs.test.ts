/** docs/contracts and the tests name each other: no invariant without a test that shows it, and no test of one that no page defines. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { DEPLOYED } from '../../scripts/contracts/deployed.ts';
import {
  type Evidence,
  evidenceIn,
  evidenceOf,
  type Invariant,
  invariantsOf,
  pageOf,
} from '../../scripts/docs/evidence.ts';

const FOLDER = join(import.meta.dirname, '../../docs/contracts');

/** Shown by no test yet: docs/threat-model.md says why. */
const NOT_YET = ['I6'];

describe('docs/contracts', () => {
  let evidence: Evidence[];
  let invariants: Invariant[];

  before(async () => {
    [evidence, invariants] = [await evidenceOf(), await invariantsOf()];
  });

  it('defines each number once, I1 to I11 among them', () => {
    const ids = invariants.map(({ id }) => id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (let number = 1; number <= 11; ++number) expect(ids).to.include(`I${number}`);
    expect(ids.length).to.be.at.least(60);
  });

  it('has every number shown by a test', () => {
    const shown = new Set(evidence.flatMap(({ shows }) => shows));
    expect(invariants.map(({ id }) => id).filter((id) => !shown.has(id))).to.deep.equal(NOT_YET);
  });

  it('knows every number that a test says it shows', () => {
    const known = new Set(invariants.map(({ id }) => id));
    const unknown = evidence.filter(({ shows }) => shows.some((id) => !known.has(id)));
    expect(unknown.map(({ file, title }) => `${file}: ${title}`)).to.deep.equal([]);
  });

  it('has evidence.md as the tests say it: run scripts/docs/evidence.ts', () => {
    expect(readFileSync(join(FOLDER, 'evidence.md'), 'utf8')).to.equal(pageOf(invariants, evidence));
  });

  it('reads titles and lines of Solidity tests', () => {
    const titles = [
      "it('does this [I2 R1]', () => {",
      'it(\n  `does it for each [K3]`,',
      "it('does that [sic]', () => {",
    ].join('\n');
    expect(evidenceIn('a.test.ts', titles).map(({ title, shows }) => [title, ...shows])).to.deep.equal([
      ['does this', 'I2', 'R1'],
      ['does it for each', 'K3'],
    ]);
    const solidity = '/// @custom:shows I9 R2\n    function invariant_Holds() public {}\n function testNot() public {}';
    expect(evidenceIn('a.t.sol', solidity)).to.deep.equal([{ file: 'a.t.sol', title: 'Holds', shows: ['I9', 'R2'] }]);
  });

  it('has a heading or a row for every contract that is deployed', () => {
    const text = readdirSync(FOLDER)
      .map((name) => readFileSync(join(FOLDER, name), 'utf8'))
      .join('\n');
    const ours = Object.values(DEPLOYED).filter(({ file }) => file.startsWith('contracts/'));
    const verifiers = ['Bip340Verifier', 'EcdsaVerifier', 'Ed25519Verifier'];
    const missing = ours.map(({ name }) => name).filter((name) => !verifiers.includes(name) && !text.includes(name));
    expect(missing).to.deep.equal([]);
  });

  it('links to pages that exist', () => {
    for (const name of readdirSync(FOLDER)) {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      for (const [, path] of text.matchAll(/\]\((?!http)([^)#]+)\)/g))
        expect(() => readFileSync(join(FOLDER, path!)), `${name}: ${path}`).to.not.throw();
    }
  });
});
