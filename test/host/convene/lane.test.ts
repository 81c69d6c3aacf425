/** What a host makes of sessions that others led: whom it waits for afterwards, and for what. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { Lane } from '../../../signer/host/convene/lane.ts';
import { leaderOrder } from '../../../signer/host/convene/order.ts';
import type { Outcome } from '../../../signer/host/convene/sessions.ts';
import type { Task } from '../../../signer/host/convene/task.ts';
import { word } from '../support/fakeChain.ts';
import { KEY } from '../support/samples.ts';

const MEMBERS = [1, 2, 3, 4, 5].map(word);
const [FIRST, SECOND, SELF, FOURTH] = leaderOrder(KEY, 7, MEMBERS) as [Hex, Hex, Hex, Hex];
const task = {
  kind: 'signing',
  key: { id: KEY, members: MEMBERS },
  committee: { threshold: 3, members: MEMBERS.map((id) => ({ id })) },
} as unknown as Task;
const party = (id: Hex) => MEMBERS.indexOf(id) + 1;
const fault = (...blamed: Hex[]): Outcome => ({ result: 'fault', code: 'x', blamed: blamed.map(party) });
const anyone = () => true;

function laneAfter(...outcomes: Outcome[]) {
  const lane = new Lane(task);
  lane.follow(task, 7);
  for (const outcome of outcomes) lane.learn(FIRST, SELF, [word(0x51)], { outcome, signed: [] }, 0);
  return lane;
}

describe('a leader', () => {
  it('is waited for in its turn, as long as it can be reached', () => {
    const lane = laneAfter();
    expect(lane.before(SELF, anyone)).to.deep.equal([FIRST, SECOND]);
    expect(lane.before(SELF, (id) => id !== FIRST)).to.deep.equal([SECOND]);
  });

  const outcomes: [string, Outcome, isVain: boolean, isWaitedFor: boolean][] = [
    ['gets through with it', { result: 'done' }, false, true],
    ['fails because of another', fault(FOURTH), true, true],
    ['fails because of a request', fault(), true, true],
    ['is to blame itself', fault(FIRST), true, false],
    ['lets it run out', { result: 'aborted' }, true, false],
    ['has lost this enclave', { result: 'enclave-down' }, false, true],
  ];
  for (const [what, outcome, isVain, isWaitedFor] of outcomes)
    it(`that leads a session and ${what} is ${isVain ? 'not ' : ''}waited for in its next, ${isWaitedFor ? '' : 'not '}in its turn`, () => {
      const lane = laneAfter(outcome);
      expect(lane.isVain(FIRST)).to.equal(isVain);
      expect(lane.before(SELF, anyone).includes(FIRST)).to.equal(isWaitedFor);
    });

  it('is another in another term, where nothing is held against it', () => {
    const lane = laneAfter({ result: 'aborted' });
    lane.follow(task, 8);
    expect(lane.isVain(FIRST)).to.equal(false);
    lane.follow(task, 7);
    expect(lane.before(SELF, anyone)).to.deep.equal([FIRST, SECOND]);
  });

  it('is passed over for what is overdue, one after a time-out after the other', () => {
    const lane = laneAfter();
    const overdue = (since: number) => since >= 0;
    expect(lane.passesOver(FIRST, 99, 100, overdue)).to.equal(false);
    expect(lane.passesOver(FIRST, 100, 100, overdue)).to.equal(true);
    expect(lane.before(SELF, anyone)).to.deep.equal([SECOND]);
    expect(lane.passesOver(SECOND, 199, 100, overdue)).to.equal(false);
    expect(lane.passesOver(SECOND, 200, 100, overdue)).to.equal(true);
    expect(lane.before(SELF, anyone)).to.deep.equal([]);
  });
});
