/** How many have to fall together, held against every choice of them that there is. */

import { expect } from 'chai';
import fc from 'fast-check';
import { COMMON, fallsOf, type Traits } from '../../../signer/cli/look/falls.ts';

const alike = (operator: string): Traits => ({ operator, region: 'r', vendor: 'v', platform: operator, sealing: 's' });

/** The least number of different values whose holders are `needed` or more, by trying all. */
function least(values: readonly string[], needed: number): number {
  const kinds = [...new Set(values)];
  const sizes = Array.from({ length: 2 ** kinds.length }, (_, choice) => {
    const chosen = kinds.filter((_, at) => (choice >> at) % 2 === 1);
    return values.filter((value) => chosen.includes(value)).length >= needed ? chosen.length : Number.POSITIVE_INFINITY;
  });
  return Math.min(...sizes);
}

describe('what has to fall together', () => {
  it('is one vendor where all members have it, and t operators, or n - t + 1 to stop', () => {
    const falls = fallsOf(['a', 'b', 'c', 'd', 'e'].map(alike), 4);
    expect(falls?.vendor).to.deep.equal({ apart: 1, sign: 1, stop: 1 });
    expect(falls?.operator).to.deep.equal({ apart: 5, sign: 4, stop: 2 });
  });

  it('is unknown while nobody has a seat', () => {
    expect(fallsOf([], 2)).to.equal(null);
  });

  it('is the least choice of all', () => {
    const members = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(members, fc.nat(), (operators, seed) => {
        const threshold = 2 + (seed % (operators.length - 1));
        const falls = fallsOf(operators.map(alike), threshold);
        for (const one of COMMON) {
          const values = operators.map((operator) => alike(operator)[one]);
          expect(falls?.[one].sign, one).to.equal(least(values, threshold));
          expect(falls?.[one].stop, one).to.equal(least(values, values.length - threshold + 1));
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
