/** How old a view may be, and for how many requests one beat is good: by the enclave's own clock, whatever a host repeats. */

import { expect } from 'chai';
import { Beats } from '../../signer/enclave/beats.ts';
import { outcome } from '../proof/support/refusals.ts';

const BOUNDS = { beatBound: 60, releasesPerBeat: 4 };

function begun() {
  const clock = { now: 1_000 };
  const beats = new Beats(() => clock.now);
  /** Of a block with this counter. */
  const fresh = (counter: bigint) => outcome(() => beats.requireFresh(beats.see(counter), BOUNDS));
  const room = (counter: bigint, requests: number) =>
    outcome(() => beats.requireRoom(beats.see(counter), requests, BOUNDS));
  return { clock, beats, fresh, room };
}

describe('beats', () => {
  it('are missing until the chain has a record that this life made', () => {
    const { beats, fresh } = begun();
    expect(fresh(3n), 'of another life').to.equal('BEAT_OLD');
    beats.made(4n);
    expect(fresh(3n), 'not on chain').to.equal('BEAT_OLD');
    expect(fresh(4n)).to.equal('accepted');
  });

  it('are as old as the first time that the record was made, not as old as its proof', () => {
    const { clock, beats, fresh } = begun();
    beats.made(4n);
    clock.now += 40_000;
    beats.made(4n);
    beats.see(4n);
    clock.now += 19_999;
    expect(fresh(4n)).to.equal('accepted');
    clock.now += 1;
    expect(fresh(4n)).to.equal('BEAT_OLD');
    expect(fresh(4n), 'seen again').to.equal('BEAT_OLD');
  });

  it('are each of the block that has them: a later one makes no earlier one younger', () => {
    const { clock, beats, fresh } = begun();
    beats.made(4n);
    clock.now += 30_000;
    beats.made(5n);
    expect(fresh(5n)).to.equal('accepted');
    const running = beats.see(4n);
    clock.now += 30_000;
    expect(fresh(4n)).to.equal('BEAT_OLD');
    expect(outcome(() => beats.requireFresh(running, BOUNDS))).to.equal('BEAT_OLD');
    clock.now += 29_999;
    expect(fresh(5n)).to.equal('accepted');
    clock.now += 1;
    expect(fresh(5n)).to.equal('BEAT_OLD');
  });

  it('never get another date, not when theirs has been forgotten either', () => {
    const { clock, beats, fresh } = begun();
    for (let counter = 4n; counter <= 40n; counter += 1n) {
      beats.made(counter);
      beats.see(counter);
    }
    clock.now += 60_000;
    for (let counter = 1n; counter <= 40n; counter += 1n) {
      beats.made(counter);
      expect(fresh(counter), `${counter}`).to.equal('BEAT_OLD');
    }
    beats.made(41n);
    expect(fresh(41n)).to.equal('accepted');
  });

  it('are good for so many requests, and the next one for as many again', () => {
    const { beats, room } = begun();
    beats.made(4n);
    beats.see(4n);
    beats.spend(3);
    expect([room(4n, 2), room(4n, 1)]).to.deep.equal(['BEAT_SPENT', 'accepted']);
    beats.spend(1);
    expect(room(4n, 1)).to.equal('BEAT_SPENT');
    beats.made(5n);
    expect([room(5n, 5), room(5n, 4)]).to.deep.equal(['BEAT_SPENT', 'accepted']);
    beats.spend(4);
    expect([room(4n, 1), room(5n, 1)], 'not as many for each block').to.deep.equal(['BEAT_SPENT', 'BEAT_SPENT']);
  });
});
