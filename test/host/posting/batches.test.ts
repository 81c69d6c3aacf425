/** Many goals in one transaction: bounded by declared gas, nobody held up by somebody else's failure. */

import { expect } from 'chai';
import { word } from '../support/fakeChain.ts';
import { fulfilled, row } from '../support/samples.ts';
import { FULFILLED } from './support/pool.ts';
import { asked, claimed, fulfil, markReady, posting } from './support/posting.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const CONSUMER = `0x${'c0'.repeat(20)}` as const;

function signed(...ids: readonly number[]) {
  const it = posting();
  it.ready(...ids);
  for (const id of ids) it.poster.want(fulfil(id), 0);
  const batches = () => it.pool.taken.map((one) => it.pool.said(one).requests.map((id) => Number(id)));
  return { ...it, batches };
}

describe('batches', () => {
  it('carry what is signed in one transaction, once', async () => {
    const { tend, functions, batches, mine, pool, store } = signed(...range(1, 20));
    await tend();
    expect(functions()).to.deep.equal(['fulfilMany']);
    expect(batches()).to.deep.equal([range(1, 20)]);
    await mine();
    expect(range(1, 20).every((id) => pool.states.get(word(id)) === FULFILLED)).to.equal(true);
    expect(store.sent()[0]!.goals).to.have.lengthOf(20);
  });

  it('are no batches for one', async () => {
    const { tend, functions } = signed(1);
    await tend();
    expect(functions()).to.deep.equal(['fulfil']);
  });

  it('declare the gas of every callback, whatever an estimate says, and stay under 12 million', async () => {
    const { poster, pool, see, tend } = posting();
    const ids = range(1, 10);
    see(3, claimed, ...ids.map((id) => asked(id, { consumer: CONSUMER, callbackGas: 2_000_000 })));
    for (const id of ids) {
      see(3, { event: 'RequestReady', id: word(id) });
      poster.want(fulfil(id), 0);
    }
    await tend();
    expect(pool.taken.map((one) => pool.said(one).requests.length)).to.deep.equal([5, 5]);
    for (const { gas } of pool.taken) {
      expect(gas > 5n * 2_000_000n).to.equal(true);
      expect(gas < 16_777_216n).to.equal(true);
    }
  });

  it('go with the gas that is declared where a node finds no estimate, if that is enough', async () => {
    const { poster, pool, see, tend, clock } = posting();
    pool.isInestimable = true;
    see(3, claimed, asked(1, { consumer: CONSUMER }), { event: 'RequestReady', id: word(1) });
    poster.want(fulfil(1), 0);
    pool.reverts = () => true;
    await tend();
    expect(pool.taken, 'it would revert').to.deep.equal([]);
    pool.reverts = () => false;
    await clock.advance(60_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    expect(pool.taken[0]!.gas > pool.gas).to.equal(true);
  });

  it('take no more bytes than nodes take', async () => {
    const { poster, pool, see, tend } = posting();
    const digests = Array.from({ length: 64 }, (_, at) => word(at));
    const signatures = digests.map(() => `0x${'51'.repeat(64)}` as const);
    const ids = range(1, 10);
    see(3, claimed, ...ids.map((id) => asked(id, { digests })));
    for (const id of ids) poster.want({ kind: 'fulfil', request: word(id), signatures }, 0);
    await tend();
    expect(pool.taken.length).to.be.greaterThan(1);
    for (const { data } of pool.taken) expect(data.length / 2).to.be.lessThan(128 * 1024);
    expect(pool.taken.flatMap((one) => pool.said(one).requests)).to.have.lengthOf(10);
  });

  it('are halved until the one that spoils them stands alone; nobody else waits for it', async () => {
    const { tend, pool, batches } = signed(...range(1, 8));
    pool.reverts = ({ requests }) => requests.includes(word(5));
    await tend();
    expect(batches().flat().sort()).to.deep.equal([1, 2, 3, 4, 6, 7, 8]);
    expect(pool.calls.get('estimateGas')).to.be.lessThan(12);
  });

  it('that are mined and reverted are halved too', async () => {
    const { tend, mine, pool, clock, metrics } = signed(...range(1, 4));
    await tend();
    pool.reverts = ({ requests }) => requests.length > 2;
    await mine();
    await clock.advance(1_000);
    await mine();
    expect(range(1, 4).map((id) => pool.states.get(word(id)))).to.deep.equal([3, 3, 3, 3]);
    expect(metrics.read('quorate_postings_total', { kind: 'fulfil', outcome: 'reverts' })).to.equal(4);
  });

  it('skip an entry without harm to the others; when that is final it goes alone', async () => {
    const { tend, mine, pool, see, clock, batches, functions } = signed(1, 2, 3);
    await tend();
    pool.impossible.add(word(2));
    await mine();
    see(20, fulfilled(1), fulfilled(3));
    await tend();
    pool.impossible.clear();
    await clock.advance(1_000);
    await tend();
    expect(batches()).to.deep.equal([[1, 2, 3], [2]]);
    expect(functions()).to.deep.equal(['fulfilMany', 'fulfil']);
  });

  it('leave out what others may have brought about meanwhile', async () => {
    const { poster, ready, tend, clock, pool } = posting();
    ready(1, 2, 3);
    for (const id of [1, 2, 3]) poster.want(fulfil(id), 1);
    pool.states.set(word(2), FULFILLED);
    await clock.advance(30_000);
    await tend();
    expect(pool.taken.map((one) => pool.said(one).requests)).to.deep.equal([[word(1), word(3)]]);
  });

  it('make many requests READY at once, but guarded ones alone', async () => {
    const { poster, queued, see, tend, functions, pool } = posting();
    queued(1, 2, 3);
    for (const id of [1, 2, 3]) poster.want(markReady(id), 0);
    await tend();
    expect(functions()).to.deep.equal(['markReadyMany']);
    see(4, row(), asked(4), asked(5));
    for (const id of [4, 5]) pool.states.set(word(id), 1);
    for (const id of [4, 5]) poster.want(markReady(id), 0);
    await tend();
    expect(functions()).to.deep.equal(['markReadyMany', 'markReady', 'markReady']);
    expect(pool.taken[1]!.gas > 500_000n).to.equal(true);
    expect(pool.calls.get('estimateGas')).to.equal(3);
  });

  it('are not paid for again and again by what a guard lets pass in estimates only', async () => {
    const { poster, ready, see, mine, clock, pool, functions } = posting();
    see(4, row(), ...range(11, 40).map((id) => asked(id)));
    for (const id of range(11, 40)) pool.states.set(word(id), 1);
    let isEstimate = false;
    pool.reverts = ({ functionName }) => functionName === 'markReady' && !isEstimate;
    const { estimateGas } = pool.chain;
    pool.chain.estimateGas = async (...asked) => {
      isEstimate = true;
      return estimateGas(...asked).finally(() => {
        isEstimate = false;
      });
    };
    for (let minutes = 0; minutes < 240; minutes += 1) {
      for (const id of range(11, 40)) poster.want(markReady(id), 0);
      await mine();
      await clock.advance(60_000);
    }
    const first = pool.taken.findIndex(({ nonce }) => nonce === 16);
    expect(functions().length).to.be.at.most(16 + 9);
    expect(first).to.equal(16);
    ready(1);
    poster.want(fulfil(1), 0);
    await mine();
    await mine();
    expect(pool.states.get(word(1))).to.equal(FULFILLED);
  });

  it('give every fourth transaction to what waits to become READY', async () => {
    const { poster, queued, see, tend, functions, pool } = posting();
    pool.chain.nonce = async () => 0;
    queued(101);
    poster.want(markReady(101), 0);
    const ids = range(1, 8);
    see(3, claimed, ...ids.map((id) => asked(id, { consumer: CONSUMER, callbackGas: 7_000_000 }))); // one fits
    for (const id of ids) poster.want(fulfil(id), 0);
    await tend();
    expect(functions().slice(0, 5)).to.deep.equal(['fulfil', 'fulfil', 'fulfil', 'markReady', 'fulfil']);
  });

  it('go by what matters most', async () => {
    const { poster, queued, see, tend, pool } = posting();
    queued(2);
    see(3, claimed, asked(1), asked(3), { event: 'RequestReady', id: word(1) });
    poster.want({ kind: 'expire', request: word(3) }, 0);
    poster.want(markReady(2), 0);
    poster.want(fulfil(1), 0);
    await tend();
    expect(pool.taken.map((one) => pool.said(one).functionName)).to.deep.equal(['fulfil', 'markReady', 'expire']);
  });
});
