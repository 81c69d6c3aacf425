/** How old a view may be, and for how many requests one beat is good: by the enclave's own clock, whatever a host repeats. */

import { expect } from 'chai';
import { Beats } from '../../signer/enclave/beats.ts';
import { outcome } from '../proof/support/refusals.ts';

const BOUNDS = { beatBound: 60, releasesPerBeat: 4 };

function begun() {
  const clock = { now: 1_000 };
  return { clock, beats: new Beats(() => clock.now) };
}

describe('beats', () => {
  it('are missing until the chain has a record that this life made', () => {
    const { beats } = begun();
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('BEAT_OLD');
    beats.see(3n);
    expect(
      outcome(() => beats.requireFresh(BOUNDS)),
      'of another life',
    ).to.equal('BEAT_OLD');
    beats.made(4n);
    expect(
      outcome(() => beats.requireFresh(BOUNDS)),
      'not on chain',
    ).to.equal('BEAT_OLD');
    beats.see(4n);
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('accepted');
  });

  it('are as old as the first time that the record was made, not as old as its proof', () => {
    const { clock, beats } = begun();
    beats.made(4n);
    clock.now += 40_000;
    beats.made(4n);
    beats.see(4n);
    clock.now += 19_999;
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('accepted');
    clock.now += 1;
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('BEAT_OLD');
    beats.see(4n);
    expect(
      outcome(() => beats.requireFresh(BOUNDS)),
      'seen again',
    ).to.equal('BEAT_OLD');
  });

  it('follow each other, never backwards', () => {
    const { clock, beats } = begun();
    beats.made(4n);
    clock.now += 30_000;
    beats.made(5n);
    beats.see(5n);
    beats.see(4n);
    clock.now += 59_999;
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('accepted');
    clock.now += 1;
    expect(outcome(() => beats.requireFresh(BOUNDS))).to.equal('BEAT_OLD');
  });

  it('are good for so many requests, and the next one for as many again', () => {
    const { beats } = begun();
    beats.made(4n);
    beats.see(4n);
    const room = (requests: number) => outcome(() => beats.requireRoom(requests, BOUNDS));
    beats.spend(3);
    expect([room(2), room(1)]).to.deep.equal(['BEAT_SPENT', 'accepted']);
    beats.spend(1);
    expect(room(1)).to.equal('BEAT_SPENT');
    beats.see(4n);
    expect(room(1), 'seen again').to.equal('BEAT_SPENT');
    beats.made(5n);
    beats.see(5n);
    expect([room(5), room(4)]).to.deep.equal(['BEAT_SPENT', 'accepted']);
  });
});
