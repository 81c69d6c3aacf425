/** What is paid for gas: the market's price, never past the operator's ceilings, and never so that everything waits for ever. */

import { expect } from 'chai';
import { affordable, bumped, marketPrice } from '../../../signer/host/posting/fees.ts';
import type { FeeLimits } from '../../../signer/host/settings.ts';
import { DEFAULT_FEES } from '../../../signer/host/settings.ts';
import { word } from '../support/fakeChain.ts';
import { fulfilled } from '../support/samples.ts';
import { FULFILLED, type Pending } from './support/pool.ts';
import { fulfil, PAYER, posting } from './support/posting.ts';

const GWEI = 10n ** 9n;
const ETHER = 10n ** 18n;
const MINUTE = 60_000;

function wanting(fees: Partial<FeeLimits> = {}, market = { baseFee: GWEI, tip: GWEI }) {
  const it = posting({ fees });
  it.pool.fees = market;
  it.pool.balances.set(PAYER, 1_000n * ETHER);
  it.ready(1, 2, 3);
  it.poster.want(fulfil(1), 0);
  const minutes = async (count: number) => {
    for (let minute = 0; minute < count; minute += 1) {
      await it.clock.advance(MINUTE);
      await it.tend();
    }
  };
  const newest = (): Pending => it.pool.taken.at(-1)!;
  return { ...it, minutes, newest };
}

describe('fees', () => {
  it('are raised by an eighth under the same nonce when a transaction is stuck', async () => {
    const { tend, minutes, pool, metrics } = wanting();
    await tend();
    await minutes(1);
    const [first, second] = pool.taken as [Pending, Pending];
    expect(second.nonce).to.equal(first.nonce);
    expect(second.maxFeePerGas).to.equal((first.maxFeePerGas * 1_125n) / 1_000n + 1n);
    expect(second.maxPriorityFeePerGas).to.equal((first.maxPriorityFeePerGas * 1_125n) / 1_000n + 1n);
    expect(second.data).to.equal(first.data);
    expect(metrics.read('quorate_fee_bumps_total')).to.equal(1);
  });

  it('follow the market where that is higher', async () => {
    const { tend, minutes, pool, newest } = wanting();
    await tend();
    pool.fees = { baseFee: 50n * GWEI, tip: 2n * GWEI };
    await minutes(1);
    expect(newest().maxFeePerGas).to.equal(102n * GWEI);
  });

  it('count when the cheaper one is mined after all', async () => {
    const { tend, minutes, pool, store } = wanting();
    await tend();
    await minutes(1);
    pool.receipts.set(pool.taken[0]!.hash, { success: true, block: 11 });
    pool.counts.set(PAYER, 1);
    await tend();
    expect(store.sent().map(({ state }) => state)).to.deep.equal(['mined']);
  });

  it('of a transaction that nobody mines end at the ceilings, and /readyz says so', async () => {
    const { tend, minutes, pool, problems } = wanting();
    await tend();
    await minutes(8 * 60);
    for (const { maxFeePerGas, maxPriorityFeePerGas, gas } of pool.taken) {
      expect(maxFeePerGas <= DEFAULT_FEES.maxFeePerGas).to.equal(true);
      expect(maxPriorityFeePerGas <= DEFAULT_FEES.maxPriorityFeePerGas).to.equal(true);
      expect(maxFeePerGas * gas <= DEFAULT_FEES.perPosting).to.equal(true);
    }
    expect(pool.taken.length).to.be.lessThan(60);
    expect(problems.list().join()).to.include('stuck at the highest fee');
    const { fees } = pool;
    pool.fees = { baseFee: fees.baseFee, tip: fees.tip };
    pool.mine();
    await tend();
    expect(pool.pending).to.deep.equal([]);
    expect(problems.list()).to.deep.equal([]);
  });

  it('of the last acceptable price are offered again, because a pool may have forgotten it', async () => {
    const { tend, minutes, pool } = wanting({ maxFeePerGas: 4n * GWEI });
    await tend();
    await minutes(30);
    const taken = pool.taken.length;
    const [last] = pool.pending;
    pool.drop(0);
    await minutes(1);
    expect(pool.pending.map(({ hash }) => hash)).to.deep.equal([last!.hash]);
    expect(pool.taken).to.have.lengthOf(taken + 1);
  });

  it('start from what a node took: one that refuses dear transactions does not drive them up', async () => {
    const { tend, minutes, pool, newest } = wanting();
    const { send } = pool.chain;
    const cap = GWEI * 135_000n * 10n;
    pool.chain.send = async (raw) => {
      await send(raw);
      if (newest().maxFeePerGas * newest().gas <= cap) return;
      const { hash } = pool.taken.pop()!;
      if (pool.pending[0]?.hash === hash) pool.drop(0);
      pool.fails('send', 'RPC_REFUSED');
      await send(raw);
    };
    await tend();
    await minutes(240);
    // what it took last is offered again and again, and it is taken once there is room
    expect(newest().maxFeePerGas * newest().gas <= cap).to.equal(true);
    expect(pool.pending).to.have.lengthOf(1);
  });

  it('of what an RPC calls a tip have a ceiling', async () => {
    const { tend, newest } = wanting({}, { baseFee: GWEI, tip: 5_000n * GWEI });
    await tend();
    expect(newest().maxPriorityFeePerGas).to.equal(20n * GWEI);
  });

  it('above the ceiling let transactions wait, and go on when the market is calm again', async () => {
    const { tend, clock, pool, problems } = wanting({}, { baseFee: 600n * GWEI, tip: GWEI });
    await tend();
    expect(pool.taken).to.have.lengthOf(0);
    expect(problems.list().join()).to.include('transactions wait');
    pool.fees = { baseFee: GWEI, tip: GWEI };
    await clock.advance(12_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    expect(problems.has('fees')).to.equal(false);
  });

  it('above the ceiling are no problem any more once nothing waits', async () => {
    const { tend, see, problems } = wanting({}, { baseFee: 600n * GWEI, tip: GWEI });
    await tend();
    expect(problems.has('fees')).to.equal(true);
    see(20, fulfilled(1));
    await tend();
    expect(problems.list()).to.deep.equal([]);
  });

  it('of a single transaction have a ceiling: many go in halves, and a dear one does not keep the others', async () => {
    const { tend, poster, pool } = wanting({ perPosting: 150_000n * 3n * GWEI });
    pool.chain.estimateGas = async (_from, _to, data) =>
      pool.said({ data }).requests.includes(word(2)) ? 10n ** 6n : 100_000n;
    for (const id of [2, 3]) poster.want(fulfil(id), 0);
    await tend();
    expect(pool.taken.map((one) => pool.said(one).requests[0])).to.deep.equal([word(1), word(3)]);
  });

  it('of a day have a ceiling, also across a restart, and the next day goes on', async () => {
    const perDay = 320_000n * 3n * GWEI; // two of 135,000 gas
    const before = wanting({ perDay });
    for (const id of [2, 3]) {
      await before.tend();
      before.poster.want(fulfil(id), 0);
    }
    await before.tend();
    expect(before.pool.taken.map((one) => before.pool.said(one).requests[0])).to.deep.equal([word(1), word(2)]);
    expect(before.problems.list().join()).to.include('per day');
    await before.mine();

    const after = posting({ store: before.store, pool: before.pool, fees: { perDay } });
    after.ready(1, 2, 3);
    after.poster.want(fulfil(3), 0);
    await after.tend();
    expect(before.pool.taken).to.have.lengthOf(2);
    await after.clock.advance(26 * 60 * MINUTE);
    await after.tend();
    expect(before.pool.taken).to.have.lengthOf(3);
  });

  it('of a day are counted once for each nonce, also where a provider refuses what it may have sent', async () => {
    const cost = 135_000n * 3n * GWEI;
    const { tend, pool, poster, clock } = wanting({ perDay: 3n * cost });
    pool.fails('send', ...Array(4).fill('GAS_ACCOUNT_EMPTY'));
    for (let tries = 0; pool.taken.length === 0; tries += 1) {
      expect(tries).to.be.lessThan(30);
      await tend();
      await clock.advance(MINUTE);
    }
    expect(pool.calls.get('send')).to.equal(5);
    for (const id of [2, 3, 4]) {
      poster.want(fulfil(id), 0);
      await tend();
    }
    expect([...new Set(pool.taken.map((one) => one.nonce))]).to.deep.equal([0, 1, 2]);
  });

  it('of a day are counted for what a provider has refused, and sent on all the same', async () => {
    const { tend, pool, poster, clock, problems } = wanting({ perDay: (135_000n * 3n * GWEI * 3n) / 2n });
    pool.fails('send', 'GAS_ACCOUNT_EMPTY');
    await tend();
    pool.chain.nonce = async () => 1;
    poster.want(fulfil(2), 0);
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await clock.advance(MINUTE);
      await tend();
    }
    expect(pool.taken).to.deep.equal([]);
    expect(problems.list().join()).to.include('per day');
  });

  it('past the ceiling give the nonce to the next posting where the first is no longer needed', async () => {
    const { tend, minutes, pool, poster } = wanting({ maxFeePerGas: 4n * GWEI });
    await tend();
    await minutes(30);
    pool.states.set(word(1), FULFILLED);
    poster.want(fulfil(2), 0);
    pool.drop(0); // forgotten by the pool, which had it at the highest price
    await minutes(1);
    expect(pool.pending.map((one) => [one.nonce, pool.said(one).requests])).to.deep.equal([[0, [word(2)]]]);
  });

  it('are asked for once in a block', async () => {
    const { tend, poster, pool, see } = wanting();
    await tend();
    poster.want(fulfil(2), 0);
    await tend();
    expect(pool.calls.get('fees')).to.equal(1);
    see(12);
    poster.want(fulfil(3), 0);
    await tend();
    expect(pool.calls.get('fees')).to.equal(2);
  });

  it('of those behind a stuck one are raised too, where the market has left them behind', async () => {
    const { tend, poster, pool, minutes } = wanting();
    await tend();
    poster.want(fulfil(2), 0);
    await tend();
    pool.fees = { baseFee: 30n * GWEI, tip: GWEI };
    await minutes(1);
    pool.mine();
    expect(pool.pending).to.deep.equal([]);
  });
});

describe('a price', () => {
  const limits = { maxFeePerGas: 100n, maxPriorityFeePerGas: 10n, perPosting: 10_000n, perDay: 20_000n };

  it('has room for the base fee to double, as far as the ceiling lets it', () => {
    expect(marketPrice({ baseFee: 20n, tip: 3n }, limits)).to.deep.equal({
      maxFeePerGas: 43n,
      maxPriorityFeePerGas: 3n,
    });
    expect(marketPrice({ baseFee: 90n, tip: 3n }, limits)?.maxFeePerGas).to.equal(100n);
    expect(marketPrice({ baseFee: 98n, tip: 3n }, limits)).to.equal(null);
  });

  it('gives up room before it gives up the transaction', () => {
    const price = { maxFeePerGas: 43n, maxPriorityFeePerGas: 3n };
    expect(affordable(price, { baseFee: 20n, tip: 3n }, 100n, 3_000n)?.maxFeePerGas).to.equal(30n);
    expect(affordable(price, { baseFee: 20n, tip: 3n }, 100n, 2_200n)).to.equal(null);
  });

  it('that replaces another is a tenth more in both fees, or none', () => {
    const old = { maxFeePerGas: 80n, maxPriorityFeePerGas: 5n };
    expect(bumped(old, null, limits, 10n, 10_000n)).to.deep.equal({ maxFeePerGas: 91n, maxPriorityFeePerGas: 6n });
    expect(bumped({ ...old, maxFeePerGas: 90n }, null, limits, 10n, 10_000n)?.maxFeePerGas).to.equal(100n);
    expect(bumped({ ...old, maxFeePerGas: 91n }, null, limits, 10n, 10_000n)).to.equal(null);
    expect(bumped({ ...old, maxPriorityFeePerGas: 10n }, null, limits, 10n, 10_000n)).to.equal(null);
    expect(bumped(old, null, limits, 200n, 10_000n)).to.equal(null);
  });
});
