import { expect } from 'chai';
import { createProviders } from '../../../signer/host/adapters/providers.ts';
import { Fatal, Retryable, type RetryableCode } from '../../../signer/host/errors.ts';
import type { Fields } from '../../../signer/host/log.ts';
import { createProblems } from '../../../signer/host/problems.ts';
import { manualClock } from '../support/clock.ts';
import { type FakeChain, fakeChain, hash, word } from '../support/fakeChain.ts';

const HOME = { chainId: 31_337, genesisHash: hash('the home chain') };
const down = () => new Retryable('RPC_UNAVAILABLE', 'nobody there');
const failure = (code: RetryableCode) => new Retryable(code, `it says ${code}`);

type Fake = FakeChain & { chainId(): Promise<number>; genesis(): Promise<`0x${string}`>; questions: number };

/** Counts what it is asked, and is of the home chain until a test says otherwise. */
function fake(): Fake {
  const chain = Object.assign(fakeChain(), {
    questions: 0,
    chainId: async () => HOME.chainId,
    genesis: async () => HOME.genesisHash,
    onBlock: (_: () => void) => () => {},
  }) as Fake;
  const balance = chain.balance;
  chain.balance = async (account) => {
    chain.questions += 1;
    const failed = chain.failures.get('balance')?.shift();
    if (failed !== undefined) throw failed;
    return balance(account);
  };
  return chain;
}

function several(...chains: readonly Fake[]) {
  const clock = manualClock();
  const problems = createProblems();
  const logged: [level: string, message: string, fields: Fields | undefined][] = [];
  const reopened = new Map<string, () => void>();
  const sources = chains.map((chain, at) => ({
    ...{ name: `rpc-${at}`, chain },
    onReopened: (then: () => void) => void reopened.set(`rpc-${at}`, then),
  }));
  const log = (level: string, message: string, fields?: Fields) => void logged.push([level, message, fields]);
  const chain = createProviders(sources, HOME, { clock, log, problems, jitter: () => 0 });
  const ask = () => chain.balance(word(1));
  return { chain, clock, problems, logged, reopened, ask, reason: () => ask().catch((error) => error) };
}

describe('several providers', () => {
  it('are asked in their order: the next one when one fails', async () => {
    const [first, second] = [fake(), fake()];
    const { ask } = several(first, second);
    await ask();
    expect([first.questions, second.questions]).to.deep.equal([1, 0]);
    first.failures.set('balance', [down()]);
    await ask();
    expect([first.questions, second.questions]).to.deep.equal([2, 1]);
  });

  const elsewhere: RetryableCode[] = [
    ...(['RPC_UNAVAILABLE', 'RPC_REFUSED', 'RPC_BUSY', 'RPC_NONSENSE'] as const),
    ...(['HISTORY_PRUNED', 'HEADER_MISMATCH', 'PROOF_INCOMPLETE'] as const),
  ];
  for (const code of elsewhere)
    it(`are asked in turn after ${code}`, async () => {
      const [first, second] = [fake(), fake()];
      first.failures.set('balance', [failure(code)]);
      await several(first, second).ask();
      expect(second.questions).to.equal(1);
    });

  for (const code of ['TRANSACTION_REVERTS', 'RANGE_TOO_LONG', 'NONCE_USED', 'UNDERPRICED'] as const)
    it(`are not asked what all would answer alike: ${code}`, async () => {
      const [first, second] = [fake(), fake()];
      first.failures.set('balance', [failure(code)]);
      expect(await several(first, second).reason()).to.have.property('code', code);
      expect(second.questions).to.equal(0);
    });

  it('fail when all of them fail, with what each one said', async () => {
    const [first, second] = [fake(), fake()];
    first.failures.set('balance', [down()]);
    second.failures.set('balance', [new Retryable('RPC_REFUSED', 'unauthorized')]);
    const error = await several(first, second).reason();
    expect(error).to.have.property('code', 'RPC_UNAVAILABLE');
    expect(error.message).to.include('nobody there').and.include('unauthorized');
  });

  it('say that history is gone only when all of them say so', async () => {
    const [first, second] = [fake(), fake()];
    first.failures.set('balance', [failure('HISTORY_PRUNED')]);
    second.failures.set('balance', [down()]);
    expect(await several(first, second).reason()).to.have.property('code', 'RPC_UNAVAILABLE');
    first.failures.set('balance', [failure('HISTORY_PRUNED')]);
    second.failures.set('balance', [failure('HISTORY_PRUNED')]);
    expect(await several(first, second).reason()).to.have.property('code', 'HISTORY_PRUNED');
  });

  it('each say what they have at a number, but those that fail or are of another chain', async () => {
    const [first, second, third, wrong] = [fake(), fake(), fake(), fake()];
    third.mine();
    const at = (await third.blockAt(1)) ?? expect.fail();
    first.failures.set('blockAt', [down()]);
    wrong.chainId = async () => 10;
    const { chain } = several(first, second, third, wrong);
    expect((await chain.blocksAt(1)).map(({ block }) => block)).to.deep.equal([null, at]);
    for (const one of [first, second, third]) one.failures.set('blockAt', [down()]);
    expect(await chain.blocksAt(1).catch((error) => error)).to.have.property('code', 'RPC_UNAVAILABLE');
  });

  it('are all asked for gas where one says that it takes much, and the least of it counts', async () => {
    const [first, second, third] = [fake(), fake(), fake()];
    const { chain } = several(first, second, third);
    const estimate = (one: Fake, gas: bigint) => Object.assign(one, { estimateGas: async () => gas });
    estimate(first, 16_000_000n);
    estimate(second, 2_000_000n);
    third.failures.set('estimateGas', [down()]);
    expect(await chain.estimateGas(word(1), word(2), '0x')).to.equal(2_000_000n);
    estimate(first, 300_000n);
    estimate(second, 1n);
    expect(await chain.estimateGas(word(1), word(2), '0x'), 'little is believed').to.equal(300_000n);
  });

  describe('and logs that are read a second time', () => {
    const head = async (chain: Fake) => (await chain.blockAt(0)) ?? expect.fail();
    const long = async (chain: Fake) => ({ ...(await head(chain)), number: 100 });

    it('are asked of all: who does not answer says nothing', async () => {
      const [first, second] = [fake(), fake()];
      second.failures.set('events', [down()]);
      const { chain } = several(first, second);
      expect(await chain.eventsOfAll(0, await head(first))).to.deep.equal([[], null]);
      for (const one of [first, second]) one.failures.set('events', [down()]);
      const failed = await chain.eventsOfAll(0, await head(first)).catch((error) => error);
      expect(failed).to.have.property('code', 'RPC_UNAVAILABLE');
    });

    it('are asked for in shorter ranges where one wants it, down to a modest length', async () => {
      const [first, second] = [fake(), fake()];
      const { chain } = several(first, second);
      second.failures.set('events', [failure('RANGE_TOO_LONG')]);
      const refused = await chain.eventsOfAll(0, await long(first)).catch((error) => error);
      expect(refused).to.have.property('code', 'RANGE_TOO_LONG');
      second.failures.set('events', [failure('RANGE_TOO_LONG')]);
      expect(await chain.eventsOfAll(1, await long(first))).to.deep.equal([[], null]);
    });
  });

  describe('and a transaction', () => {
    const told = (chain: Fake) => chain.calls.get('send') ?? 0;

    it('all hear of it: one may swallow it', async () => {
      const [first, second] = [fake(), fake()];
      first.send = async () => {};
      await several(first, second).chain.send('0x01');
      expect(second.sent).to.deep.equal(['0x01']);
    });

    for (const code of ['GAS_ACCOUNT_EMPTY', 'NONCE_USED', 'UNDERPRICED', 'RPC_REFUSED'] as const)
      it(`which one refuses with ${code}, have it when another has taken it`, async () => {
        const [first, second] = [fake(), fake()];
        first.failures.set('send', [failure(code)]);
        await several(first, second).chain.send('0x01');
        expect([told(first), told(second)]).to.deep.equal([1, 1]);
      });

    it('wait for nobody once one has taken it', async () => {
      const second = fake();
      second.send = () => new Promise(() => {});
      await several(fake(), second).chain.send('0x01');
    });

    it('say what a node makes of it when nobody takes it', async () => {
      const [first, second] = [fake(), fake()];
      first.failures.set('send', [down(), down()]);
      second.failures.set('send', [failure('UNDERPRICED'), down()]);
      const { chain, clock } = several(first, second);
      const reason = () => chain.send('0x01').catch((error) => error);
      expect(await reason()).to.have.property('code', 'UNDERPRICED');
      await clock.advance(2_000);
      expect(await reason()).to.have.property('code', 'RPC_UNAVAILABLE');
    });
  });

  it('let a bug be a bug', async () => {
    const first = fake();
    first.balance = async () => {
      throw new TypeError('a bug');
    };
    expect(await several(first, fake()).reason()).to.be.instanceOf(TypeError);
  });

  describe('and their heads', () => {
    const headOf = async (it: ReturnType<typeof several>) => {
      const { number } = await it.chain.finalized();
      await it.clock.advance(0);
      return number;
    };
    const looks = (chain: Fake) => {
      let count = 0;
      const finalized = chain.finalized;
      chain.finalized = async () => {
        count += 1;
        return finalized();
      };
      return () => count;
    };

    it('are looked at once a tick, those of the others every twentieth time', async () => {
      const [first, second] = [fake(), fake()];
      const [ofFirst, ofSecond] = [looks(first), looks(second)];
      const it = several(first, second);
      for (let tick = 0; tick < 40; tick += 1) await headOf(it);
      expect([ofFirst(), ofSecond()]).to.deep.equal([40, 2]);
    });

    it('decide who is preferred: one that is further ahead', async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      for (let tick = 0; tick < 5; tick += 1) await headOf(it);
      second.mine();
      for (let tick = 0; tick < 20; tick += 1) await headOf(it);
      expect(await headOf(it)).to.equal(1);
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([0, 1]);
    });

    it('that one has made up do not keep it preferred: it has no blocks that lead there', async () => {
      const [first, second] = [fake(), fake()];
      for (const chain of [first, second]) chain.mine();
      const it = several(first, second);
      second.finalized = async () => ({ number: 1_000, hash: word(1), parentHash: word(2), timestamp: 0 });
      const heads: number[] = [];
      for (let tick = 0; tick < 60; tick += 1) {
        const head = await headOf(it);
        heads.push(head);
        await it.chain.blockAt(head).catch(() => null);
        await it.clock.advance(4_000);
      }
      expect(heads.slice(20).filter((head) => head === 1_000).length).to.be.at.most(2);
    });

    it('do not wait for one that is slow', async () => {
      const second = fake();
      second.finalized = () => new Promise(() => {});
      expect(await headOf(several(fake(), second))).to.equal(0);
    });

    it('come from another when the preferred one fails, which is preferred from then on', async () => {
      const [first, second] = [fake(), fake()];
      second.mine();
      first.failures.set('finalized', [failure('RPC_REFUSED')]);
      const it = several(first, second);
      expect(await headOf(it)).to.equal(1);
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([0, 1]);
    });
  });

  describe('one of which is of another chain', () => {
    const other = () => Object.assign(fake(), { chainId: async () => 10 });
    const otherGenesis = () => Object.assign(fake(), { genesis: async () => hash('another genesis') });

    for (const [what, wrong] of [
      ['its id differs', other],
      ['only its genesis differs', otherGenesis],
    ] as const)
      it(`never hear a question of it where ${what}, and say so`, async () => {
        const [first, second] = [wrong(), fake()];
        const it = several(first, second);
        await it.ask();
        await it.ask();
        expect([first.questions, second.questions]).to.deep.equal([0, 2]);
        expect(it.problems.list().join()).to.include('rpc-0').and.include('another chain');
        expect(it.logged.map(([level, , fields]) => [level, fields?.rpc])).to.deep.equal([['error', 'rpc-0']]);
      });

    it('never prefer it, however far ahead it is when it comes back', async () => {
      const [home, wrong] = [fake(), other()];
      const right = wrong.chainId;
      wrong.chainId = async () => {
        throw down();
      };
      const it = several(home, wrong);
      for (let tick = 0; tick < 25; tick += 1) await it.chain.finalized();
      for (let block = 0; block < 500; block += 1) wrong.mine();
      wrong.chainId = right;
      await it.clock.advance(120_000);
      for (let tick = 0; tick < 50; tick += 1) {
        expect((await it.chain.finalized()).number).to.equal(0);
        await it.clock.advance(4_000);
      }
      expect(it.problems.has('rpc rpc-1')).to.equal(true);
    });

    it('say so once, however often they look at it again', async () => {
      const it = several(other(), fake());
      for (let minute = 0; minute < 5; minute += 1) {
        await it.ask();
        await it.clock.advance(60_000);
      }
      expect(it.logged.filter(([level]) => level === 'error')).to.have.length(1);
      expect(it.problems.list()).to.have.length(1);
    });

    it('look at it again, and take it when it was mended', async () => {
      const [first, second] = [other(), fake()];
      const it = several(first, second);
      await it.ask();
      first.chainId = async () => HOME.chainId;
      await it.ask();
      expect(first.questions).to.equal(0);
      await it.clock.advance(60_000);
      await it.ask();
      expect(first.questions).to.equal(1);
      expect(it.problems.list()).to.deep.equal([]);
    });

    it('look at each again after a failure', async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      await it.ask();
      first.failures.set('balance', [failure('RPC_REFUSED')]);
      first.chainId = async () => 10;
      await it.ask(); // the failure
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([2, 2]);
    });

    it('do not believe an answer that came over a new connection until they know whose it is', async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      await it.ask();
      const balance = first.balance;
      first.balance = async (account) => {
        it.reopened.get('rpc-0')?.();
        first.chainId = async () => 10;
        await balance(account);
        return 666n;
      };
      expect(await it.ask()).not.to.equal(666n);
      expect(second.questions).to.equal(1);
    });

    it('end the host when there is no other, or none that is right', async () => {
      expect(await several(other()).reason())
        .to.be.instanceOf(Fatal)
        .with.property('code', 'WRONG_CHAIN');
      expect(await several(other(), otherGenesis()).reason()).to.be.instanceOf(Fatal);
      expect(
        await several(other())
          .chain.chainId()
          .catch((error) => error),
      ).to.be.instanceOf(Fatal);
    });

    it('wait for one that may be right', async () => {
      const second = fake();
      second.failures.set('balance', [down()]);
      expect(await several(other(), second).reason()).to.have.property('code', 'RPC_UNAVAILABLE');
    });
  });

  describe('that have enough', () => {
    const busy = (chain: Fake, times: number) =>
      chain.failures.set(
        'balance',
        Array.from({ length: times }, () => failure('RPC_BUSY')),
      );

    it('are left alone, twice as long each time, while others are asked', async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      busy(first, 100);
      const askedAt: number[] = [];
      const start = it.clock.now();
      for (let tick = 0; tick < 200; tick += 1) {
        const before = first.questions;
        await it.ask();
        if (first.questions > before) askedAt.push((it.clock.now() - start) / 1_000);
        await it.clock.advance(500);
      }
      expect(askedAt).to.deep.equal([0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 63.5, 95.5]);
      expect(second.questions).to.equal(200);
    });

    it('are not thought to have had enough twice, when they say so of questions asked at once', async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      await it.ask();
      busy(first, 5);
      await Promise.all(Array.from({ length: 5 }, it.ask));
      expect(first.questions).to.equal(6);
      await it.clock.advance(500);
      await it.ask();
      expect(first.questions).to.equal(7);
    });

    it('are not asked even when there is no other', async () => {
      const first = fake();
      const it = several(first);
      busy(first, 1);
      expect(await it.reason()).to.have.property('code', 'RPC_BUSY');
      expect(await it.reason()).to.have.property('code', 'RPC_BUSY');
      expect(first.questions).to.equal(1);
      await it.clock.advance(1_000);
      await it.ask();
      expect(first.questions).to.equal(2);
    });

    it('are not left alone because they do not answer, when there is no other', async () => {
      const first = fake();
      const it = several(first);
      first.failures.set('balance', [down(), down(), down()]);
      for (let tries = 0; tries < 3; tries += 1) expect(await it.reason()).to.have.property('code', 'RPC_UNAVAILABLE');
      await it.ask();
      expect(first.questions).to.equal(4);
    });
  });

  for (const code of ['RPC_UNAVAILABLE', 'RPC_NONSENSE'] as const)
    it(`are asked last for a while after ${code}`, async () => {
      const [first, second] = [fake(), fake()];
      const it = several(first, second);
      first.failures.set('balance', [failure(code)]);
      await it.ask();
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([1, 2]);
      second.failures.set('balance', [down()]);
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([2, 3]);
      await it.clock.advance(1_000);
      await it.ask();
      expect([first.questions, second.questions]).to.deep.equal([3, 3]);
    });

  it('tell of new blocks, but one of another chain', async () => {
    const growers: (() => void)[] = [];
    const [home, wrong] = [fake(), fake()];
    for (const chain of [home, wrong])
      chain.onBlock = (grown) => {
        growers.push(grown);
        return () => {};
      };
    wrong.chainId = async () => 10;
    const it = several(wrong, home);
    let told = 0;
    it.chain.onBlock(() => {
      told += 1;
    });
    await it.ask();
    growers[0]?.();
    expect(told).to.equal(0);
    growers[1]?.();
    expect(told).to.equal(1);
  });
});
