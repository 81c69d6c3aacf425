import { expect } from 'chai';
import { eventReader, type Piece, type RangeReader } from '../../../signer/host/chain/range.ts';
import { fakeChain, hash } from '../support/fakeChain.ts';
import { requested } from '../support/samples.ts';

async function all(reader: RangeReader<Piece>, from: number, to: number): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (let next = from; next <= to; next = pieces.at(-1)!.last.number + 1) pieces.push(await reader.read(next, to));
  return pieces;
}

function chainOf(blocks: number) {
  const chain = fakeChain();
  for (let id = 1; id < blocks; id += 1) chain.mine(requested(id));
  return chain;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error) => error,
  );

describe('the range reader', () => {
  it('reads a range once, in pieces as long as it may', async () => {
    const chain = chainOf(100);
    const pieces = await all(eventReader(chain, 40), 0, 99);
    expect(chain.asked).to.deep.equal([
      [0, 39],
      [40, 79],
      [80, 99],
    ]);
    expect(pieces.flatMap(({ events }) => events.map(({ block }) => block))).to.deep.equal(
      Array.from({ length: 99 }, (_, at) => at + 1),
    );
  });

  for (const maxRange of [1, 3, 10, 37])
    it(`halves what is too long until a provider of ${maxRange} blocks gives it, and stays there`, async () => {
      const chain = chainOf(100);
      chain.maxRange = maxRange;
      const pieces = await all(eventReader(chain, 2_000), 0, 99);
      expect(pieces.flatMap(({ events }) => events)).to.have.lengthOf(99);
      const refused = chain.asked.filter(([from, to]) => to - from + 1 > maxRange);
      expect(refused.length).to.be.at.most(7 + 100 / 32);
    });

  it('tries longer pieces again after a while', async () => {
    const chain = chainOf(900);
    chain.maxRange = 2;
    const reader = eventReader(chain, 64);
    await all(reader, 0, 10);
    chain.maxRange = 1_000;
    chain.asked.length = 0;
    await all(reader, 11, 899);
    expect(Math.max(...chain.asked.map(([from, to]) => to - from + 1))).to.be.greaterThan(8);
  });

  it('gives up on a single block that is too long', async () => {
    const chain = chainOf(3);
    chain.maxRange = 0;
    expect(await failure(eventReader(chain, 10).read(0, 2))).to.have.property('code', 'RANGE_TOO_LONG');
  });

  it('takes no logs of blocks that it has not asked for, nor of another last block', async () => {
    for (const log of [{ block: 5 }, { block: 1 }, { blockHash: hash('another') }]) {
      const chain = chainOf(10);
      const { events } = chain;
      chain.events = async (from, to) =>
        (await events(from, to)).map((event) => (event.block === 4 ? { ...event, ...log } : event));
      expect(await failure(eventReader(chain, 10).read(2, 4)), JSON.stringify(log)).to.have.property(
        'code',
        'RPC_REFUSED',
      );
    }
  });

  it('waits where a block is not there although a higher one is final', async () => {
    expect(await failure(eventReader(chainOf(3), 10).read(0, 8))).to.have.property('code', 'CHAIN_MOVED');
  });

  it('asks for no block that is known', async () => {
    const chain = chainOf(3);
    const known = (await chain.blockAt(2))!;
    chain.calls.clear();
    expect((await eventReader(chain, 10).read(0, 2, known)).last).to.equal(known);
    expect(chain.calls.has('blockAt')).to.equal(false);
  });
});
