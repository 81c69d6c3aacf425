/** Liars that cannot be named, because each of two members says that the other lies, run out of members to quarrel with (I8). */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { type Dispute, withoutDisputes } from '../../../signer/host/convene/disputes.ts';
import { seeded } from '../../simulation/random.ts';

const member = (at: number): Hex => `0x${at.toString(16).padStart(2, '0')}`;
const pair = ([a, b]: Dispute) => [a, b].sort().join();

/** Attempts of one honest leader until a set is honest; liars answer first and quarrel with somebody new each time. */
function attemptsUntilHonest(size: number, threshold: number, order: (members: Hex[]) => Hex[]): number {
  const liars = Array.from({ length: threshold - 1 }, (_, at) => member(at));
  const honest = Array.from({ length: size - threshold }, (_, at) => member(threshold + at));
  const disputes: Dispute[] = [];
  for (let attempt = 1; attempt <= size * size; attempt++) {
    const accepted = order([...liars, ...honest]).map((id) => ({ member: id }));
    let chosen: readonly { member: Hex }[] = [];
    for (let answered = 1; chosen.length < threshold - 1 && answered <= accepted.length; answered++)
      chosen = withoutDisputes(accepted.slice(0, answered), disputes, threshold - 1);
    const set = chosen.map(({ member }) => member);
    expect(set, 'enough members').to.have.length(threshold - 1);
    const liar = set.find((id) => liars.includes(id));
    if (liar === undefined) return attempt;
    const victim = set.find((id) => honest.includes(id));
    if (victim === undefined) return attempt; // liars among themselves: whoever lies about the leader is named
    disputes.push(attempt % 2 ? [liar, victim] : [victim, liar]);
    expect(new Set(disputes.map(pair)).size, 'a quarrel only once').to.equal(disputes.length);
  }
  return Number.POSITIVE_INFINITY;
}

describe('a leader whose members contradict each other', () => {
  it('finds a set without liars, however fast liars answer', () => {
    for (const [size, threshold] of [
      [5, 3],
      [7, 4],
      [9, 5],
      [6, 3],
      [21, 11],
    ] as const) {
      const attempts = attemptsUntilHonest(size, threshold, (members) => members);
      expect(attempts).to.be.at.most((threshold - 1) * (size - threshold) + 1);
    }
  });

  it('finds one in whatever order they answer', () => {
    const random = seeded('quarrels');
    const shuffled = (members: Hex[]) =>
      members
        .map((id) => [random.bytes(2).join(), id] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, id]) => id);
    for (let run = 0; run < 200; run++)
      expect(attemptsUntilHonest(7, 4, shuffled)).to.be.lessThan(Number.POSITIVE_INFINITY);
  });

  it('takes the first that answer when nobody quarrels', () => {
    const accepted = [3, 1, 2].map((at) => ({ member: member(at) }));
    expect(withoutDisputes(accepted, [], 2)).to.deep.equal(accepted.slice(0, 2));
  });
});
