import { expect } from 'chai';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { createLedger } from '../../../signer/host/chain/ledger.ts';
import { scan, sweep } from '../../../signer/host/chain/scan.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import { fakeChain, word } from '../support/fakeChain.ts';
import { fulfilled, ready, requested } from '../support/samples.ts';

const SETTINGS = { startBlock: 0, chunkBlocks: 100, overlapBlocks: 4 };

function world() {
  const chain = fakeChain();
  const store = openStore(':memory:');
  const metrics = createMetrics();
  const ports = { chain, store, metrics, log: () => {} };
  const step = async (settings = SETTINGS) => scan(ports, settings, await chain.finalized());
  const states = () => [...createLedger(store.events()).requests.values()].map(({ id, state }) => [Number(id), state]);
  return { ...ports, ports, step, states };
}

describe('scan', () => {
  it('reads every event once, from the cursor on', async () => {
    const { chain, step, states, store } = world();
    chain.mine(requested(1));
    expect((await step()).fresh).to.have.lengthOf(1);
    chain.mine(ready(1));
    const { fresh, rebuild, caughtUp } = await step();
    expect(fresh.map(({ data }) => data.event)).to.deep.equal(['RequestReady']);
    expect([rebuild, caughtUp]).to.deep.equal([false, true]);
    expect(states()).to.deep.equal([[1, 'ready']]);
    expect(store.cursor()?.number).to.equal(2);
  });

  it('asks nothing while no new block is final', async () => {
    const { chain, step } = world();
    await step();
    const before = chain.asked.length;
    await step();
    expect(chain.asked).to.have.lengthOf(before);
  });

  it('goes in chunks, and says when it is not there yet', async () => {
    const { chain, step } = world();
    for (let number = 0; number < 10; number += 1) chain.mine();
    const settings = { ...SETTINGS, chunkBlocks: 4, overlapBlocks: 1 };
    expect((await step(settings)).caughtUp).to.equal(false);
    expect((await step(settings)).caughtUp).to.equal(false);
    expect((await step(settings)).caughtUp).to.equal(true);
  });

  it('halves a range that is too long, and still moves on', async () => {
    const { chain, step, states, store } = world();
    for (let id = 1; id <= 20; id += 1) chain.mine(requested(id));
    chain.maxRange = 6;
    for (let steps = 0; store.cursor()?.number !== 20 && steps < 20; steps += 1) await step();
    expect(states()).to.have.lengthOf(20);
  });

  it('gives up on a single block that is too long', async () => {
    const { chain, step } = world();
    chain.mine(requested(1));
    chain.maxRange = 0;
    expect(await step().catch((error) => error)).to.have.property('code', 'RANGE_TOO_LONG');
  });

  it('finds a log that the RPC had left out, and asks for a new ledger', async () => {
    const { chain, step, states, metrics } = world();
    chain.mine(requested(1));
    chain.omits = () => true;
    await step();
    chain.omits = () => false;
    chain.mine();
    const { rebuild } = await step();
    expect(rebuild).to.equal(true);
    expect(metrics.read('quorate_late_logs_total')).to.equal(1);
    expect(states()).to.deep.equal([[1, 'queued']]);
  });

  it('finds it by a sweep, too, when it is older than the overlap', async () => {
    const { chain, ports, step, states } = world();
    chain.mine(requested(1));
    chain.omits = () => true;
    await step();
    for (let number = 0; number < 10; number += 1) chain.mine();
    await step();
    chain.omits = () => false;
    expect(await sweep(ports, 0, 11)).to.equal(true);
    expect(states()).to.deep.equal([[1, 'queued']]);
    expect(await sweep(ports, 0, 11)).to.equal(false);
  });

  for (const depth of [1, 2, 3])
    it(`forgets what a reorg of ${depth} took back`, async () => {
      const { chain, step, states, metrics } = world();
      chain.mine(requested(1));
      await step();
      for (let number = 0; number < depth; number += 1) {
        chain.mine(number === 0 ? ready(1) : requested(10 + number));
        await step();
      }
      expect(states()[0]).to.deep.equal([1, 'ready']);
      chain.reorg(depth);
      for (let number = 0; number <= depth; number += 1) chain.mine();
      expect((await step()).rebuild).to.equal(true);
      expect(states()).to.deep.equal([[1, 'queued']]);
      expect(metrics.read('quorate_reorgs_total')).to.equal(1);
    });

  it('takes a provider that lags for nothing worse', async () => {
    const { chain, ports, step, states } = world();
    const old = chain.mine(requested(1));
    chain.mine(fulfilled(1));
    await step();
    const { fresh, rebuild, caughtUp } = await scan(ports, SETTINGS, old);
    expect([fresh.length, rebuild, caughtUp]).to.deep.equal([0, false, false]);
    expect(states()).to.deep.equal([[1, 'fulfilled']]);
  });

  it('keeps nothing of a scan during which the chain moved', async () => {
    const { chain, step, states } = world();
    chain.mine(requested(1));
    const { events } = chain;
    chain.events = async (from, to) => {
      const found = await events(from, to);
      chain.reorg(1);
      chain.mine();
      return found;
    };
    expect(await step().catch((error) => error))
      .to.be.instanceOf(Retryable)
      .with.property('code', 'CHAIN_MOVED');
    expect(states()).to.deep.equal([]);
  });

  it('waits for the block of the deployment', async () => {
    const { step, store } = world();
    expect(await step({ ...SETTINGS, startBlock: 50 })).to.deep.include({ fresh: [], caughtUp: true });
    expect(store.cursor()).to.equal(null);
  });
});

describe('ledger', () => {
  it('follows a request through its states, and drops the payload at the end', () => {
    const events = [requested(1), ready(1), fulfilled(1)].map((data, index) => ({
      block: 1,
      blockHash: word(1),
      index,
      data,
    }));
    expect(createLedger(events.slice(0, 2)).requests.get(word(1)))
      .to.include({ state: 'ready' })
      .and.have.property('request').not.null;
    expect(createLedger(events).requests.get(word(1))).to.include({ state: 'fulfilled', request: null });
  });
});
