/** What providers say once, and what is left of it after others, or the same one, were asked again. */

import { expect } from 'chai';
import { openStore } from '../../../../signer/host/adapters/sqliteStore.ts';
import { OVERLAP_MILLIS } from '../../../../signer/host/chain/gaps.ts';
import { SECOND_LOOK } from '../../../../signer/host/chain/reorgs.ts';
import { askAnew } from '../../../../signer/host/chain/scan.ts';
import type { ChainEvent, LocatedEvent } from '../../../../signer/host/ports/chain.ts';
import { type FakeChain, fakeChain, hash, word } from '../../support/fakeChain.ts';
import { fulfilled, ready, requested } from '../../support/samples.ts';
import { viewed } from '../../support/view.ts';

const ENDED: ChainEvent = { event: 'RequestExpired', id: word(1) };
const PAUSED: ChainEvent = { event: 'NetworkPaused', pausedUntil: 2 ** 40 };

describe('a provider that lies once', () => {
  type It = ReturnType<typeof viewed>;
  /** As it answers now, whatever becomes of it. */
  const truth = ({ events }: FakeChain) => events;
  /** Its answer about the newest block has one log more. */
  const lying = (chain: FakeChain, data: ChainEvent) => {
    const honest = truth(chain);
    return async (from: number, to: number) => {
      const { number, hash: blockHash } = await chain.finalized();
      const lie: LocatedEvent = { block: number, blockHash, index: 9, data };
      return [...(await honest(from, to)), ...(from <= number && number <= to ? [lie] : [])];
    };
  };
  /** A request is READY. */
  async function readyOne(chain = fakeChain(), more: Parameters<typeof viewed>[0] = {}) {
    const it = viewed({ chain, ...more });
    chain.mine(requested(1));
    chain.mine(ready(1));
    await it.settle();
    return it;
  }
  /** Half a minute later. */
  async function again(it: It): Promise<void> {
    it.chain.mine();
    await it.clock.advance(OVERLAP_MILLIS);
    await it.settle();
  }
  /** The first reading of a block shows it. */
  async function lied(data: ChainEvent) {
    const it = await readyOne();
    const { events } = it.chain;
    const lie = lying(it.chain, data);
    it.chain.mine();
    Object.assign(it.chain, { events: lie });
    await it.settle();
    Object.assign(it.chain, { events });
    return it;
  }

  it('and invents the end of a request, has it ended until the blocks are read again', async () => {
    const it = await lied(ENDED);
    expect(it.states()).to.deep.equal([[1, 'expired']]);
    await again(it);
    expect([it.states(), it.view.isCaughtUp, it.problems.list()]).to.deep.equal([[[1, 'ready']], true, []]);
    expect(it.metrics.read('quorate_disputed_logs_total')).to.equal(1);
  });

  it('and invents a pause, has paused all keys no longer than that', async () => {
    const it = await lied(PAUSED);
    expect(it.view.ledger.network.pausedUntil).to.equal(2 ** 40);
    await again(it);
    expect(it.view.ledger.network.pausedUntil).to.equal(0);
  });

  it('after a restart between the two readings, too: what was read once is known to be', async () => {
    const store = openStore(':memory:');
    const { chain } = await readyOne(fakeChain(), { store });
    for (let block = 0; block < 50; block += 1) chain.mine();
    const { number, hash: blockHash } = (await chain.blockAt(5)) ?? expect.fail();
    store.addEvent({ block: number, blockHash, index: 9, data: ENDED });
    const it = viewed({ chain, store });
    await it.settle();
    expect(it.states()).to.deep.equal([[1, 'expired']]);
    await again(it);
    expect(it.states()).to.deep.equal([[1, 'ready']]);
  });

  it('when the blocks are read again, is asked again, and believed the second time', async () => {
    const it = await readyOne();
    const honest = truth(it.chain);
    let asked = 0;
    const lie = lying(it.chain, ENDED);
    it.chain.witnesses = [(from, to) => (asked++ === 0 ? lie(from, to) : honest(from, to))];
    await again(it);
    expect([asked, it.states()]).to.deep.equal([2, [[1, 'ready']]]);
  });

  it('by leaving out an end when the blocks are read again, is asked again', async () => {
    const it = await readyOne();
    it.chain.mine(fulfilled(1));
    await it.settle();
    const honest = truth(it.chain);
    let asked = 0;
    it.chain.witnesses = [async (from, to) => (asked++ === 0 ? [] : honest(from, to))];
    await again(it);
    expect([asked, it.states()]).to.deep.equal([2, [[1, 'fulfilled']]]);
  });

  it('cannot end by itself what another one denies, however often it says so', async () => {
    const it = await lied(ENDED);
    const honest = truth(it.chain);
    it.chain.witnesses = [lying(it.chain, ENDED), honest];
    for (let times = 0; times < 5; times += 1) await again(it);
    expect(it.states()).to.deep.equal([[1, 'ready']]);
  });

  it('is not found out while the other one does not answer, and is as soon as it does', async () => {
    const it = await lied(ENDED);
    const honest = truth(it.chain);
    it.chain.witnesses = [honest, async () => null];
    for (let times = 0; times < 5; times += 1) await again(it);
    expect(it.states()).to.deep.equal([[1, 'expired']]);
    it.chain.witnesses = [honest, honest];
    await again(it);
    expect(it.states()).to.deep.equal([[1, 'ready']]);
  });

  it('together with all others that are asked, is found out when others are', async () => {
    const store = openStore(':memory:');
    askAnew(store, ['a', 'b']);
    const it = await readyOne(fakeChain(), { store });
    it.chain.mine();
    const honest = truth(it.chain);
    Object.assign(it.chain, { events: lying(it.chain, ENDED) });
    await it.settle();
    await again(it);
    for (let block = 0; block < 50; block += 1) it.chain.mine();
    await again(it);
    Object.assign(it.chain, { events: honest });
    for (const [rpcs, state] of [
      [['b', 'a'], 'expired'],
      [['a', 'c'], 'ready'],
    ] as const) {
      askAnew(store, rpcs);
      const restarted = viewed({ chain: it.chain, store });
      await restarted.settle();
      await again(restarted);
      expect(restarted.states()).to.deep.equal([[1, state]]);
    }
  });

  it('and makes up a block, holds up this host for as long as it is asked; without it the rest agree', async () => {
    const chain = fakeChain();
    const it = viewed({ chain });
    chain.mine(requested(1));
    await it.settle();
    const head = await chain.finalized();
    const madeUp = { number: head.number + 1, hash: hash('made up'), parentHash: head.hash, timestamp: 1_024 };
    const { finalized, blockAt } = chain;
    Object.assign(chain, {
      finalized: async () => madeUp,
      blockAt: async (number: number) => (number === madeUp.number ? madeUp : blockAt(number)),
    });
    await it.settle();
    expect(it.view.head?.hash).to.equal(madeUp.hash);
    Object.assign(chain, { finalized, blockAt });
    for (let count = 0; count < 3; count += 1) chain.mine(ready(1));
    const honest = chain.providers[0]!;
    chain.providers = [honest, (number) => (number === madeUp.number ? madeUp : honest(number))];
    for (let looks = 0; looks < 5; looks += 1) {
      await it.clock.advance(SECOND_LOOK);
      await it.settle();
    }
    expect(it.states()).to.deep.equal([[1, 'queued']]);
    expect(it.problems.list()[0])
      .to.include('nothing is forgotten until that is sure')
      .and.include(`rpc 1 has ${madeUp.hash}`);
    chain.providers = [honest];
    for (let looks = 0; looks < 2; looks += 1) {
      await it.settle();
      await it.clock.advance(SECOND_LOOK);
    }
    await it.settle();
    expect([it.states(), it.view.isCaughtUp]).to.deep.equal([[[1, 'ready']], true]);
  });
});
