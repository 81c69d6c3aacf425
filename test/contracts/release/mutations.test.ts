/** The mutator itself: a mutant that changes nothing, or two places, would tell nothing. */

import { expect } from 'chai';
import { ownTrees, type Tree } from '../../../scripts/contracts/branches.ts';
import { sampleOf } from '../../../scripts/contracts/mutate.ts';
import { type Mutant, mutantsOf, type Operator } from '../../../scripts/contracts/mutation/mutations.ts';

const OPERATORS: Readonly<Record<Operator, true>> = {
  'negate condition': true,
  'swap comparison': true,
  'swap && and ||': true,
  'off by one': true,
  'replace constant': true,
  'drop require': true,
  'drop call': true,
  'drop write': true,
  'drop emit': true,
  'drop modifier': true,
};

describe('mutants of the contracts', () => {
  let all: { tree: Tree; mutant: Mutant }[];

  before(async () => {
    all = (await ownTrees()).flatMap((tree) => mutantsOf(tree).map((mutant) => ({ tree, mutant })));
  });

  it('are made by every operator', () => {
    expect([...new Set(all.map(({ mutant }) => mutant.operator))].sort()).to.deep.equal(Object.keys(OPERATORS).sort());
  });

  it('have each a name of their own', () => {
    expect(new Set(all.map(({ mutant }) => mutant.id)).size).to.equal(all.length);
  });

  it('change exactly the span that they name', () => {
    for (const { tree, mutant } of all) {
      const { start, end } = mutant.span;
      const text = tree.source.between(0, Number.MAX_SAFE_INTEGER);
      const mutated = tree.source.with(mutant.span, mutant.after);
      expect(mutated, mutant.id).not.to.equal(text);
      expect(mutated).to.equal(
        tree.source.between(0, start) + mutant.after + tree.source.between(end, Number.MAX_SAFE_INTEGER),
      );
    }
  });

  it('are sampled by a seed: the same for the same, others for another', () => {
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    expect(sampleOf(numbers, 10, 1)).to.deep.equal(sampleOf(numbers, 10, 1));
    expect(sampleOf(numbers, 10, 1)).not.to.deep.equal(sampleOf(numbers, 10, 2));
    expect(new Set(sampleOf(numbers, 100, 3)).size).to.equal(100);
  });
});
