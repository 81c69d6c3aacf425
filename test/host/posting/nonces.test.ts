/** Many transactions at once: nonces in order and without gaps, whatever pools, providers, other processes and crashes do. */

import { expect } from 'chai';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import { word } from '../support/fakeChain.ts';
import { FULFILLED } from './support/pool.ts';
import { fulfil, PAYER, posting, RESERVE } from './support/posting.ts';

/** Goals that never share a transaction. */
const register = (epoch: number): Goal => ({ kind: 'register', enclave: word(3), epoch, data: '0x' });

function wanting(count: number, options: Parameters<typeof posting>[0] = {}) {
  const it = posting(options);
  it.pool.said = () => ({ functionName: 'register', requests: [] });
  for (let epoch = 1; epoch <= count; epoch += 1) it.poster.want(register(epoch), 0);
  it.pool.enclave.epoch = 0;
  return { ...it, nonces: () => it.pool.pending.map(({ nonce }) => nonce) };
}

describe('what nobody else posts', () => {
  it('is a problem of this node while the chain does not take it, and none when it does', async () => {
    const { tend, pool, problems, clock, mine } = wanting(1);
    pool.reverts = () => true;
    await tend();
    const words = problems.list().join();
    expect(words).to.include('the chain does not take what this node has to post (register): ');
    expect(words).to.not.match(/eth_estimateGas|reverts with/);
    pool.reverts = () => false;
    await clock.advance(60_000);
    await tend();
    await mine();
    expect(problems.list()).to.deep.equal([]);
  });
});

describe('nonces', () => {
  it('are used sixteen at a time, in order, and the next ones as they become free', async () => {
    const { tend, nonces, mine, pool } = wanting(40);
    await tend();
    expect(nonces()).to.deep.equal([...Array(16).keys()]);
    expect(pool.taken.map(({ nonce }) => nonce)).to.deep.equal([...Array(16).keys()]);
    expect(pool.calls.get('nonce')).to.equal(1);
    expect(pool.calls.get('fees')).to.equal(1);
    await mine();
    expect(nonces()).to.deep.equal([...Array(16).keys()].map((nonce) => nonce + 16));
  });

  it('are not taken twice when a provider that lags counts fewer', async () => {
    const { tend, pool, mine, poster } = wanting(3);
    await tend();
    await mine();
    poster.want(register(9), 0);
    pool.chain.nonce = async () => 1;
    await tend();
    expect(pool.taken.map(({ nonce }) => nonce)).to.deep.equal([0, 1, 2, 3]);
  });

  it('are found again after a crash, and nothing is sent twice', async () => {
    const before = wanting(3);
    await before.tend();
    const after = posting({ store: before.store, pool: before.pool });
    expect(after.poster.isPursued(register(2))).to.equal(true);
    after.poster.want(register(2), 0);
    await after.tend();
    expect(before.pool.taken).to.have.lengthOf(3);
    await after.mine();
    expect(after.store.sent().map(({ state }) => state)).to.deep.equal(['mined', 'mined', 'mined']);
  });

  it('leave what was written down before a crash, but not sent', async () => {
    const before = wanting(2);
    before.pool.chain.send = () => new Promise(() => {}); // killed meanwhile
    void before.tend();
    await before.clock.advance(0);
    const { pool, store } = wanting(0, { store: before.store });
    expect(store.sent()).to.have.lengthOf(1);
    expect(pool.taken).to.have.lengthOf(0);
    const after = posting({ store, pool });
    await after.tend();
    expect(pool.taken.map(({ nonce }) => nonce)).to.deep.equal([0]);
  });

  it('wait behind one that no provider has taken, which is offered again first', async () => {
    const { tend, pool, nonces } = wanting(3);
    pool.fails('send', 'RPC_UNAVAILABLE', 'RPC_UNAVAILABLE');
    await tend();
    await tend();
    expect(nonces()).to.deep.equal([]);
    await tend();
    expect(nonces()).to.deep.equal([0, 1, 2]);
  });

  it('go to the goal anew when another transaction of the account took it', async () => {
    const { tend, pool, nonces, mine, clock, store } = wanting(2);
    pool.foreign(PAYER, 0);
    await tend();
    await mine();
    // kept for a while: a provider that lags may have counted what it does not show
    expect(store.sent().map(({ nonce }) => nonce)).to.deep.equal([0, 1]);
    await clock.advance(2_000);
    await tend();
    await clock.advance(1_000);
    await tend();
    expect(nonces()).to.deep.equal([1, 2]);
    expect(pool.taken.map(({ nonce }) => nonce)).to.deep.equal([1, 2]);
  });

  it('without a receipt at first are not taken for lost', async () => {
    const { tend, pool, mine, store } = wanting(1);
    await tend();
    const { receipt } = pool.chain;
    pool.chain.receipt = async () => null;
    await mine();
    pool.chain.receipt = receipt;
    await tend();
    expect(store.sent().map(({ state }) => state)).to.deep.equal(['mined']);
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('that a pool has forgotten are sent again, and those behind them are mined', async () => {
    const { tend, pool, clock, mine, nonces } = wanting(3);
    await tend();
    pool.drop(0);
    await mine();
    expect(nonces()).to.deep.equal([1, 2]);
    await clock.advance(60_000);
    await tend();
    expect(nonces()).to.deep.equal([0, 1, 2]);
    await mine();
    expect(nonces()).to.deep.equal([]);
  });

  it('are freed for the next posting when theirs is no longer needed', async () => {
    const { pool, tend, clock, poster, ready, see } = posting();
    ready(1, 2);
    poster.want(fulfil(1), 0);
    await tend();
    pool.states.set(word(1), FULFILLED);
    poster.want(fulfil(2), 3);
    await clock.advance(90_000);
    await tend();
    expect(pool.pending.map((one) => [one.nonce, pool.said(one).requests])).to.deep.equal([[0, [word(2)]]]);
    see(4);
    await tend();
    expect(pool.taken).to.have.lengthOf(2);
  });

  it('are freed by an empty transaction when nothing else is wanted', async () => {
    const { pool, tend, clock, poster, ready, mine, store } = posting();
    ready(1);
    poster.want(fulfil(1), 0);
    await tend();
    pool.states.set(word(1), FULFILLED);
    await clock.advance(60_000);
    await tend();
    expect(pool.pending.map(({ to, data, gas }) => [to, data, gas])).to.deep.equal([[PAYER, '0x', 21_000n]]);
    await mine();
    expect(store.sent().map(({ state }) => state)).to.deep.equal(['mined']);
  });

  it('count for the goals of the one that is mined, where two were sent under one nonce', async () => {
    const { pool, tend, clock, poster, ready, store } = posting();
    ready(1, 2);
    poster.want(fulfil(1), 0);
    await tend();
    const first = pool.pending[0]!;
    pool.states.set(word(1), FULFILLED);
    poster.want(fulfil(2), 0);
    await clock.advance(60_000);
    // the second waits in its own turn, behind the first
    await tend();
    expect(pool.taken.map((one) => [one.nonce, pool.said(one).requests[0]])).to.deep.equal([
      [0, word(1)],
      [0, word(2)],
    ]);
    pool.drop(0);
    pool.receipts.set(first.hash, { success: false, block: 11 }); // a miner had kept it
    pool.counts.set(PAYER, 1);
    await tend();
    expect(store.sent()).to.deep.equal([]);
    await clock.advance(1_000);
    await tend();
    expect(pool.pending.map((one) => [one.nonce, pool.said(one).requests[0]])).to.deep.equal([[1, word(2)]]);
  });

  it('that another process had used are filled when what it sent is gone', async () => {
    const { pool, tend, clock, mine, store, nonces } = wanting(1);
    pool.foreign(PAYER, 0);
    pool.chain.nonce = async () => 1;
    await tend();
    expect(nonces()).to.deep.equal([0, 1]);
    pool.chain.nonce = async () => 0;
    pool.drop(0);
    await clock.advance(60_000);
    await tend();
    expect(pool.pending.map(({ nonce, to }) => [nonce, to])).to.deep.equal([
      [0, PAYER],
      [1, `0x${'02'.repeat(20)}`],
    ]);
    pool.chain.nonce = async (account) => pool.counts.get(account) ?? 0;
    await mine();
    expect(store.sent().map(({ state }) => state)).to.deep.equal(['mined', 'mined']);
  });

  it('that a provider has invented are not filled, but left', async () => {
    const { pool, tend, clock, mine, store, nonces } = wanting(2);
    const { nonce, send } = pool.chain;
    Object.assign(pool.chain, { nonce: async () => 1_000_000, send: async () => {} }); // and it swallows what it is given
    await tend();
    expect(store.sent().map(({ nonce }) => nonce)).to.deep.equal([1_000_000, 1_000_001]);
    Object.assign(pool.chain, { nonce, send });
    for (let minutes = 0; minutes < 3; minutes += 1) {
      await clock.advance(61_000);
      await tend();
    }
    expect(nonces()).to.deep.equal([0, 1]);
    expect(pool.pending.some(({ to }) => to === PAYER)).to.equal(false);
    await mine();
    expect(store.sent().map(({ nonce, state }) => [nonce, state])).to.deep.equal([
      [0, 'mined'],
      [1, 'mined'],
    ]);
  });

  it('that a provider has forgotten to count are not lost, and nothing is done twice', async () => {
    const { pool, poster, tend, clock, mine, ready } = posting();
    pool.counts.set(PAYER, 40);
    ready(1);
    poster.want(fulfil(1), 0);
    await tend();
    expect(pool.pending.map(({ nonce }) => nonce)).to.deep.equal([40]);
    const { nonce } = pool.chain;
    pool.chain.nonce = async () => 3;
    for (let minutes = 0; minutes < 3; minutes += 1) {
      await clock.advance(61_000);
      await tend();
    }
    pool.chain.nonce = nonce;
    await mine();
    await clock.advance(61_000);
    await mine();
    expect(pool.mined.filter(({ data }) => data !== '0x')).to.have.lengthOf(1);
    expect(pool.states.get(word(1))).to.equal(FULFILLED);
  });

  describe('of an account that cannot pay', () => {
    it('are not used up, /readyz says so, and it goes on when there is money', async () => {
      const { pool, tend, problems, clock, nonces, store } = wanting(2);
      pool.balances.set(PAYER, 1n);
      await tend();
      expect(nonces()).to.deep.equal([]);
      expect(store.sent()).to.deep.equal([]);
      expect(problems.list().join()).to.include('send it some');
      pool.balances.set(PAYER, 10n ** 18n);
      await clock.advance(1_000);
      await tend();
      expect(nonces()).to.deep.equal([0, 1]);
      expect(problems.has('gas')).to.equal(false);
    });

    it('are left for those of the next account', async () => {
      const { pool, tend, problems } = wanting(2, { accounts: [PAYER, RESERVE] });
      pool.balances.set(PAYER, 1n);
      await tend();
      expect(pool.taken.map(({ from, nonce }) => [from, nonce])).to.deep.equal([
        [RESERVE, 0],
        [RESERVE, 1],
      ]);
      expect(problems.list().join()).to.include(PAYER);
    });
  });

  it('are those of the next account while the first is stuck at the highest fee', async () => {
    const { pool, tend, clock, poster } = wanting(1, { accounts: [PAYER, RESERVE], fees: { maxFeePerGas: 300n } });
    await tend();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      await clock.advance(60_000);
      await tend();
    }
    poster.want(register(2), 0);
    await tend();
    expect(pool.pending.map(({ from, nonce }) => [from, nonce])).to.deep.equal([
      [PAYER, 0],
      [RESERVE, 0],
    ]);
  });

  it('are not kept by a transaction that a provider refuses as such', async () => {
    const { pool, tend, nonces } = wanting(2);
    pool.fails('send', 'RPC_REFUSED');
    await tend();
    expect(nonces()).to.deep.equal([0]);
  });

  for (const code of ['RPC_UNAVAILABLE', 'UNDERPRICED', 'NONCE_USED', 'TRANSACTION_REVERTS'] as const)
    it(`are looked up when the RPC says ${code}: the transaction may have left`, async () => {
      const { pool, tend, store, mine } = wanting(1);
      const { send } = pool.chain;
      pool.chain.send = async (raw) => {
        await send(raw);
        pool.fails('nonce');
        pool.fails('send', code);
        await send(raw);
      };
      await tend();
      expect(store.sent()).to.have.lengthOf(1);
      await mine();
      expect(store.sent().map(({ state }) => state)).to.deep.equal(['mined']);
      expect(pool.taken).to.have.lengthOf(1);
    });
});
