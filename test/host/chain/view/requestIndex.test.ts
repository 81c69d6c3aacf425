import { expect } from 'chai';
import fc from 'fast-check';
import type { Hex } from '../../../../signer/formats/hex.ts';
import { applyEvent, createLedger, isOvertaken } from '../../../../signer/host/chain/view/ledger.ts';
import type { OpenRequest, RequestRecord } from '../../../../signer/host/chain/view/requestIndex.ts';
import type { ChainEvent } from '../../../../signer/host/ports/chain.ts';
import { word } from '../../support/fakeChain.ts';
import { fulfilled, KEY, REQUESTER, raised, ready, request, requested, row } from '../../support/samples.ts';
import { located, viewed } from '../../support/view.ts';

const OTHER = word(0x12);
const ids = (records: Iterable<RequestRecord>) => [...records].map(({ id }) => Number(id));
const late = (id: number): ChainEvent => ({ event: 'LateSignatureRecorded', id: word(id) });
const asked = (id: number, fields: Partial<typeof request>, readyAt = 0, epoch = 4): ChainEvent => ({
  ...{ event: 'SignatureRequested', id: word(id), epoch, readyAt, request: { ...request, ...fields } },
});

describe('requests', () => {
  it('are kept as long as they are open, and but for five words when they have ended', () => {
    const { requests } = createLedger(located(requested(1), ready(1), requested(2), fulfilled(1), late(1)));
    expect(requests.get(word(1))).to.deep.equal({
      ...{ id: word(1), keyId: KEY, requester: REQUESTER, askedIn: 1 },
      ...{ state: 'fulfilled', request: null, isShownLate: true },
    });
    expect(requests.get(word(2))).to.deep.include({ state: 'queued', request, readyIn: null, askedIn: 1, epoch: 4 });
    expect(ids(requests.values())).to.deep.equal([1, 2]);
    expect([
      requests.size,
      requests.count('fulfilled'),
      requests.count('queued'),
      requests.count('ready'),
    ]).to.deep.equal([2, 1, 1, 0]);
  });

  it('come READY in the order in which they became so, each key apart', () => {
    const ledger = createLedger([]);
    const events = [...[1, 2, 3].map((id) => requested(id)), asked(4, { keyId: OTHER }), ready(3), ready(4), ready(1)];
    events.forEach((data, block) => void applyEvent(ledger, { data, block }));
    const { requests } = ledger;
    expect([ids(requests.ready(KEY)), ids(requests.ready(OTHER)), ids(requests.ready(word(9)))]).to.deep.equal([
      [3, 1],
      [4],
      [],
    ]);
    expect([...requests.keys()]).to.deep.equal([KEY, OTHER]);
    expect((requests.get(word(3)) as OpenRequest).readyIn, 'the block that made it READY').to.equal(4);
    applyEvent(ledger, { data: fulfilled(4), block: 9 });
    expect([...requests.keys()], 'a key with nothing open').to.deep.equal([KEY]);
  });

  it('are due from their time on, earliest first', () => {
    const { requests } = createLedger(
      located(requested(1, 30), requested(2, 10), requested(3, 20), requested(4, 10), ready(3)),
    );
    expect([9, 10, 29, 30].map((now) => ids(requests.due(KEY, now)))).to.deep.equal([[], [2, 4], [2, 4], [2, 4, 1]]);
  });

  it('are over after the last second of their deadline', () => {
    const { requests } = createLedger(
      located(asked(1, { deadline: 50 }), asked(2, { deadline: 40 }), ready(2), requested(3)),
    );
    expect([40, 41, 50, 51].map((now) => ids(requests.over(now)))).to.deep.equal([[], [2], [2], [2, 1]]);
  });

  it('are over, once each, when their row goes on: nothing else is to be done about them', () => {
    const { requests } = createLedger(located(row(), asked(1, { deadline: 50 }), ready(1), requested(2), raised()));
    expect([ids(requests.over(0)), ids(requests.over(51))]).to.deep.equal([
      [1, 2],
      [1, 2],
    ]);
    expect([ids(requests.ready(KEY)), ids(requests.due(KEY, 99))]).to.deep.equal([[], []]);
    const after = createLedger(located(row(5), requested(1), ready(1)));
    expect([ids(after.requests.over(0)), ids(after.requests.ready(KEY))], 'asked out of order').to.deep.equal([
      [1],
      [],
    ]);
  });

  it('are not asked twice, and do not come back when they have ended', () => {
    const { requests } = createLedger(
      located(requested(1), ready(1), requested(1, 99), fulfilled(1), ready(1), requested(1)),
    );
    expect(requests.get(word(1))?.state).to.equal('fulfilled');
    expect([requests.size, requests.count('fulfilled'), ids(requests.over(1e9))]).to.deep.equal([1, 1, []]);
  });

  it('of which the beginning is missing change nothing', () => {
    const { requests } = createLedger(located(ready(1), fulfilled(1), late(1)));
    expect([requests.size, requests.count('fulfilled')]).to.deep.equal([0, 0]);
  });
});

/** What can happen to six requests of two keys and two rows, in any order. */
const happening: fc.Arbitrary<ChainEvent> = fc.oneof(
  fc
    .record({ id: fc.nat(5), key: fc.nat(1), readyAt: fc.nat(9), deadline: fc.nat(9), epoch: fc.nat(3) })
    .map((one) => asked(one.id, { keyId: word(one.key), deadline: one.deadline }, one.readyAt, one.epoch)),
  fc.nat(5).map(ready),
  fc.nat(5).map(fulfilled),
  fc
    .record({ key: fc.nat(1), epoch: fc.nat(4) })
    .map(({ key, epoch }) => ({ ...row(epoch), keyId: word(key) }) as ChainEvent),
);

describe('the index of requests', () => {
  it('says what walking through all of them would say', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), fc.nat(10), (events, now) => {
        const rows = new Map<Hex, number>();
        // epochs only rise
        const risen = events.filter((event) => {
          if (event.event !== 'RowSet') return true;
          const rises = event.epoch >= (rows.get(event.keyId) ?? 0);
          if (rises) rows.set(event.keyId, event.epoch);
          return rises;
        });
        const ledger = createLedger(located(...risen));
        const open = [...ledger.requests.values()].flatMap((record) => (record.request === null ? [] : [record]));
        const live = open.filter((record) => !isOvertaken(ledger, record));
        const sorted = (records: Iterable<RequestRecord>) => ids(records).sort();
        for (const keyId of [word(0), word(1)]) {
          const ofKey = live.filter((record) => record.keyId === keyId);
          expect(sorted(ledger.requests.ready(keyId))).to.deep.equal(
            sorted(ofKey.filter(({ state }) => state === 'ready')),
          );
          const due = ofKey.filter(({ state, readyAt }) => state === 'queued' && readyAt <= now);
          expect(sorted(ledger.requests.due(keyId, now))).to.deep.equal(sorted(due));
        }
        const over = open.filter((record) => record.request.deadline < now || isOvertaken(ledger, record));
        expect(sorted(ledger.requests.over(now))).to.deep.equal(sorted(over));
        expect([...ledger.requests.keys()].sort()).to.deep.equal([...new Set(open.map(({ keyId }) => keyId))].sort());
        expect(ledger.requests.count('queued') + ledger.requests.count('ready')).to.equal(open.length);
      }),
    );
  });
});
