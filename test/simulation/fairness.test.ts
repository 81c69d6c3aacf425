/** Nobody starves: whoever asks little waits for little, whatever others ask, and whoever leads. */

import { expect } from 'chai';
import { type FairOutcome, type Group, runFairly } from './fairness.ts';
import { STATE } from './governance.ts';
import { requireSafety } from './invariants.ts';
import { prepare, type Setting } from './setting.ts';

/** Virtual milliseconds in which those that ask little have what they asked for; the flood alone takes ten seconds. */
const SOON = 15_000;
/** A leader that leaves somebody out is waited for once, half a minute at most. */
const SOON_UNDER_CENSORSHIP = 45_000;
const SEEDS = [1, 2, 3, 4, 5].map((number) => `fair ${number}`);

describe('fairness among keys and requesters', function () {
  this.timeout(300_000);
  let setting: Setting;

  before(async () => {
    setting = await prepare();
  });
  after(() => setting.close());

  async function hold(seed: string, how: { readonly censor: boolean }): Promise<FairOutcome> {
    const outcome = await runFairly(setting, seed, how);
    const { asked, states } = outcome;
    for (const group of ['flood', 'modest', 'elsewhere'] as Group[])
      for (const { id } of asked[group]) expect(states[id], `${seed}: ${group}`).to.equal(STATE.fulfilled);
    for (const { id } of asked.lies) expect(states[id], `${seed}: a lie`).to.equal(STATE.refused);
    await requireSafety(setting, outcome, [...asked.flood, ...asked.modest, ...asked.elsewhere], asked.lies);
    return outcome;
  }

  for (const seed of SEEDS) {
    it(`holds for ${seed}`, async () => {
      const { waited } = await hold(seed, { censor: false });
      expect(waited.modest, 'under the flooded key').to.be.below(SOON);
      expect(waited.elsewhere, 'under another key').to.be.below(SOON);
    });

    it(`holds for ${seed} with a leader that leaves somebody out`, async () => {
      const { waited, censor } = await hold(seed, { censor: true });
      expect(waited.modest, `left out by ${censor}`).to.be.below(SOON_UNDER_CENSORSHIP);
      expect(waited.modest, 'the censor was really waited for').to.be.above(SOON);
      expect(waited.elsewhere, 'under another key').to.be.below(SOON);
    });
  }
});
