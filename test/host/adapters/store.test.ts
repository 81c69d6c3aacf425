import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import type { Posting } from '../../../signer/host/ports/store.ts';
import { hash, word } from '../support/fakeChain.ts';
import { requested } from '../support/samples.ts';

const POSTING: Posting = {
  ...{ id: 'fulfil:1', goal: { kind: 'fulfil', request: word(1) }, to: '0x01', data: '0x02', state: 'wanted' },
  ...{ notBefore: 5, priority: 2, failures: 0, sent: null, minedAt: null },
};
const block = (number: number) => ({
  number,
  hash: hash(`${number}`),
  parentHash: hash(`${number - 1}`),
  timestamp: number,
});
const event = (number: number) => ({ block: number, blockHash: hash(`${number}`), index: 0, data: requested(number) });

describe('store', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-store-'));
    file = join(directory, 'host.sqlite');
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('holds everything after it was closed and opened again', () => {
    const first = openStore(file);
    first.setFact('name', 'value');
    first.keepSealed({ generation: 3, sealed: '0xabcd' });
    first.setCursor(block(7));
    first.addEvent(event(7));
    first.putPosting(POSTING);
    first.putAttempt({ subject: word(1), run: 1, startedAt: 1, parties: [1, 2], outcome: 'done' });
    first.close();

    const again = openStore(file);
    expect(again.fact('name')).to.equal('value');
    expect(again.sealed()).to.deep.include({ generation: 3, sealed: '0xabcd' });
    expect(again.cursor()).to.deep.equal(block(7));
    expect([...again.events()]).to.deep.equal([event(7)]);
    expect(again.posting('fulfil:1')).to.deep.equal(POSTING);
    expect(again.attempts(word(1))).to.have.lengthOf(1);
    again.close();
  });

  it('takes sealed state only of a newer generation', () => {
    const store = openStore(file);
    store.keepSealed({ generation: 2, sealed: '0x02' });
    for (const generation of [1, 2]) {
      expect(() => store.keepSealed({ generation, sealed: '0x01' }))
        .to.throw(Fatal)
        .with.property('code', 'STORE_ROLLED_BACK');
    }
    expect(store.sealed()?.sealed).to.equal('0x02');
    store.close();
  });

  it('adds an event once, and forgets those after a rewind', () => {
    const store = openStore(':memory:');
    expect([store.addEvent(event(1)), store.addEvent(event(1)), store.addEvent(event(2))]).to.deep.equal([
      true,
      false,
      true,
    ]);
    for (const number of [1, 2]) store.setCursor(block(number));
    store.rewind(1);
    expect([...store.events()].map(({ block }) => block)).to.deep.equal([1]);
    expect(store.cursor()?.number).to.equal(1);
  });

  it('writes all of a transaction or none', () => {
    const store = openStore(':memory:');
    const attempt = () =>
      store.transaction(() => {
        store.setFact('a', '1');
        throw new Error('crash');
      });
    expect(attempt).to.throw('crash');
    expect(store.fact('a')).to.equal(null);
  });

  it('orders open postings by what matters most, and leaves out the finished ones', () => {
    const store = openStore(':memory:');
    store.putPosting({ ...POSTING, id: 'later', priority: 5 });
    store.putPosting({ ...POSTING, id: 'first', priority: 0, state: 'sent' });
    store.putPosting({ ...POSTING, id: 'mined', priority: 1, state: 'mined' });
    store.putPosting({ ...POSTING, id: 'over', priority: 1, state: 'done' });
    store.putPosting({ ...POSTING, id: 'lost', priority: 1, state: 'given-up' });
    expect(store.openPostings().map(({ id }) => id)).to.deep.equal(['first', 'mined', 'later']);
  });

  it('refuses the store of a newer program', () => {
    openStore(file).close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openStore(file))
      .to.throw(Fatal, 'schema 99')
      .with.property('code', 'SCHEMA_NEWER');
  });

  it('refuses a damaged file, and says what to do', () => {
    writeFileSync(file, 'not a database at all, but long enough to be taken for one'.repeat(100));
    expect(() => openStore(file))
      .to.throw(Fatal)
      .with.property('code', 'STORE_DAMAGED');
  });

  it('refuses to share a store with another host', () => {
    const first = openStore(file);
    expect(() => openStore(file))
      .to.throw(Fatal)
      .with.property('advice')
      .that.includes('another quorate');
    first.close();
  });
});
