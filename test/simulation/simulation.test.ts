/**
 * The whole network in one process: real contracts, hosts, enclaves and cryptography, on virtual time, under faults that a seed draws.
 * QUORATE_SEEDS=n runs n seeds, QUORATE_SEEDS=m-n those from m to n; QUORATE_SEED=name runs one and prints its log.
 */

import { expect } from 'chai';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { requireInvariants } from './invariants.ts';
import { type Outcome, run } from './scenario.ts';
import { prepare, type Setting } from './setting.ts';

const [FIRST, LAST] = rangeOf(process.env.QUORATE_SEEDS ?? '200');
const BATCH = 20;
/** Seeds after which every kind of fault must have been seen. */
const ENOUGH = 120;
/** Each once failed; kept so that it never does again. Names say what was wrong. */
const NAMED: readonly string[] = [
  'seed 47', // an invented event stood in the place of the real one for ever: two of three hosts missed that a row was raised
];

function rangeOf(text: string): readonly [first: number, last: number] {
  const [one, other] = text.split('-').map(Number);
  return other === undefined ? [1, one ?? 0] : [one ?? 1, other];
}

describe('simulation of the whole network', function () {
  this.timeout(600_000);
  let setting: Setting;
  const seen = new Map<FaultKind, number>();

  before(async () => {
    setting = await prepare();
  });
  after(() => setting.close());

  async function hold(seed: string): Promise<Outcome> {
    const outcome = await run(setting, seed);
    try {
      await requireInvariants(setting, outcome);
    } catch (cause) {
      throw new Error(`seed "${seed}" (${outcome.counters}):\n${outcome.log.slice(-60).join('\n')}`, { cause });
    }
    for (const kind of FAULT_KINDS) seen.set(kind, (seen.get(kind) ?? 0) + outcome.counters.of(kind));
    return outcome;
  }

  const { QUORATE_SEED } = process.env;
  if (QUORATE_SEED !== undefined) {
    it(`holds for seed ${QUORATE_SEED}`, async () => {
      const { log, counters } = await hold(QUORATE_SEED);
      process.stdout.write(`${log.join('\n')}\n${counters}\n`);
    });
    return;
  }

  it('gives the same run for the same seed', async () => {
    const [first, second] = [await run(setting, 'twice'), await run(setting, 'twice')];
    expect(first.ran).to.equal(second.ran);
    expect(first.virtualSeconds).to.equal(second.virtualSeconds);
    expect(`${first.counters}`).to.equal(`${second.counters}`);
    // not what envelopes say: HPKE draws its own keys
    const spoken = ({ said }: Outcome) => said.map(({ node, at, event }) => `${at} ${node} ${event.event}`);
    expect(spoken(first)).to.deep.equal(spoken(second));
  });

  for (const seed of NAMED)
    it(`holds for the seed "${seed}"`, async () => {
      await hold(seed);
    });

  for (let first = FIRST; first <= LAST; first += BATCH) {
    const last = Math.min(first + BATCH - 1, LAST);
    it(`holds for seeds ${first} to ${last} [I1 I2 I3 I4 I8]`, async () => {
      for (let seed = first; seed <= last; seed++) await hold(`seed ${seed}`);
    });
  }

  it('has really seen every kind of fault', function () {
    if (LAST - FIRST + 1 < ENOUGH) this.skip();
    for (const kind of FAULT_KINDS) expect(seen.get(kind), kind).to.be.above(0);
  });
});
