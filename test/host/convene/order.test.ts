import { expect } from 'chai';
import fc from 'fast-check';
import { leaderOrder, rankOf } from '../../../signer/host/convene/order.ts';
import { word } from '../support/fakeChain.ts';

const members = [1, 2, 3, 4, 5].map(word);
const subject = fc
  .bigInt({ min: 0n, max: 2n ** 256n - 1n })
  .map((value) => `0x${value.toString(16).padStart(64, '0')}` as const);

describe('leader order', () => {
  it('is the same for everybody, however they list the members', () => {
    fc.assert(
      fc.property(subject, fc.shuffledSubarray(members, { minLength: members.length }), (id, shuffled) => {
        expect(leaderOrder(id, 3, shuffled)).to.deep.equal(leaderOrder(id, 3, members));
      }),
    );
  });

  it('names every member once', () => {
    fc.assert(
      fc.property(subject, (id) => {
        expect([...leaderOrder(id, 0, members)].sort()).to.deep.equal([...members].sort());
      }),
    );
  });

  it('gives the lead to everyone in turn', () => {
    const first = new Set(Array.from({ length: 100 }, (_, at) => leaderOrder(word(1), at, members)[0]));
    expect(first.size).to.equal(members.length);
    const ofKeys = new Set(Array.from({ length: 100 }, (_, at) => leaderOrder(word(at), 0, members)[0]));
    expect(ofKeys.size).to.equal(members.length);
  });

  it('ranks the one who did the work first, the others after it, strangers last', () => {
    const order = members.toSorted((a, b) => rankOf(word(1), members, a) - rankOf(word(1), members, b));
    const [first, second, third] = order as [`0x${string}`, `0x${string}`, `0x${string}`];
    expect(rankOf(word(1), members, first)).to.equal(0);
    expect([third, first, second].map((id) => rankOf(word(1), members, id, third))).to.deep.equal([0, 1, 2]);
    expect(rankOf(word(1), members, word(99))).to.equal(5);
  });
});
