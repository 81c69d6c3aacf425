/** What was seen, and the copy of what was taken back. */

import { expect } from 'chai';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import type { LocatedEvent } from '../../../signer/host/ports/chain.ts';
import type { Store } from '../../../signer/host/ports/store.ts';
import { hash } from '../support/fakeChain.ts';
import { requested } from '../support/samples.ts';

const block = (number: number, fork = '') => ({
  ...{ number, hash: hash(`${number}${fork}`), parentHash: hash(`${number - 1}${fork}`), timestamp: number },
});
const event = (number: number, fork = ''): LocatedEvent => ({
  ...{ block: number, blockHash: hash(`${number}${fork}`), index: 0, data: requested(number) },
});
const read = (store: Store, from: number, to: number, fork = '') => {
  for (let number = from; number <= to; number += 1) {
    store.addEvent(event(number, fork));
    store.setCursor(block(number, fork));
  }
};
const kept = (store: Store) => [...store.events()].map(({ block }) => block);
const copied = (store: Store) => {
  const aside = store.setAside();
  return aside && [aside.above, aside.cursors.map(({ number }) => number)];
};

describe('events that are taken back', () => {
  let store: Store;
  beforeEach(() => {
    store = openStore(':memory:');
    read(store, 1, 5);
    store.rewind(2);
  });
  afterEach(() => store.close());

  it('are no longer read, and kept aside', () => {
    expect([kept(store), store.cursor(), copied(store)]).to.deep.equal([[1, 2], block(2), [2, [5, 4, 3]]]);
  });

  it('come back up to where the chain has them again; the rest is forgotten', () => {
    store.restore(4);
    expect([kept(store), store.cursor(), copied(store)]).to.deep.equal([[1, 2, 3, 4], block(4), null]);
    expect([...store.events()].at(-1)).to.deep.equal(event(4));
  });

  it('are forgotten when all of them have been read again, not before', () => {
    read(store, 3, 4, 'other');
    expect(copied(store)).to.deep.equal([2, [5, 4, 3]]);
    read(store, 5, 5, 'other');
    expect([copied(store), kept(store)]).to.deep.equal([null, [1, 2, 3, 4, 5]]);
  });

  it('stay in the copy when what was read in their place is taken back too', () => {
    read(store, 3, 4, 'other');
    store.rewind(2);
    expect([copied(store), kept(store)]).to.deep.equal([
      [2, [5, 4, 3]],
      [1, 2],
    ]);
    store.restore(5);
    expect([...store.events()].map(({ blockHash }) => blockHash)).to.deep.equal(
      [1, 2, 3, 4, 5].map((at) => hash(`${at}`)),
    );
  });

  it('give way to a copy that begins lower: there is never one with a gap', () => {
    read(store, 3, 4, 'other');
    store.rewind(1);
    expect([copied(store), kept(store)]).to.deep.equal([[1, [4, 3, 2]], [1]]);
    store.restore(4);
    expect([...store.events()].map(({ blockHash }) => blockHash)).to.deep.equal(
      ['1', '2', '3other', '4other'].map((at) => hash(at)),
    );
  });

  it('can be all that there was', () => {
    store.restore(5);
    store.rewind(-1);
    expect([kept(store), store.cursor(), copied(store)]).to.deep.equal([[], null, [-1, [5, 4, 3, 2, 1]]]);
  });
});

describe('events', () => {
  it('are found by their block', () => {
    const store = openStore(':memory:');
    read(store, 1, 3);
    store.addEvent({ ...event(2), index: 1 });
    expect(store.eventsIn(2)).to.deep.equal([event(2), { ...event(2), index: 1 }]);
    expect(store.eventsIn(9)).to.deep.equal([]);
    store.close();
  });

  it('keep as many cursors as it takes to find where a reorg began, and no more', () => {
    const store = openStore(':memory:');
    read(store, 1, 200);
    expect(store.checkpoints().map(({ number }) => number)).to.deep.equal(
      Array.from({ length: 128 }, (_, at) => 200 - at),
    );
    store.close();
  });
});
