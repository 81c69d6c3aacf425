/** When a host has its enclave show again how fresh its view is: on demand, in time, and for nothing else. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { applyEvent, createLedger } from '../../../signer/host/chain/view/ledger.ts';
import type { View } from '../../../signer/host/chain/view/view.ts';
import { Beats } from '../../../signer/host/life/beats.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import type { RecordBoot } from '../../../signer/host/posting/goals/recordBoot.ts';
import { manualClock } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';
import {
  activated,
  confirmed,
  created,
  EPOCH,
  KEY,
  MEMBERS,
  opened,
  registered,
  request,
  requested,
} from '../support/samples.ts';

const NONCE = `0x${'aa'.repeat(16)}` as const;
const [SELF] = MEMBERS;
/** Seconds, and requests. */
const [BOUND, GOOD_FOR] = [3_600, 30];

/** A life whose first record is on chain and proven. */
async function living() {
  const clock = manualClock();
  const ledger = createLedger([]);
  let [height, final] = [0, 0];
  const block = (number: number) => ({ number, hash: word(number), parentHash: word(number - 1), timestamp: 1_000 });
  const view = {
    ledger,
    checkpoint: () => ({ ...block(final), slot: final }),
    timeNow: () => clock.now() / 1_000,
  } as unknown as View;
  const see = (...events: ChainEvent[]) => {
    height += 1;
    for (const data of events) applyEvent(ledger, { data, block: height });
  };
  const follow = () => {
    final = height;
  };
  const known = () => ledger.enclaves.get(SELF);
  const wanted: RecordBoot[] = [];
  const life = {
    prove: async () => {},
    ask: async () => ({
      ...{ enclave: SELF, nonce: NONCE, encryptionKey: word(7) as Hex },
      // as the enclave does: what follows the one that the block proves
      ...{ counter: String((final >= (known()?.boot?.beatIn ?? 0) ? Number(known()?.boot?.counter ?? 0n) : 0) + 1) },
      identitySignature: '0x03',
    }),
  };
  const poster = {
    want: (goal: unknown) => void wanted.push(goal as RecordBoot),
    isPursued: ({ counter }: { counter?: string }) => wanted.some((goal) => goal.counter === counter),
  };
  const metrics = createMetrics();
  const ports = { clock, metrics, log: () => {}, wallet: { operator: `0x${'0a'.repeat(20)}` } };
  const beats = new Beats(
    ports as never,
    view,
    life as never,
    poster as never,
    { id: SELF, status: { nonce: NONCE } } as never,
  );
  const record = (counter: number): ChainEvent => ({
    ...{ event: 'BootRecorded', id: SELF, counter: String(counter), nonce: NONCE },
  });
  const asked = (id: number, readyAt = 0): ChainEvent => ({
    ...{ event: 'SignatureRequested', id: word(id), epoch: EPOCH, readyAt, request: { ...request, counter: `${id}` } },
  });
  see({ event: 'BeatSet', beatBound: BOUND, releasesPerBeat: GOOD_FOR, margin: 900 }, registered(0), created, opened());
  see(confirmed, activated);
  follow();
  await beats.record();
  see(record(1));
  follow();
  const isDue = () => beats.isDue();
  const ready = (id = 1) => see(asked(id), { event: 'RequestReady', id: word(id) });
  const hours = (count: number) => clock.advance(count * 3_600_000);
  return { beats, see, follow, record, asked, ready, isDue, hours, wanted, metrics, requested };
}

describe('beats', () => {
  it('cost nothing while nothing is to be signed, however old the last one is', async () => {
    const { isDue, hours } = await living();
    expect(isDue()).to.equal(false);
    await hours(100);
    expect(isDue()).to.equal(false);
  });

  it('cost nothing while the last one is young', async () => {
    const { isDue, hours, ready } = await living();
    ready();
    await hours(0.33);
    expect(isDue()).to.equal(false);
  });

  it('are due when a third of the bound has passed and something is READY', async () => {
    const { beats, isDue, hours, ready, wanted, see, record, follow } = await living();
    await hours(0.34);
    expect(isDue()).to.equal(false);
    ready();
    expect(isDue()).to.equal(true);
    await beats.record();
    await beats.record();
    expect(wanted.map(({ counter, nonce }) => [counter, nonce])).to.deep.equal([
      ['1', NONCE],
      ['2', NONCE],
    ]);
    see(record(2));
    follow();
    expect(isDue()).to.equal(false);
    await hours(0.34);
    expect(isDue(), 'and again').to.equal(true);
    await beats.record();
    expect(wanted.at(-1)?.counter).to.equal('3');
  });

  it('are due before something becomes READY, not long before', async () => {
    const soon = await living();
    await soon.hours(2);
    soon.see(soon.asked(1, 1_000 + 7_200 + 1_000));
    expect(soon.isDue()).to.equal(true);
    const later = await living();
    await later.hours(2);
    later.see(later.asked(1, 1_000 + 7_200 + 2_000));
    expect(later.isDue()).to.equal(false);
  });

  it('are due when a third of what one is good for is spent', async () => {
    const { beats, isDue, ready } = await living();
    ready();
    beats.asked(10, undefined);
    expect(isDue()).to.equal(false);
    beats.asked(5, 'REQUEST_STATE');
    expect(isDue(), 'what was refused has spent nothing').to.equal(false);
    beats.asked(1, undefined);
    expect(isDue()).to.equal(true);
  });

  for (const code of ['BEAT_OLD', 'BEAT_SPENT'])
    it(`are due when the enclave says ${code}, whatever this host has counted`, async () => {
      const { beats, isDue, ready, see, record, follow } = await living();
      ready();
      beats.asked(1, code);
      expect(isDue()).to.equal(true);
      see(record(2));
      follow();
      expect(isDue()).to.equal(false);
    });

  it('wait until the last one is proven: before, the enclave would make the same one again', async () => {
    const { beats, isDue, hours, ready, see, record, follow } = await living();
    ready();
    await hours(1);
    await beats.record();
    see(record(2));
    beats.asked(1, 'BEAT_OLD');
    expect([isDue(), beats.isAwaited()]).to.deep.equal([false, true]);
    follow();
    expect([isDue(), beats.isAwaited()]).to.deep.equal([true, false]);
  });

  it('are not for requests that this enclave has refused for good', async () => {
    const { isDue, hours, ready, see } = await living();
    ready();
    await hours(1);
    see({ event: 'RequestRefusedBy', id: word(1), member: SELF, kind: 'final', code: word(9) });
    expect(isDue()).to.equal(false);
    ready(2);
    expect(isDue()).to.equal(true);
  });

  it('are not for keys of others', async () => {
    const { isDue, hours, see } = await living();
    await hours(1);
    const key = word(0x77);
    see(
      { event: 'KeyCreated', keyId: key, scheme: 1 },
      {
        event: 'AttemptOpened',
        keyId: key,
        attempt: 1,
        epoch: 1,
        threshold: 1,
        members: [word(0x99)],
        deadline: 5_000,
      },
      { event: 'KeyActivated', keyId: key, epoch: 1, publicKey: { prefix: 2, x: word(1) } },
      { event: 'SignatureRequested', id: word(5), epoch: EPOCH, readyAt: 0, request: { ...request, keyId: key } },
      { event: 'RequestReady', id: word(5) },
    );
    expect(isDue()).to.equal(false);
    expect(KEY).not.to.equal(key);
  });

  it('are counted', async () => {
    const { metrics } = await living();
    expect(metrics.read('quorate_beats_total')).to.equal(1);
  });
});
