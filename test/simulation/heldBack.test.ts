/**
 * Hosts that all hold back what is new: what is forbidden meanwhile is signed no later than a beat allows, and all goes on afterwards.
 * QUORATE_HELD_BACK=n runs n seeds.
 */

import { expect } from 'chai';
import { BEAT_BOUND, type HeldBack, runHeldBack } from './heldBack.ts';
import { requireSafety } from './invariants.ts';
import { prepare, type Setting } from './setting.ts';

const SEEDS = Number(process.env.QUORATE_HELD_BACK ?? '12');

describe('hosts that all hold back what is new', function () {
  this.timeout(600_000);
  let setting: Setting;
  const late: HeldBack[] = [];
  const early: HeldBack[] = [];

  before(async () => {
    setting = await prepare();
  });
  after(() => setting.close());

  /** Signatures of what was forbidden, by how long after that, in virtual milliseconds. */
  const delays = ({ said, forbidden, forbiddenAt, allowedAt }: HeldBack) =>
    said.flatMap(({ event, at }) =>
      event.event === 'signature' && event.requestId === forbidden?.id && at < allowedAt ? [at - forbiddenAt] : [],
    );

  for (let seed = 1; seed <= SEEDS; seed++) {
    it(`get nothing signed a beat after it was forbidden: seed ${seed} [I7]`, async () => {
      const outcome = await runHeldBack(setting, `held back ${seed}`);
      const { end, allowed, forbidden } = outcome;
      expect(end, outcome.log.slice(-40).join('\n')).to.equal('done');
      expect(allowed, 'before, and when it is over').to.have.lengthOf(2);
      for (const delay of delays(outcome)) expect(delay).to.be.below(BEAT_BOUND * 1_000);
      await requireSafety(setting, outcome, [...allowed, forbidden!], []);
      (delays(outcome).length > 0 ? early : late).push(outcome);
    });
  }

  it('did get it signed within a beat, where they began early, and not where they began late', function () {
    if (SEEDS < 12) this.skip();
    expect(early).to.have.length.above(0);
    expect(late.filter(({ waited }) => waited > BEAT_BOUND * 1_000)).to.have.length.above(0);
    expect(new Set([...early, ...late].map(({ forbidding }) => forbidding)).size).to.equal(3);
  });
});
