/** The order of sessions: requesters in turns, halves after a failure without a culprit, what failed alone last. */

import { expect } from 'chai';
import fc from 'fast-check';
import type { Hex } from '../../../signer/formats/hex.ts';
import { type Item, Queue } from '../../../signer/host/convene/queue.ts';
import type { Open } from '../../../signer/host/convene/task.ts';
import { word } from '../support/fakeChain.ts';

const [ALICE, BOB] = [`0x${'aa'.repeat(20)}`, `0x${'bb'.repeat(20)}`] as [Hex, Hex];
const MEMBER = word(0xa1);
const OTHER = word(0xa2);
const MEASUREMENT = word(0x99);
const open = (id: number, requester: Hex = ALICE, messages = 1): Open => ({
  ...{ id: word(id), requester, messages, deadline: 9_000, readyIn: 0 },
});
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const always = () => true;
const never = () => false;
const ids = (items: readonly Item[]) => items.map(({ id }) => Number(BigInt(id)));

function queueOf(...opens: Open[]) {
  const queue = new Queue();
  queue.mostMessages = 128;
  queue.sync(opens, 0, never);
  return queue;
}

describe('the queue of a key', () => {
  it('gives out what came first, at most 32 requests', () => {
    const queue = queueOf(...range(1, 40).map((id) => open(id)));
    expect(ids(queue.next(0, always))).to.deep.equal(range(1, 32));
  });

  it('gives out at most 128 messages, but one request always', () => {
    expect(ids(queueOf(open(1, ALICE, 64), open(2, ALICE, 64), open(3)).next(0, always))).to.deep.equal([1, 2]);
    expect(ids(queueOf(open(1, ALICE, 100), open(2, ALICE, 64), open(3, BOB, 28)).next(0, always))).to.deep.equal([
      1, 3,
    ]);
    expect(ids(queueOf(open(1, ALICE, 500), open(2)).next(0, always))).to.deep.equal([1]);
  });

  it('gives out fewer messages the more sign together, but one request always', () => {
    const queue = queueOf(open(1, ALICE, 40), open(2, ALICE, 24), open(3, ALICE, 1));
    queue.mostMessages = 64;
    expect(ids(queue.next(0, always))).to.deep.equal([1, 2]);
    queue.mostMessages = 33;
    expect(ids(queue.next(0, always))).to.deep.equal([1]);
  });

  it('gives requesters turns, whoever asks for more', () => {
    const queue = queueOf(...range(1, 100).map((id) => open(id)), ...range(101, 3).map((id) => open(id, BOB)));
    expect(ids(queue.next(0, always)).filter((id) => id > 100)).to.deep.equal([101, 102, 103]);
  });

  it('lets whoever has had least go first', () => {
    const queue = queueOf(open(1), open(2), open(11, BOB));
    queue.charge([open(1)], 100);
    expect(ids(queue.next(0, always))[0]).to.equal(11);
    queue.charge([open(11, BOB)], 1_000);
    expect(ids(queue.next(0, always))[0]).to.equal(1);
  });

  it('lets whoever is new start where the one is that has had least', () => {
    const CAROL = `0x${'cc'.repeat(20)}` as const;
    const opens = [open(1), open(2), open(11, BOB), open(12, BOB)];
    const queue = queueOf(...opens);
    queue.charge([open(1)], 1_000);
    queue.charge([open(11, BOB)], 1_020);
    queue.next(0, always);
    queue.sync([...opens, open(21, CAROL)], 0, never);
    queue.charge([open(21, CAROL)], 10);
    expect(ids(queue.next(0, always)).slice(0, 3)).to.deep.equal([1, 21, 11]);
  });

  it('gives out nothing that is not free, that is signed, or that is gone', () => {
    const queue = queueOf(open(1), open(2), open(3));
    expect(ids(queue.next(0, ({ id }) => id !== word(1)))).to.deep.equal([2, 3]);
    queue.signed(word(2), 0, 1_000);
    queue.sync([open(2), open(3)], 0, never);
    expect(ids(queue.next(0, always))).to.deep.equal([3]);
    expect(queue.size).to.equal(2);
  });

  it('gives out again what nobody brings to the chain', () => {
    const queue = queueOf(open(1));
    queue.signed(word(1), 0, 1_000);
    queue.sync([open(1)], 999, never);
    expect(queue.next(999, always)).to.deep.equal([]);
    queue.sync([open(1)], 1_000, always);
    expect(queue.next(1_000, always)).to.deep.equal([]);
    queue.sync([open(1)], 1_000, never);
    expect(ids(queue.next(1_000, always))).to.deep.equal([1]);
  });

  it('believes a leader once that something is signed', () => {
    const queue = queueOf(open(1));
    queue.claim(word(1), MEMBER, 0, 500);
    expect(queue.next(0, always)).to.deep.equal([]);
    queue.sync([open(1)], 500, never);
    queue.claim(word(1), OTHER, 500, 9_999);
    expect(ids(queue.next(500, always))).to.deep.equal([1]);
  });

  it('believes no leader that has said so in vain, until what it says comes true', () => {
    const opens = range(1, 4).map((id) => open(id));
    const queue = queueOf(...opens);
    queue.claim(word(1), MEMBER, 0, 500);
    queue.claim(word(2), MEMBER, 0, 900);
    queue.sync(opens, 500, never);
    queue.claim(word(3), MEMBER, 500, 9_999);
    queue.claim(word(4), OTHER, 500, 9_999);
    expect(ids(queue.next(500, always)).sort()).to.deep.equal([1, 3]);
    queue.sync(
      opens.filter(({ id }) => id !== word(2)),
      600,
      never,
    );
    queue.claim(word(3), MEMBER, 600, 9_999);
    expect(ids(queue.next(600, always))).to.deep.equal([1]);
  });

  it('finds one that spoils a session by halves, and signs all others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 2, max: 32 }), (poison, count) => {
        const bad = ((poison - 1) % count) + 1;
        const queue = queueOf(...range(1, count).map((id) => open(id)));
        const signed = new Set<number>();
        let failed = 0;
        for (let session = 0; session < 64 && signed.size < count - 1; session += 1) {
          const batch = ids(queue.next(0, always));
          expect(batch).to.not.deep.equal([]);
          if (batch.includes(bad)) {
            failed += 1;
            queue.halve(batch.map(word), 0);
          } else for (const id of batch) signed.add(id) && queue.signed(word(id), 0, 1e9);
        }
        expect(signed.size).to.equal(count - 1);
        expect(failed).to.be.at.most(1 + Math.ceil(Math.log2(count)));
      }),
    );
  });

  it('takes what failed alone last, later each time, and never lets it starve', () => {
    const queue = queueOf(open(1), ...range(2, 200).map((id) => open(id)));
    queue.halve([word(1)], 0);
    expect(ids(queue.next(999, always))).to.not.include(1);
    const turns = range(1, 4).map(() => ids(queue.next(1_000, always)));
    expect(turns.filter((turn) => turn.includes(1))).to.deep.equal([[1]]);
    queue.halve([word(1)], 1_000);
    const later = range(1, 4).map(() => ids(queue.next(2_999, always)));
    expect(later.flat()).to.not.include(1);
    expect(range(1, 4).flatMap(() => ids(queue.next(3_000, always)))).to.include(1);
  });

  it('remembers who refused, for as long as that stands', () => {
    const queue = queueOf(open(1), open(2), open(3));
    const avoided = (id: number, now: number, measurement: Hex = MEASUREMENT) =>
      queue.avoided(queue.find(word(id))!, now, () => measurement).size;
    queue.refuse(word(1), MEMBER, MEASUREMENT, 'passing', 0);
    queue.refuse(word(2), MEMBER, MEASUREMENT, 'unsupported', 0);
    queue.refuse(word(3), MEMBER, MEASUREMENT, 'final', 0);
    expect([avoided(1, 999), avoided(1, 1_000)]).to.deep.equal([1, 0]);
    expect([avoided(2, 1e9), avoided(2, 1e9, word(0x98))]).to.deep.equal([1, 0]);
    expect([avoided(3, 1e9), avoided(3, 1e9, word(0x98))]).to.deep.equal([1, 1]);
    queue.refuse(word(1), MEMBER, MEASUREMENT, 'passing', 1_000);
    expect([avoided(1, 2_999), avoided(1, 3_000)]).to.deep.equal([1, 0]);
  });

  it('is overdue by what a requester asked for first, not by what waits behind it', () => {
    const queue = queueOf(open(1), open(2), open(3));
    const isOverdue = (now: number, isHeld: (item: Item) => boolean = never) =>
      queue.isOverdue(now, 0, 100, always, isHeld);
    expect([isOverdue(99), isOverdue(100)]).to.deep.equal([false, true]);
    expect(isOverdue(100, ({ id }) => id === word(1))).to.equal(false);
    queue.signed(word(1), 100, 1e9);
    expect([isOverdue(199), isOverdue(200)]).to.deep.equal([false, true]);
    // what comes later is signed, the first is left out
    queue.signed(word(3), 150, 1e9);
    expect([isOverdue(199), isOverdue(200)]).to.deep.equal([false, true]);
  });

  it('looks at each of ten thousand once', () => {
    const queue = queueOf(...range(1, 10_000).map((id) => open(id, id % 2 === 0 ? ALICE : BOB)));
    let looks = 0;
    const isFree = () => {
      looks += 1;
      return true;
    };
    for (let session = 0; session < 312; session += 1)
      for (const { id } of queue.next(0, isFree)) queue.signed(id, 0, 1e9);
    expect(looks, 'once at each, and no more than once at each session').to.be.at.most(10_000 + 312);
    expect(ids(queue.next(0, isFree))).to.have.lengthOf(16);
  });
});
