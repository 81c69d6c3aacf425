/** What becomes of one wish: sent once, tended until it is final, and not paid for when somebody else was faster. */

import { expect } from 'chai';
import { Retryable } from '../../../signer/host/errors.ts';
import type { Goal } from '../../../signer/host/posting/goals/rules.ts';
import { word } from '../support/fakeChain.ts';
import { fulfilled } from '../support/samples.ts';
import { EXPIRED, FULFILLED } from './support/pool.ts';
import { asked, claimed, fulfil, markReady, PAYER, posting } from './support/posting.ts';

function wanting(rank = 0) {
  const it = posting();
  it.ready(1);
  it.poster.want(fulfil(1), rank);
  return { ...it, isPursued: () => it.poster.isPursued(fulfil(1)), rows: () => it.store.sent() };
}

describe('posting', () => {
  it('is written down before it is sent, and over when its block is final', async () => {
    const { tend, rows, pool, mine, see, isPursued } = wanting();
    pool.chain.send = async () => {
      expect(rows()).to.have.lengthOf(1);
    };
    await tend();
    expect(rows()[0]).to.include({ state: 'sent', nonce: 0, account: PAYER });
    pool.receipts.set(rows()[0]!.hashes[0]!, { success: true, block: 12 });
    pool.counts.set(PAYER, 1);
    await mine();
    expect(rows()[0]).to.include({ state: 'mined', minedAt: 12 });
    see(11);
    await tend();
    expect(rows()).to.have.lengthOf(1);
    see(12, fulfilled(1));
    await tend();
    expect(rows()).to.have.lengthOf(0);
    expect(isPursued()).to.equal(true); // the chain says that it is reached
  });

  it('is not lost when it could not be written down, and has not left', async () => {
    const { tend, store, pool } = wanting();
    const { putSent } = store;
    store.putSent = () => {
      throw new Retryable('STORE_UNAVAILABLE', 'the disk is full');
    };
    const failed = await tend().catch((error: Retryable) => error.code);
    expect([failed, pool.taken.length]).to.deep.equal(['STORE_UNAVAILABLE', 0]);
    store.putSent = putSent;
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('takes one step at a time', async () => {
    const { tend, pool } = wanting();
    await Promise.all([tend(), tend()]);
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('asks the chain nothing while nothing is wanted or under way', async () => {
    const { tend, pool } = posting();
    await tend();
    const before = [...pool.calls];
    await tend();
    await tend();
    expect([...pool.calls]).to.deep.equal(before);
  });

  it('waits for its turn after the others, then asks whether it is still needed', async () => {
    const { tend, pool, clock } = wanting(2);
    await tend();
    expect(pool.taken).to.have.lengthOf(0);
    await clock.advance(60_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    expect(pool.calls.get('requestState')).to.equal(1);
  });

  it('goes earlier when it is wanted again with a lower rank', async () => {
    const { poster, tend, pool } = wanting(2);
    poster.want(fulfil(1), 0);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('asks for no state before what nobody else is to send: the estimate says it', async () => {
    const { tend, pool } = wanting();
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    expect(pool.calls.get('requestState')).to.equal(undefined);
  });

  it('spends nothing when somebody else got there first', async () => {
    const { tend, pool, isPursued, metrics } = wanting();
    pool.states.set(word(1), FULFILLED);
    pool.impossible.add(word(1));
    await tend();
    expect(pool.taken).to.have.lengthOf(0);
    expect(isPursued()).to.equal(true);
    expect(metrics.read('quorate_postings_total', { kind: 'fulfil', outcome: 'reached' })).to.equal(1);
  });

  it('wants it again when what somebody else had reached was taken back', async () => {
    const { tend, pool, clock } = wanting();
    pool.states.set(word(1), FULFILLED);
    pool.impossible.add(word(1));
    await tend();
    pool.states.delete(word(1));
    pool.impossible.clear();
    await clock.advance(60_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('drops a wish unsent once the final chain shows it', async () => {
    const { tend, see, pool, clock } = wanting(2);
    see(20, fulfilled(1));
    await clock.advance(60_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(0);
    expect(pool.calls.get('requestState')).to.equal(undefined);
  });

  it('wants the same thing once, and not what the chain has already', async () => {
    const { poster, tend, pool, see } = wanting();
    poster.want(fulfil(1), 0);
    await tend();
    poster.want(fulfil(1), 0);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    see(20, asked(2), { event: 'RequestReady', id: word(2) }, fulfilled(2));
    poster.want(fulfil(2), 0);
    poster.want(markReady(2), 0);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('starts over when it was mined and reverted, unless the goal is reached', async () => {
    const { tend, mine, pool, clock, rows, isPursued } = wanting();
    await tend();
    pool.impossible.add(word(1));
    await mine();
    expect(rows()).to.have.lengthOf(0);
    expect(isPursued()).to.equal(true);
    pool.states.set(word(1), FULFILLED);
    await clock.advance(2_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
    expect(pool.calls.get('estimateGas')).to.equal(1);
  });

  it('sends what a reorg took back once more under its nonce, as it was', async () => {
    const { tend, mine, pool, rows } = wanting();
    await tend();
    await mine();
    expect(rows()[0]).to.include({ state: 'mined' });
    const { hash } = pool.takeBack();
    await tend();
    expect(rows()[0]).to.include({ state: 'sent', nonce: 0 });
    expect(pool.pending.map((one) => one.hash)).to.deep.equal([hash]);
    await mine();
    expect(rows()[0]).to.include({ state: 'mined' });
  });

  it('wants again what is final without having done its work', async () => {
    const { tend, mine, see, pool, clock } = wanting();
    await tend();
    await mine();
    see(11); // and nothing of a signature
    await tend();
    await clock.advance(1_000);
    await tend();
    // at the latest block it is reached: nothing is spent
    expect(pool.taken).to.have.lengthOf(1);
    pool.states.delete(word(1));
    await clock.advance(60_000);
    await tend();
    expect(pool.taken).to.have.lengthOf(2);
  });

  it('does not send what would revert, tries later each time, and gives up in the end', async () => {
    const { tend, pool, clock, poster, metrics } = wanting();
    pool.impossible.add(word(1));
    const estimates = () => pool.calls.get('estimateGas') ?? 0;
    const waits: number[] = [];
    for (let waited = 0; waits.length < 3; waited += 500) {
      const before = estimates();
      await tend();
      if (estimates() > before) waits.push(waited);
      await clock.advance(500);
    }
    expect(waits).to.deep.equal([0, 2_000, 6_000]);
    for (let tries = 0; tries < 5; tries += 1) {
      await clock.advance(100_000);
      await tend();
    }
    expect(metrics.read('quorate_postings_total', { kind: 'fulfil', outcome: 'given-up' })).to.equal(1);
    expect(pool.taken).to.have.lengthOf(0);
    await clock.advance(100_000);
    expect(poster.isPursued(fulfil(1))).to.equal(false);
    poster.want(fulfil(1), 0);
    expect(poster.isPursued(fulfil(1))).to.equal(true);
  });

  describe('signatures that come too late', () => {
    it('are put on record, once', async () => {
      const { tend, mine, pool, functions, see, poster } = wanting();
      pool.states.set(word(1), EXPIRED);
      pool.impossible.add(word(1));
      pool.said = () => ({ functionName: 'record', requests: [] });
      pool.reverts = () => (pool.calls.get('estimateGas') ?? 0) === 1;
      await tend();
      await tend();
      expect(pool.taken.map(({ to }) => to)).to.deep.equal([`0x${'06'.repeat(20)}`]);
      expect(functions()).to.deep.equal(['record']);
      await mine();
      see(30, { event: 'RequestExpired', id: word(1) }, { event: 'LateSignatureRecorded', id: word(1) });
      await tend();
      poster.want(fulfil(1), 0);
      await tend();
      expect(pool.taken).to.have.lengthOf(1);
      expect(poster.isPursued({ kind: 'record-late', request: word(1), signatures: [] })).to.equal(true);
    });

    it('are put on record when the final chain says that it is over before they were sent', async () => {
      const { tend, see, pool, clock } = wanting(1);
      pool.states.set(word(1), EXPIRED);
      see(30, { event: 'RequestExpired', id: word(1) });
      await tend();
      await clock.advance(60_000);
      pool.said = () => ({ functionName: 'record', requests: [] });
      await tend();
      expect(pool.taken.map(({ to }) => to)).to.deep.equal([`0x${'06'.repeat(20)}`]);
    });

    it('are not shown when somebody else has shown them, nor where there is no place for them', async () => {
      const shown = wanting(1);
      shown.see(30, { event: 'RequestExpired', id: word(1) }, { event: 'LateSignatureRecorded', id: word(1) });
      const placeless = posting({ lateSignatures: null });
      placeless.ready(1);
      placeless.poster.want(fulfil(1), 1);
      placeless.see(30, { event: 'RequestExpired', id: word(1) });
      placeless.pool.states.set(word(1), EXPIRED);
      for (const it of [shown, placeless]) {
        await it.tend();
        await it.clock.advance(60_000);
        await it.tend();
        expect(it.pool.taken).to.deep.equal([]);
      }
    });
  });

  it("does not take another life's boot record for its own", async () => {
    const { poster, pool, tend, clock } = posting();
    const goal = {
      kind: 'record-boot',
      enclave: word(3),
      nonce: '0xaa',
      encryptionKey: word(1),
      counter: '4',
    } as const;
    const signed = { ...goal, nonce: `0x${'aa'.repeat(16)}`, signature: '0x51' } as const;
    pool.reverts = () => true;
    pool.said = () => ({ functionName: 'recordBoots', requests: [] });
    Object.assign(pool.enclave, { bootNonce: '0xbb', bootCounter: 4n });
    poster.want(signed, 0);
    await tend();
    expect(poster.isPursued(signed)).to.equal(true);
    await clock.advance(4_000);
    expect(poster.isPursued(signed)).to.equal(false);
    pool.reverts = () => false;
    poster.want({ ...signed, counter: '5' }, 0);
    await tend();
    expect(pool.taken).to.have.lengthOf(1);
  });

  it('drops the boot record of a life that is over, unless it has been sent', async () => {
    const { poster, pool, tend } = posting();
    pool.said = () => ({ functionName: 'recordBoots', requests: [] });
    const life = (byte: 'aa' | 'bb' | 'cc' | 'dd', enclave = 3): Goal => ({
      ...{ kind: 'record-boot', enclave: word(enclave), nonce: `0x${byte.repeat(16)}`, encryptionKey: word(1) },
      ...{ counter: '1', signature: '0x51' },
    });
    poster.want(life('aa'), 0);
    poster.want(life('cc', 4), 0);
    poster.want(life('bb'), 0);
    expect((['aa', 'bb'] as const).map((byte) => poster.isPursued(life(byte)))).to.deep.equal([false, true]);
    expect(poster.isPursued(life('cc', 4))).to.equal(true);
    await tend();
    poster.want(life('dd'), 0);
    expect((['bb', 'dd'] as const).map((byte) => poster.isPursued(life(byte)))).to.deep.equal([true, true]);
  });

  it('shows a key of a requester and path before the first signature under it, and waits for no block in between', async () => {
    const { poster, pool, tend, see, functions } = posting();
    see(3, asked(1), { event: 'RequestReady', id: word(1) }, asked(2), { event: 'RequestReady', id: word(2) });
    pool.isClaimed = false;
    pool.reverts = ({ functionName }) => functionName.startsWith('fulfil'); // until the key is known
    poster.want(fulfil(1), 0);
    poster.want(fulfil(2), 0);
    await tend();
    expect(functions()).to.deep.equal(['claim', 'fulfilMany']);
    expect(pool.taken.map(({ nonce }) => nonce)).to.deep.equal([0, 1]);
    expect(pool.taken[1]!.gas > 100_000n).to.equal(true);
    see(4, claimed);
    await tend();
    expect(pool.taken).to.have.lengthOf(2);
  });
});
