/** What providers can still do to the view, and what it takes then: see docs/reviews/2026-11-28-providers.md. */

import { expect } from 'chai';
import { OVERLAP_MILLIS } from '../../../../signer/host/chain/gaps.ts';
import { SECOND_LOOK } from '../../../../signer/host/chain/reorgs.ts';
import type { ChainEvent } from '../../../../signer/host/ports/chain.ts';
import { fakeChain, hash, word } from '../../support/fakeChain.ts';
import { ready, requested } from '../../support/samples.ts';
import { viewed } from '../../support/view.ts';

describe('a provider that lies once', () => {
  /** Its answer about the next blocks has one log more. */
  async function lied(data: ChainEvent) {
    const chain = fakeChain();
    const it = viewed({ chain });
    chain.mine(requested(1));
    chain.mine(ready(1));
    await it.settle();
    const { events } = chain;
    const block = chain.mine();
    chain.events = async (from, to) => [
      ...(await events(from, to)),
      { block: block.number, blockHash: block.hash, index: 9, data },
    ];
    await it.settle();
    chain.events = events;
    for (let sweeps = 0; sweeps < 30; sweeps += 1) {
      chain.mine();
      await it.clock.advance(OVERLAP_MILLIS);
      await it.settle();
    }
    return it;
  }

  it('and invents the end of a request, has ended it for this host, whoever is asked afterwards', async () => {
    const { states, view, problems } = await lied({ event: 'RequestExpired', id: word(1) });
    expect([states(), view.isCaughtUp, problems.list()]).to.deep.equal([[[1, 'expired']], true, []]);
  });

  it('and invents a pause, has paused all keys for this host', async () => {
    const { view } = await lied({ event: 'NetworkPaused', pausedUntil: 2 ** 40 });
    expect(view.ledger.network.pausedUntil).to.equal(2 ** 40);
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
    expect(it.problems.list()[0]).to.include('nothing is forgotten until that is sure');
    chain.providers = [honest];
    for (let looks = 0; looks < 2; looks += 1) {
      await it.settle();
      await it.clock.advance(SECOND_LOOK);
    }
    await it.settle();
    expect([it.states(), it.view.isCaughtUp]).to.deep.equal([[[1, 'ready']], true]);
  });
});
