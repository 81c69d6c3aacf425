import { expect } from 'chai';
import { openStore } from '../../../../signer/host/adapters/sqliteStore.ts';
import { OVERLAP_MILLIS } from '../../../../signer/host/chain/gaps.ts';
import { SECOND_LOOK } from '../../../../signer/host/chain/reorgs.ts';
import { Retryable } from '../../../../signer/host/errors.ts';
import { type fakeChain, hash, word } from '../../support/fakeChain.ts';
import { booted, created, fulfilled, ready, registered, request, requested } from '../../support/samples.ts';
import { viewed } from '../../support/view.ts';

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error) => error,
  );

describe('the view', () => {
  it('reads every event once, from the cursor on, and asks nothing while no block is new', async () => {
    const { chain, view, states, store, settle } = viewed();
    chain.mine(requested(1));
    await settle();
    chain.mine(ready(1));
    chain.asked.length = 0;
    await view.observe();
    expect(chain.asked).to.deep.equal([[2, 2]]);
    expect(states()).to.deep.equal([[1, 'ready']]);
    expect([store.cursor()?.number, view.head?.number, view.isCaughtUp]).to.deep.equal([2, 2, true]);
    chain.asked.length = 0;
    chain.calls.clear();
    await view.observe();
    expect([chain.asked, [...chain.calls]]).to.deep.equal([[], [['finalized', 1]]]);
  });

  it('asks three things of a provider for new blocks: the head, the first new one, and the logs', async () => {
    const { chain, view, settle } = viewed();
    await settle();
    for (let number = 0; number < 5; number += 1) chain.mine(requested(number));
    chain.calls.clear();
    await view.observe();
    expect(Object.fromEntries(chain.calls)).to.deep.equal({ finalized: 1, blockAt: 1, events: 1 });
  });

  it('goes on after a restart where it was', async () => {
    const { chain, store, settle } = viewed();
    chain.mine(requested(1));
    await settle();
    const again = viewed({ chain, store });
    expect(again.states()).to.deep.equal([[1, 'queued']]);
    expect([again.view.head?.number, again.view.isCaughtUp]).to.deep.equal([1, false]);
    chain.asked.length = 0;
    await again.view.observe();
    expect([chain.asked, again.view.isCaughtUp]).to.deep.equal([[], true]);
  });

  it('reads again what a disk that was full has not kept', async () => {
    const [kept, lost] = [openStore(':memory:'), openStore(':memory:')];
    let now = kept;
    const store = new Proxy(kept, { get: (_, name) => Reflect.get(now, name) as unknown });
    const { chain, view, settle, states } = viewed({ store });
    chain.mine(requested(1));
    await settle();
    for (const event of kept.events()) lost.addEvent(event);
    lost.setCursor(kept.cursor()!);
    now = lost; // what is written from here on is taken back
    chain.mine(ready(1));
    await settle();
    expect(states()).to.deep.equal([[1, 'ready']]);
    now = kept;
    chain.mine(requested(2));
    await settle();
    expect([...kept.events()].map(({ data }) => data.event)).to.deep.equal([
      ...['SignatureRequested', 'RequestReady', 'SignatureRequested'],
    ]);
    expect([states(), view.isCaughtUp, kept.cursor()?.number]).to.deep.equal([
      [
        [1, 'ready'],
        [2, 'queued'],
      ],
      true,
      3,
    ]);
  });

  it('goes in pieces, says how far it is, and wakes its host until it is there', async () => {
    const { chain, view, problems, woken, settle } = viewed({ scan: { chunkBlocks: 2 } });
    for (let number = 0; number < 99; number += 1) chain.mine();
    await view.observe();
    expect([view.isCaughtUp, view.head?.number, woken()]).to.deep.equal([false, 39, 1]);
    expect(problems.list()).to.deep.equal(['reads old blocks: 39 of 99']);
    await settle();
    expect([view.isCaughtUp, view.head?.number, problems.list()]).to.deep.equal([true, 99, []]);
  });

  it('keeps what was read when the provider fails after it', async () => {
    const { chain, view, states, store } = viewed({ scan: { chunkBlocks: 2 } });
    for (let id = 1; id <= 5; id += 1) chain.mine(requested(id));
    const { events } = chain;
    chain.events = async (from, to) => {
      if (from >= 4) throw new Retryable('RPC_UNAVAILABLE', 'gone');
      return events(from, to);
    };
    expect(await failure(view.observe())).to.have.property('code', 'RPC_UNAVAILABLE');
    expect([states().length, store.cursor()?.number]).to.deep.equal([3, 3]);
  });

  it('writes all that one step has read in one transaction', async () => {
    const { chain, view, store } = viewed({ scan: { chunkBlocks: 2 } });
    for (let id = 1; id <= 9; id += 1) chain.mine(requested(id));
    let transactions = 0;
    const { transaction } = store;
    store.transaction = (work) => {
      transactions += 1;
      return transaction(work);
    };
    await view.observe();
    await view.observe();
    expect([transactions, view.ledger.requests.size]).to.deep.equal([1, 9]);
  });

  it('sets aside what it read while the chain moved, as soon as it sees what follows', async () => {
    const { chain, view, states, clock } = viewed();
    chain.mine(requested(1));
    const { events } = chain;
    chain.events = async (from, to) => {
      const found = await events(from, to);
      chain.reorg(1);
      chain.mine();
      return found;
    };
    await view.observe();
    chain.events = events;
    for (let looks = 0; looks < 3; looks += 1) {
      await clock.advance(12_000);
      await view.observe();
    }
    expect(states()).to.deep.equal([]);
    expect(view.isCaughtUp).to.equal(true);
  });

  it('takes a provider that lags for nothing worse, and says so when it stays behind', async () => {
    const { chain, view, settle, states, problems, woken, clock } = viewed();
    const old = chain.mine(requested(1));
    chain.mine(fulfilled(1));
    await settle();
    const before = woken();
    chain.finalized = async () => old;
    await view.observe();
    expect(states()).to.deep.equal([[1, 'fulfilled']]);
    expect([view.head?.number, woken()]).to.deep.equal([2, before]);
    expect(problems.list()).to.deep.equal([]);
    await clock.advance(60_000);
    await view.observe();
    expect(problems.list()).to.deep.equal(['the RPC is behind: block 2 was read, it is at 1']);
  });

  it('waits for the block of the deployment', async () => {
    const { view, store } = viewed({ scan: { startBlock: 50 } });
    await view.observe();
    expect([view.isCaughtUp, view.head, view.checkpoint(), store.cursor()]).to.deep.equal([false, null, null, null]);
  });

  it('lets those who ask at the same time share one reading', async () => {
    const { chain, view } = viewed();
    chain.mine(requested(1));
    await Promise.all([view.observe(), view.observe(), view.observe()]);
    expect(chain.calls.get('finalized')).to.equal(1);
  });

  it('reads what was asked, also when it has ended', async () => {
    const { chain, view, settle } = viewed();
    chain.mine(requested(1), requested(2));
    chain.mine(ready(1), fulfilled(1));
    await settle();
    expect(view.ledger.requests.get(word(1))).to.deep.include({ state: 'fulfilled', request: null });
    expect([view.asked(word(1)), view.asked(word(2)), view.asked(word(3))]).to.deep.equal([request, request, null]);
  });

  it('tells the later of two clocks', async () => {
    const { view, clock, settle } = viewed();
    await settle();
    expect(view.timeNow()).to.equal(1_000);
    await clock.advance(5_500);
    expect(view.timeNow()).to.equal(1_005);
  });
});

describe('a block that somebody waits for', () => {
  it('is there when it is final here', async () => {
    const { chain, view, clock, settle } = viewed();
    await settle();
    const waits = view.final({ number: 2, hash: hash('block 2 of fork 0') }, 5_000);
    chain.mine();
    await clock.advance(600);
    chain.mine();
    await clock.advance(600);
    expect((await waits)?.number).to.equal(2);
    expect((await view.final({ number: 1, hash: hash('block 1 of fork 0') }, 0))?.number, 'older').to.equal(1);
  });

  it('is null when it is another one, or does not come', async () => {
    const { chain, view, clock, settle } = viewed();
    chain.mine();
    await settle();
    expect(await view.final({ number: 1, hash: word(1) }, 5_000)).to.equal(null);
    const waits = view.final({ number: 9, hash: word(1) }, 5_000);
    await clock.advance(5_001);
    expect(await waits).to.equal(null);
  });
});

describe('logs that an RPC leaves out', () => {
  it('are found when the last blocks are read again, half a minute later', async () => {
    const { chain, view, clock, settle, states, metrics } = viewed();
    await settle();
    chain.omits = ({ data }) => data.event === 'RequestReady';
    chain.mine(requested(1), ready(1));
    await settle();
    expect(states()).to.deep.equal([[1, 'queued']]);
    chain.omits = () => false;
    await view.observe();
    expect(states()).to.deep.equal([[1, 'queued']]);
    await clock.advance(OVERLAP_MILLIS);
    await view.observe();
    expect(states()).to.deep.equal([[1, 'ready']]);
    expect(metrics.read('quorate_late_logs_total')).to.equal(1);
  });

  it('are not looked for while no block is new', async () => {
    const { chain, view, clock, settle } = viewed();
    chain.mine(requested(1));
    await settle();
    await clock.advance(OVERLAP_MILLIS);
    await view.observe();
    chain.asked.length = 0;
    await clock.advance(OVERLAP_MILLIS);
    await view.observe();
    expect(chain.asked).to.deep.equal([]);
  });

  it('are found by a sweep when they are older', async () => {
    const { chain, view, clock, settle, states } = viewed();
    await settle();
    chain.omits = ({ data }) => data.event === 'RequestReady';
    chain.mine(requested(1), ready(1));
    for (let number = 0; number < 20; number += 1) chain.mine();
    await settle();
    await clock.advance(OVERLAP_MILLIS);
    await view.observe();
    chain.omits = () => false;
    await clock.advance(600_000);
    await view.observe();
    expect(states()).to.deep.equal([[1, 'ready']]);
  });

  it('are noticed after the first reading: the contracts count more', async () => {
    const { chain, view, problems, settle, clock } = viewed();
    chain.mine(created, registered(0));
    for (let number = 0; number < 200; number += 1) chain.mine(requested(1 + number));
    chain.omits = () => true;
    await settle();
    expect(view.isCaughtUp).to.equal(false);
    expect(problems.list()[0]).to.include('count 200 requests, 1 keys, 1 enclaves that no log has shown');
    await view.observe();
    expect(view.isCaughtUp, 'it has read all of it again, in vain').to.equal(false);
    chain.omits = () => false;
    await clock.advance(OVERLAP_MILLIS * 4);
    await settle();
    expect([view.isCaughtUp, problems.list(), view.ledger.requests.size]).to.deep.equal([true, [], 200]);
    expect([view.ledger.keys.size, view.ledger.enclaves.size]).to.deep.equal([1, 1]);
  });

  it('are looked for more and more seldom', async () => {
    const { chain, view, clock, settle } = viewed();
    chain.mine(requested(1));
    chain.omits = () => true;
    await settle();
    chain.asked.length = 0;
    const readings = async (ticks: number) => {
      for (let tick = 0; tick < ticks; tick += 1) {
        await clock.advance(1_000);
        await view.observe();
      }
      return chain.asked.splice(0).length;
    };
    // at once, after a half minute (beside the last blocks, as always), after one, after two
    expect([await readings(31), await readings(30), await readings(30)]).to.deep.equal([3, 0, 1]);
    expect([await readings(119), await readings(1)]).to.deep.equal([0, 1]);
  });

  it('stop a host that was caught up, until they are found', async () => {
    const { chain, view, clock, settle } = viewed();
    await settle();
    chain.omits = () => true;
    chain.mine(requested(1));
    await settle();
    expect(view.isCaughtUp, 'nobody knows yet').to.equal(true);
    await clock.advance(OVERLAP_MILLIS);
    await view.observe();
    expect(view.isCaughtUp).to.equal(false);
    chain.omits = () => false;
    await settle();
    expect([view.isCaughtUp, view.ledger.requests.size]).to.deep.equal([true, 1]);
  });

  it('are looked for at once when others speak of what no log has begun', async () => {
    const { chain, view, settle } = viewed();
    await settle();
    chain.omits = ({ data }) => data.event === 'EnclaveRegistered';
    chain.mine(registered(0));
    await settle();
    chain.omits = () => false;
    chain.mine(booted(0));
    await settle();
    expect(view.ledger.enclaves.get(word(0xa1))?.boot?.counter).to.equal(1n);
  });

  it('cannot be told from none while the contracts do not answer: the first reading is not over before', async () => {
    const { chain, view } = viewed();
    chain.mine(requested(1));
    chain.failures.set('counts', [new Retryable('HISTORY_PRUNED', 'no state')]);
    expect(await failure(view.observe())).to.have.property('code', 'HISTORY_PRUNED');
    expect([view.isCaughtUp, view.ledger.requests.size]).to.deep.equal([false, 1]);
    await view.observe();
    expect(view.isCaughtUp).to.equal(true);
  });

  it('are no gap when there is more than is counted: somebody invents logs', async () => {
    const { chain, view, settle } = viewed();
    chain.mine(requested(1));
    chain.counts = async () => ({ requests: 0, keys: 0, enclaves: 0 });
    await settle();
    expect(view.isCaughtUp).to.equal(true);
  });
});

describe('a block that was read and has left the chain', () => {
  /** Reads `depth` blocks that are then replaced by others. */
  async function reorged(depth: number) {
    const it = viewed();
    const { chain, view } = it;
    chain.mine(requested(1));
    await view.observe();
    for (let number = 0; number < depth; number += 1) {
      chain.mine(number === 0 ? ready(1) : requested(10 + number));
      await view.observe();
    }
    expect(it.states()[0]).to.deep.equal([1, 'ready']);
    chain.reorg(depth);
    for (let number = 0; number <= depth; number += 1) chain.mine();
    return it;
  }

  for (const depth of [1, 2, 3])
    it(`is given up, ${depth} deep, when one provider says so twice`, async () => {
      const { view, states, metrics, clock, problems } = await reorged(depth);
      await view.observe();
      expect(states()[0]).to.deep.equal([1, 'ready']);
      expect(problems.list()[0]).to.include('nothing is forgotten until that is sure');
      await clock.advance(SECOND_LOOK - 1);
      await view.observe();
      expect(states()[0], 'too early').to.deep.equal([1, 'ready']);
      await clock.advance(1);
      await view.observe();
      expect(states()).to.deep.equal([[1, 'queued']]);
      expect([metrics.read('quorate_reorgs_total'), problems.list(), view.isCaughtUp]).to.deep.equal([1, [], true]);
      expect(view.head?.number).to.equal(depth + 2);
    });

  it('is given up at once when two providers agree', async () => {
    const { chain, view, states } = await reorged(2);
    chain.providers = [...chain.providers, ...chain.providers];
    await view.observe();
    expect(states()).to.deep.equal([[1, 'queued']]);
  });

  it('is not given up while a provider still has it, or two name different ones', async () => {
    const { chain, view, states, clock, store } = await reorged(1);
    const cursor = store.cursor()!;
    const [truth] = chain.providers;
    for (const other of [cursor.hash, word(77)]) {
      chain.providers = [truth!, () => ({ ...cursor, hash: other })];
      for (let looks = 0; looks < 3; looks += 1) {
        await view.observe();
        await clock.advance(SECOND_LOOK);
      }
      expect(states()[0]).to.deep.equal([1, 'ready']);
    }
  });

  it('is not given up for a head that claims another parent while the block is where it was', async () => {
    const { chain, view, states, clock, settle } = viewed();
    chain.mine(requested(1));
    await settle();
    const head = chain.mine(ready(1));
    chain.finalized = async () => ({ ...head, parentHash: word(66) });
    for (let looks = 0; looks < 3; looks += 1) {
      await view.observe();
      await clock.advance(SECOND_LOOK);
    }
    expect([states(), view.head?.number]).to.deep.equal([[[1, 'queued']], 1]);
  });

  it('is given up for two that agree, whatever a third lacks', async () => {
    const { chain, view, states } = await reorged(2);
    chain.providers = [...chain.providers, () => null, ...chain.providers];
    await view.observe();
    expect(states()).to.deep.equal([[1, 'queued']]);
  });

  it('is given up, too, when it left while later ones were read', async () => {
    const { chain, view, states, settle, clock } = viewed({ scan: { chunkBlocks: 2 } });
    for (let id = 1; id <= 6; id += 1) chain.mine(requested(id));
    const { events } = chain;
    chain.events = async (from, to) => {
      const found = await events(from, to);
      if (to !== 3) return found;
      queueMicrotask(() => {
        // after the look whether the piece is still there
        const { blockAt } = chain;
        chain.blockAt = async (number) => {
          const block = await blockAt(number);
          chain.blockAt = blockAt;
          chain.reorg(5);
          for (let id = 12; id <= 16; id += 1) chain.mine(requested(id));
          return block;
        };
      });
      return found;
    };
    await failure(view.observe());
    chain.events = events;
    await settle();
    await clock.advance(SECOND_LOOK);
    await settle();
    expect(states().map(([id]) => id)).to.deep.equal([1, 12, 13, 14, 15, 16]);
  });

  it('is never given up for a provider of another chain', async () => {
    for (const identity of [{ chainId: 1 }, { genesis: word(5) }]) {
      const { chain, view, states, clock } = await reorged(1);
      Object.assign(chain.identity, identity);
      chain.providers = [...chain.providers, ...chain.providers];
      for (let looks = 0; looks < 3; looks += 1) {
        await view.observe();
        await clock.advance(SECOND_LOOK);
      }
      expect(states()[0]).to.deep.equal([1, 'ready']);
    }
  });

  it('takes everything with it only after a second look, whoever agrees', async () => {
    const { chain, view, states, clock, settle } = viewed();
    chain.mine(requested(1));
    await settle();
    chain.reorg(2);
    for (let number = 0; number < 4; number += 1) chain.mine();
    chain.providers = [...chain.providers, ...chain.providers];
    await view.observe();
    expect(states()).to.deep.equal([[1, 'queued']]);
    await clock.advance(SECOND_LOOK);
    await view.observe();
    expect([states(), view.head?.number]).to.deep.equal([[], 3]);
  });

  it('comes back from the copy, without being read again, when the chain has it again', async () => {
    const { chain, view, states, settle, store, clock } = viewed();
    chain.mine(requested(1));
    await settle();
    chain.mine(ready(1));
    await settle();
    const truth = {
      blockAt: chain.blockAt,
      finalized: chain.finalized,
      events: chain.events,
      providers: chain.providers,
    };
    const other = (number: number) => ({
      number,
      hash: hash(`other ${number}`),
      parentHash: hash(`other ${number - 1}`),
      timestamp: 1,
    });
    Object.assign(chain, {
      finalized: async () => other(9),
      blockAt: async (number: number) => other(number),
      providers: [other],
      events: async () => Promise.reject(new Retryable('HISTORY_PRUNED', 'gone')),
    });
    await view.observe();
    await clock.advance(SECOND_LOOK);
    expect(await failure(view.observe())).to.have.property('code', 'HISTORY_PRUNED');
    expect(await failure(view.observe()), 'the other chain is no reason').to.have.property('code', 'HISTORY_PRUNED');
    expect([states(), store.setAside()?.above, view.isCaughtUp]).to.deep.equal([[], -1, false]);
    Object.assign(chain, truth);
    chain.asked.length = 0;
    await view.observe();
    expect([states(), store.setAside(), chain.asked]).to.deep.equal([[[1, 'ready']], null, []]);
    expect(view.isCaughtUp).to.equal(true);
  });

  it('does not come back from the copy on top of what was read in its place', async () => {
    const { chain, view, states, settle, store, clock } = viewed({ scan: { chunkBlocks: 1 } });
    for (let id = 1; id <= 60; id += 1) chain.mine(requested(id));
    await settle();
    const { blockAt, finalized, events, providers } = chain;
    const other = (number: number) => ({
      ...{ number, hash: hash(`other ${number}`), parentHash: hash(`other ${number - 1}`), timestamp: 1 },
    });
    Object.assign(chain, {
      finalized: async () => other(80),
      blockAt: async (number: number) => other(number),
      providers: [other],
      events: async (from: number) => [
        { block: from, blockHash: other(from).hash, index: 0, data: requested(1_000 + from) },
      ],
    });
    await view.observe();
    await clock.advance(SECOND_LOOK);
    await view.observe();
    expect([view.head?.number, store.setAside()?.above, states()[0]]).to.deep.equal([19, -1, [1_000, 'queued']]);
    Object.assign(chain, { blockAt, finalized, events, providers });
    await settle();
    await clock.advance(SECOND_LOOK);
    await settle();
    expect(states()).to.deep.equal(Array.from({ length: 60 }, (_, at) => [at + 1, 'queued']));
    expect(view.isCaughtUp).to.equal(true);
  });

  it('takes the count with it: what was left out of what stands in its place is noticed', async () => {
    const { chain, view, clock } = await reorged(1);
    chain.reorg(1);
    chain.mine(requested(5));
    chain.omits = ({ data }) => data.event === 'SignatureRequested' && data.id === word(5);
    await view.observe();
    await clock.advance(SECOND_LOOK);
    await view.observe();
    expect([view.head?.number, view.isCaughtUp]).to.deep.equal([3, false]);
  });

  it('leaves no copy once it has been read again', async () => {
    const { view, clock, store } = await reorged(2);
    await view.observe();
    await clock.advance(SECOND_LOOK);
    await view.observe();
    expect([store.setAside(), view.head?.number]).to.deep.equal([null, 4]);
  });
});

describe('the block that sessions pin', () => {
  const final = (chain: ReturnType<typeof fakeChain>, number: number) => ({
    slot: 10 * number,
    blockHash: chain.providers[0]!(number)!.hash,
  });

  it('is none until the enclave has verified one, whatever the RPC calls final', async () => {
    const { chain, view, settle } = viewed();
    chain.mine();
    await settle();
    expect(view.checkpoint()).to.equal(null);
    await view.pin(final(chain, 1));
    expect(view.checkpoint()).to.deep.include({ number: 1, slot: 10, hash: hash('block 1 of fork 0') });
  });

  it('is the newest, and never an older one again', async () => {
    const { chain, view, settle } = viewed();
    for (let number = 1; number <= 3; number += 1) chain.mine();
    await settle();
    await view.pin(final(chain, 3));
    await view.pin(final(chain, 2));
    expect(view.checkpoint()?.number).to.equal(3);
  });

  it('is not after what was read: until then it is the one before', async () => {
    const { chain, view, settle } = viewed();
    chain.mine();
    await settle();
    await view.pin(final(chain, 1));
    chain.mine();
    await view.pin(final(chain, 2));
    expect(view.checkpoint()?.number).to.equal(1);
    await settle();
    expect(view.checkpoint()?.number).to.equal(2);
  });

  it('is read up to when a beacon node speaks of it, with one look', async () => {
    const { chain, view, settle } = viewed();
    await settle();
    chain.mine();
    await view.reach(final(chain, 1).blockHash);
    expect(view.head?.number).to.equal(1);
    const looks = chain.calls.get('finalized');
    await view.reach(final(chain, 1).blockHash);
    expect(chain.calls.get('finalized')).to.equal(looks);
  });

  it('has to be one that an RPC has', async () => {
    const { view, settle } = viewed();
    await settle();
    for (const asked of [view.pin({ slot: 1, blockHash: word(0xbad) }), view.reach(word(0xbad))])
      expect(await asked.catch((error) => error))
        .to.be.instanceOf(Retryable)
        .with.property('code', 'CHAIN_MOVED');
    expect(view.checkpoint()).to.equal(null);
  });

  it('is none for another life of the enclave', async () => {
    const { chain, view, settle } = viewed();
    chain.mine();
    await settle();
    await view.pin(final(chain, 1));
    view.unpin();
    expect(view.checkpoint()).to.equal(null);
  });
});
