/** What a run of the mutator does with results: which tests it tries first, what it remembers, and what it says of all. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { behaviourTests, Durations, orderOf } from '../../../scripts/contracts/mutation/order.ts';
import { appendResult, type Result, readResults, report } from '../../../scripts/contracts/mutation/results.ts';
import { SOLIDITY, testsWith } from '../../../scripts/contracts/mutation/solidityTests.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FILE = 'contracts/keys/KeyRules.sol';
const [near, other, far] = [
  'test/contracts/keys/a.test.ts',
  'test/contracts/keys/b.test.ts',
  'test/contracts/c.test.ts',
];

function resultOf(change: Partial<Result>): Result {
  const told = { id: 'one', file: FILE, line: 10, operator: 'drop emit', before: 'emit A();', after: '{}' } as const;
  return { ...told, verdict: 'survived', killer: null, seconds: 1, ...change };
}

const killedBy = (file: string, change: Partial<Result> = {}) =>
  resultOf({ verdict: 'killed', killer: { file, test: 'says no' }, ...change });

describe('the order in which a mutant meets tests', () => {
  const tests = [far, near, other];
  const durations = new Durations();
  const at = (line: number) => ({ file: FILE, line });

  it('begins in its own folder and ends in Solidity while nothing is known', () => {
    expect(orderOf([SOLIDITY, ...tests], [], at(10), durations)).to.deep.equal([near, other, far, SOLIDITY]);
  });

  it('takes the quick ones first where nothing else is known', () => {
    const measured = new Durations();
    measured.note([
      [near, 900],
      [other, 100],
    ]);
    expect(orderOf(tests, [], at(10), measured)).to.deep.equal([other, near, far]);
  });

  it('begins with the test that killed others of the same contract', () => {
    expect(orderOf(tests, [killedBy(far)], at(10), durations)).to.deep.equal([far, near, other]);
  });

  it('prefers what killed a neighbour to what killed many far away', () => {
    const results = [killedBy(other, { line: 11 }), ...[200, 210, 220].map((line) => killedBy(far, { line }))];
    expect(orderOf(tests, results, at(10), durations)).to.deep.equal([other, far, near]);
  });

  it('learns nothing from other contracts, from survivors and from tests that are gone', () => {
    const results = [
      killedBy(far, { file: 'contracts/signatures/Bip340.sol' }),
      resultOf({}),
      killedBy('gone.test.ts'),
    ];
    expect(orderOf(tests, results, at(10), durations)).to.deep.equal([near, other, far]);
  });

  it('has every test of behaviour and no snapshot', async () => {
    const found = await behaviourTests(ROOT);
    expect(found).to.include('test/contracts/keys/KeyRegistry.states.test.ts');
    expect(found).to.include('test/contracts/path.test.ts');
    expect(found.filter((file) => /gas|storage|perfectMatch|mutation/.test(file))).to.deep.equal([]);
  });
});

describe('Solidity tests of a mutant', () => {
  const inRequests = (name: string) => `test/contracts/requests/${name}.t.sol`;

  it('are those that it is compiled into, directly or not', async () => {
    const found = await testsWith(ROOT, 'contracts/requests/Callback.sol');
    expect(found).to.include.members(['Callback', 'SigningRequests.invariants'].map(inRequests));
    expect(found).not.to.include(inRequests('SpendingLimits'));
  });

  it('are none where only TypeScript tests it', async () => {
    expect(await testsWith(ROOT, 'contracts/governance/QuorateToken.sol')).to.deep.equal([]);
  });
});

describe('results of mutants', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mutation-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('are read back as they were written, the last one of each', async () => {
    const path = join(folder, 'results.jsonl');
    expect((await readResults(path)).size).to.equal(0);
    const [first, second] = [resultOf({ id: 'a' }), resultOf({ id: 'b' })];
    for (const result of [first, second, killedBy(near, { id: 'a' })]) await appendResult(path, result);
    expect(await readResults(path)).to.deep.equal(
      new Map([
        ['a', killedBy(near, { id: 'a' })],
        ['b', second],
      ]),
    );
  });

  it('come to a score of each contract and of all, in which what no test could kill does not count', () => {
    const file = 'contracts/signatures/Bip340.sol';
    const results = [
      ...[1, 2, 3].map((line) => killedBy(near, { line })),
      resultOf({ line: 4 }),
      killedBy(near, { file }),
      resultOf({ file, verdict: 'equivalent' }),
      resultOf({ file, verdict: 'invalid' }),
    ];
    expect(report(results, 9).split('\n')).to.deep.equal([
      `survived   ${FILE}:4 drop emit: emit A(); -> {}`,
      '',
      ` 75.0 % 3 killed, 1 survived, 0 equivalent, 0 invalid  ${FILE}`,
      `100.0 % 1 killed, 0 survived, 1 equivalent, 1 invalid  ${file}`,
      '',
      '7 of 9 mutants: 4 killed, 1 survived, 1 equivalent, 1 invalid; score 80.0 %',
      '',
    ]);
  });
});
