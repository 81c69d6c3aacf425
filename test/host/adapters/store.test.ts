import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { openStore } from '../../../signer/host/adapters/sqliteStore.ts';
import { Fatal, Retryable } from '../../../signer/host/errors.ts';
import type { Sent } from '../../../signer/host/ports/store.ts';
import { hash, word } from '../support/fakeChain.ts';
import { requested } from '../support/samples.ts';

const SENT: Sent = {
  ...{ account: '0x0b', nonce: 7, state: 'sent', goals: [{ kind: 'mark-ready', request: word(1) }] },
  ...{ to: '0x01', data: '0x02', hashes: [word(2)], former: [], raw: '0x03', gas: '21000' },
  ...{ maxFeePerGas: '100', maxPriorityFeePerGas: '1', sentAt: 5, minedAt: null },
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
    first.putSent(SENT);
    first.close();

    const again = openStore(file);
    expect(again.fact('name')).to.equal('value');
    expect(again.sealed()).to.deep.include({ generation: 3, sealed: '0xabcd' });
    expect(again.cursor()).to.deep.equal(block(7));
    expect([...again.events()]).to.deep.equal([event(7)]);
    expect(again.sent()).to.deep.equal([SENT]);
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

  it('takes what another reading has in the place of an event: the first may have been invented', () => {
    const store = openStore(':memory:');
    const [real, invented] = [
      event(1),
      { ...event(1), data: { ...event(1).data, id: `0x${'77'.repeat(32)}` } },
    ] as const;
    expect([store.addEvent(invented as typeof real), store.addEvent(real), store.addEvent(real)]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect([...store.events()]).to.have.deep.members([invented, real]);
    store.setCursor(block(1));
    store.rewind(0);
    store.restore(1);
    expect([...store.events()]).to.have.deep.members([invented, real]);
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

  it('undoes a transaction within a transaction alone', () => {
    const store = openStore(':memory:');
    store.transaction(() => {
      store.setFact('outer', '1');
      const inner = () =>
        store.transaction(() => {
          store.setFact('inner', '1');
          throw new Error('crash');
        });
      expect(inner).to.throw('crash');
    });
    expect([store.fact('outer'), store.fact('inner')]).to.deep.equal(['1', null]);
  });

  it('keeps one row for each nonce of an account, by nonce', () => {
    const store = openStore(':memory:');
    for (const nonce of [9, 8]) store.putSent({ ...SENT, nonce });
    store.putSent({ ...SENT, account: '0x0a', nonce: 8 });
    store.putSent({ ...SENT, nonce: 9, state: 'mined', minedAt: 3 });
    store.dropSent('0x0b', 8);
    expect(store.sent().map(({ account, nonce, state }) => [account, nonce, state])).to.deep.equal([
      ['0x0a', 8, 'sent'],
      ['0x0b', 9, 'mined'],
    ]);
  });

  describe('in a tick', () => {
    /** What a process that starts now would find. The file is opened by one at a time: so a copy of it. */
    const kept = (): ReturnType<typeof openStore> => {
      for (const suffix of ['', '-wal']) cpSync(file + suffix, `${file}.copy${suffix}`);
      return openStore(`${file}.copy`);
    };

    it('writes everything together at its end', async () => {
      const store = openStore(file);
      await store.tick(async () => {
        store.setFact('a', '1');
        await Promise.resolve();
        expect(store.fact('a')).to.equal('1');
        expect(kept().fact('a')).to.equal(null);
      });
      expect(kept().fact('a')).to.equal('1');
      store.close();
    });

    it('does not let transactions and seals wait, nor what was written before them', async () => {
      const store = openStore(file);
      await store.tick(async () => {
        store.setFact('a', '1');
        store.putSent(SENT);
        expect([kept().sent(), kept().fact('a')]).to.deep.equal([[SENT], '1']);
        store.keepSealed({ generation: 3, sealed: '0xabcd' });
        expect(kept().sealed()?.generation).to.equal(3);
        store.setFact('b', '1');
        expect(kept().fact('b')).to.equal(null);
      });
      expect(kept().fact('b')).to.equal('1');
      store.close();
    });

    it('keeps what was written although it failed, but nothing of a transaction that failed in it', async () => {
      const store = openStore(file);
      const failed = await store
        .tick(async () => {
          store.setFact('a', '1');
          store.transaction(() => {
            store.setFact('b', '1');
            throw new Error('crash');
          });
        })
        .catch((error: Error) => error.message);
      expect(failed).to.equal('crash');
      expect([kept().fact('a'), kept().fact('b')]).to.deep.equal(['1', null]);
      store.close();
    });

    it('keeps a transaction whole that holds something durable', async () => {
      const store = openStore(file);
      await store.tick(async () => {
        const work = () =>
          store.transaction(() => {
            store.putSent(SENT);
            throw new Error('crash');
          });
        expect(work).to.throw('crash');
        expect(kept().sent()).to.deep.equal([]);
      });
      store.close();
    });

    it('may stand within another', async () => {
      const store = openStore(file);
      await store.tick(async () => {
        await store.tick(async () => store.setFact('a', '1'));
        expect(kept().fact('a')).to.equal(null);
      });
      expect(kept().fact('a')).to.equal('1');
      store.close();
    });
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

  it('notices that its file was deleted or replaced, and keeps nothing that nobody would find', () => {
    const store = openStore(file);
    store.requireFile();
    renameSync(file, `${file}.moved`);
    const deleted = () => store.requireFile();
    expect(deleted).to.throw(Retryable, 'was deleted while this host runs').with.property('code', 'STORE_UNAVAILABLE');
    expect(() => store.keepSealed({ generation: 1, sealed: '0xab' })).to.throw(Retryable, 'was deleted');
    writeFileSync(file, '');
    expect(deleted).to.throw(Retryable, 'was replaced');
    renameSync(`${file}.moved`, file);
    store.requireFile();
    store.keepSealed({ generation: 1, sealed: '0xab' });
    store.close();
    expect(openStore(file).sealed()?.generation).to.equal(1);
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
