/** Members that failed are left out, longer each time, and forgiven when they do their part. */

import { expect } from 'chai';
import { Blame } from '../../../signer/host/convene/blame.ts';
import { word } from '../support/fakeChain.ts';

const [ALICE, BOB] = [word(1), word(2)];

/** Milliseconds for which a member that fails now is left out. */
function pauseAfter(blame: Blame, now: number): number {
  blame.fail([ALICE], now);
  const isOut = (at: number) => !blame.among([ALICE, BOB], 1, now + at).includes(ALICE);
  let pause = 0;
  while (isOut(pause)) pause += 5_000;
  return pause;
}

describe('blame', () => {
  it('lasts twice as long each time, and ten minutes at most', () => {
    const blame = new Blame();
    const pauses = Array.from({ length: 8 }, (_, at) => pauseAfter(blame, at * 1_000_000) / 1_000);
    expect(pauses).to.deep.equal([10, 20, 40, 80, 160, 320, 600, 600]);
  });

  it('is half forgotten with each session that comes to something', () => {
    const blame = new Blame();
    for (let times = 0; times < 5; times += 1) blame.fail([ALICE], 0);
    blame.succeed([ALICE, BOB]);
    expect(pauseAfter(blame, 1_000_000)).to.equal(40_000);
    for (let times = 0; times < 3; times += 1) blame.succeed([ALICE]);
    expect(pauseAfter(blame, 2_000_000)).to.equal(10_000);
  });

  it('is short where it is only doubt, however often, and shortens no other', () => {
    const blame = new Blame();
    const isOut = (at: number) => !blame.among([ALICE, BOB], 1, at).includes(ALICE);
    for (let times = 0; times < 9; times += 1) blame.doubt([ALICE], times * 100_000);
    expect([isOut(809_999), isOut(810_000)]).to.deep.equal([true, false]);
    for (let times = 0; times < 3; times += 1) blame.fail([ALICE], 900_000);
    blame.doubt([ALICE], 900_000);
    expect([isOut(939_999), isOut(940_000)], 'as after three faults').to.deep.equal([true, false]);
  });

  it('does not end sooner for that', () => {
    const blame = new Blame();
    for (let times = 0; times < 3; times += 1) blame.fail([ALICE], 0);
    blame.succeed([ALICE]);
    expect(blame.among([ALICE, BOB], 1, 39_000)).to.deep.equal([BOB]);
  });
});
