/** A file of options: what is not known, missing, of another form or still the example's is said before anything is sent. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { BadOptions, parseOptions, placeholdersIn } from '../../../scripts/deploy/optionsFile.ts';

const EXAMPLE = readFileSync(join(import.meta.dirname, '../../../scripts/deploy/options.example.json'), 'utf8');

type Json = Record<string, unknown>;

const NITRO = { root: '0x3000', platformSalt: `0x${'00'.repeat(32)}`, documentSeconds: 1, registrationSeconds: 1 };

const INTEL = {
  ...{ root: '0x3000', platformSalt: `0x${'00'.repeat(32)}`, sgx: false },
  policy: {
    ...{ registrationSeconds: 1, overdueSeconds: 0, evaluationGraceSeconds: 0 },
    ...{ leastTcbEvaluation: 0, leastQeEvaluation: 0 },
  },
};

describe('file of options', () => {
  const changed = (change: (options: Json) => void): string => {
    const options = JSON.parse(EXAMPLE) as Json;
    change(options);
    return JSON.stringify(options);
  };
  const problemsOf = (text: string): string => {
    try {
      parseOptions(text);
    } catch (error) {
      expect(error).to.be.instanceOf(BadOptions);
      return (error as Error).message;
    }
    return '';
  };

  it('takes the example, amounts as they are meant', () => {
    const options = parseOptions(EXAMPLE);
    expect(options.token.allocations[0]?.amount).to.equal(500_000n * 10n ** 18n);
    expect(options.governor.proposalThreshold).to.equal(1_000n * 10n ** 18n);
  });

  it('takes verifiers of Intel’s quotes', () => {
    const { intel } = parseOptions(changed((options) => Object.assign(options, { intel: INTEL })));
    expect(intel).to.deep.equal(INTEL);
  });

  const wrong: [string, (options: Json) => void, string][] = [
    [
      'a misspelt option',
      (it) => {
        it.timelockDelya = it.timelockDelay;
        delete it.timelockDelay;
      },
      'there is no option timelockDelya (timelockDelay?); timelockDelay is missing',
    ],
    ['an unknown option', (it) => Object.assign(it, { colour: 1 }), 'there is no option colour'],
    [
      'an unknown option inside',
      (it) => Object.assign(it.governor as Json, { quorumPercentage: 4 }),
      'there is no option governor.quorumPercentage (governor.quorumPercent?)',
    ],
    ['one that every object has', (it) => Object.assign(it, { toString: 1 }), 'there is no option toString'],
    [
      'a number in quotes',
      (it) => Object.assign(it, { trustDelay: '7' }),
      'trustDelay must be a whole number, from 0 on',
    ],
    ['a fraction', (it) => Object.assign(it, { trustDelay: 1.5 }), 'trustDelay must be a whole number, from 0 on'],
    [
      'null for a number',
      (it) => Object.assign(it, { trustDelay: null }),
      'trustDelay must be a whole number, from 0 on',
    ],
    [
      'an amount without quotes',
      (it) => Object.assign(it.governor as Json, { proposalThreshold: 1e21 }),
      'governor.proposalThreshold must be a whole number in quotes, such as "1000"',
    ],
    ['no address', (it) => Object.assign(it, { guardian: 'vitalik.eth' }), 'guardian must be an address or null'],
    [
      'an address with a wrong letter',
      (it) => Object.assign(it, { guardian: '0x70997970C51812dc3A010C7d01b50e0d17dc79c8' }),
      'guardian must be an address or null',
    ],
    [
      'an address of the ICAP kind',
      (it) => Object.assign(it, { guardian: 'XE65GB6LDNXYOFTX0NSV3FUWKOWIXAMJK36' }),
      'guardian must be an address or null',
    ],
    ['an empty name', (it) => Object.assign(it.token as Json, { name: ' ' }), 'token.name must be words'],
    [
      'a word for yes',
      (it) => Object.assign(it, { intel: { ...INTEL, sgx: 'yes' } }),
      'intel.sgx must be true or false',
    ],
    ['no list', (it) => Object.assign(it.token as Json, { allocations: {} }), 'token.allocations must be a list'],
    [
      'a holder of nothing',
      (it) => Object.assign(it.token as Json, { allocations: [{}] }),
      'token.allocations[0].holder is missing; token.allocations[0].amount is missing',
    ],
    ['a list for an object', (it) => Object.assign(it, { beat: [] }), 'beat must be an object'],
    ...(['0x', '0x3', '3000', '0x31AA', `0x30${'00'.repeat(2048)}`] as const).map(
      (root): [string, (it: Json) => unknown, string] => [
        `a certificate such as ${root.slice(0, 8)} of ${root.length} letters`,
        (it) => Object.assign(it, { nitro: { ...NITRO, root } }),
        'nitro.root must be 0x and hexadecimal digits of DER, 2048 bytes at most',
      ],
    ),
    [
      'a verifier without a root',
      (it) => Object.assign(it, { nitro: { ...NITRO, root: undefined, salt: 1 } }),
      'there is no option nitro.salt; nitro.root is missing',
    ],
    [
      'verifiers of Intel’s quotes without a policy',
      (it) => Object.assign(it, { intel: { ...INTEL, policy: undefined } }),
      'intel.policy is missing',
    ],
    [
      'a policy with a word of its own',
      (it) => Object.assign(it, { intel: { ...INTEL, policy: { ...INTEL.policy, overdue: 1 } } }),
      'there is no option intel.policy.overdue',
    ],
  ];
  for (const [what, change, problem] of wrong)
    it(`refuses ${what}`, () => expect(problemsOf(changed(change))).to.equal(problem));

  it('refuses what is no JSON, no object, or vast', () => {
    expect(problemsOf('{')).to.match(/^it is not JSON: /);
    for (const text of ['[]', 'null', '7', '"x"']) expect(problemsOf(text)).to.equal('it must be an object');
    expect(problemsOf(' '.repeat(1_000_001))).to.equal('it is longer than 1000000 bytes');
  });

  it('finds every placeholder of the example', () => {
    expect(placeholdersIn(parseOptions(EXAMPLE))).to.deep.equal([
      'token.name "Example"',
      'token.symbol "EX"',
      'governor.name "Example DAO"',
      `token.allocations[0].holder 0x${'11'.repeat(20)}`,
      `token.allocations[1].holder 0x${'22'.repeat(20)}`,
      `guardian 0x${'33'.repeat(20)}`,
    ]);
  });

  it('takes a DAO of its own for no placeholder', () => {
    const own = changed((it) => {
      const holder = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
      Object.assign(it, {
        guardian: null,
        token: { name: 'Acme', symbol: 'ACM', allocations: [{ holder, amount: '1' }] },
      });
      Object.assign(it.governor as Json, { name: 'Acme DAO' });
    });
    expect(placeholdersIn(parseOptions(own))).to.deep.equal([]);
  });
});
