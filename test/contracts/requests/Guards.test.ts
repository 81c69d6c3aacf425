/** Guards that do whatever they like: each stops its own requester, and nobody else. */

import { expect } from 'chai';
import { fresh } from '../support/fresh.ts';
import { DELAY, MODES, requesters } from '../support/requesters.ts';
import { lastRequest, type Request, STATE } from '../support/requests.ts';

/** Every way not to say yes; and the beginning of what the core passes on, at most 1,024 bytes. */
const BAD: readonly [string, keyof typeof MODES, (reason: string) => boolean][] = [
  ['says no', 'no', (reason) => reason.length === 10],
  ['burns all gas', 'burnGas', (reason) => reason === '0x'],
  ['answers something else', 'otherAnswer', (reason) => reason.length === 66],
  ['answers too little', 'shortAnswer', (reason) => reason.length === 64],
  ['answers too much', 'longAnswer', (reason) => reason.length === 130],
  ['answers nothing', 'noAnswer', (reason) => reason === '0x'],
  ['returns a bomb', 'returnBomb', (reason) => reason.length === 2 + 2 * 1024],
  ['reverts with a bomb', 'revertBomb', (reason) => reason.length === 2 + 2 * 1024],
  ['says that gas is short, in the words of the core', 'shortOfGas', (reason) => reason.length === 2 + 2 * 100],
];
const GAS = 1_000_000n;

describe('guards', () => {
  const made = fresh(async () => {
    const all = await requesters('guards');
    const { guard, acting } = await all.guard();
    await all.setRow(all.patient, { guard: await guard.getAddress(), delay: DELAY });
    return { ...all, mock: guard, acting };
  });

  const waited = async () => {
    const its = await made().queued();
    await made().pass(DELAY);
    return its;
  };
  const atOnce = async () => made().setRow(made().patient, { guard: await made().mock.getAddress() });
  const refusedBy = (call: Promise<unknown>, its: string | (() => boolean), reason: (reason: string) => boolean) =>
    expect(call)
      .to.be.revertedWithCustomError(made().requests, 'SigningRequestsGuardRefused')
      .withArgs(its, made().mock, reason);

  it('are asked twice about a request, with what they may know', async () => {
    const { it, requests, mock, queued, pass, patient, intent } = made();
    const its = await queued();
    expect(await mock.asked()).to.equal(1);
    await pass(DELAY);
    await requests.markReady(its.header);
    expect(await mock.asked()).to.equal(2);
    await atOnce();
    const asked = await intent();
    await requests.connect(patient).request(asked);
    expect(await requests.stateOf((await lastRequest(it, patient.address, asked)).id)).to.equal(STATE.ready);
    expect(await mock.asked(), 'both at once').to.equal(4);
  });

  it('get 500,000 gas about READY, whoever brings how much; and what is left about a new request [R7]', async () => {
    const { requests, mock, ask, patient, intent } = made();
    const its = await waited();
    await requests.markReady(its.header, { gasLimit: 10_000_000 });
    expect(await mock.gasSeen()).to.be.within(499_000, 500_000);
    await requests.connect(patient).request(await intent(), { gasLimit: 9_000_000 });
    expect(await mock.gasSeen()).to.be.above(8_000_000);
    await ask();
  });

  for (const [name, mode, fits] of BAD)
    describe(`one that ${name}`, () => {
      const bad = async (whenQueued: boolean) =>
        made().mock.set(whenQueued ? MODES[mode] : MODES.yes, whenQueued ? MODES.yes : MODES[mode]);

      it('stops what its requester asks for', async () => {
        const { requests, patient, intent } = made();
        await bad(true);
        await refusedBy(requests.connect(patient).request(await intent(), { gasLimit: GAS }), () => true, fits);
        expect(await requests.requestCount(), 'nothing was opened').to.equal(0);
      });

      it('stops what would be READY, and it stays queued', async () => {
        const { requests } = made();
        const its = await waited();
        await bad(false);
        await refusedBy(requests.markReady(its.header, { gasLimit: GAS }), its.id, fits);
        expect(await requests.stateOf(its.id)).to.equal(STATE.queued);
      });

      it('stops all of a request that would be READY at once [R7]', async () => {
        const { requests, patient, intent } = made();
        await atOnce();
        await bad(false);
        await refusedBy(requests.connect(patient).request(await intent(), { gasLimit: GAS }), () => true, fits);
        expect(await requests.requestCount()).to.equal(0);
      });

      it('stops nobody else in a call for many', async () => {
        const { it, requests, stranger, setRow, intent } = made();
        await setRow(stranger, { delay: DELAY });
        const [first, bad_] = [await other(), await made().queued()];
        const last = await other();
        await made().pass(DELAY);
        await bad(false);
        const many = requests.markReadyMany([first.header, bad_.header, last.header]);
        const refused = requests.interface.getError('SigningRequestsGuardRefused')!.selector;
        await expect(many).to.emit(requests, 'EntrySkipped').withArgs(bad_.id, refused);
        await expectStates([first, STATE.ready], [bad_, STATE.queued], [last, STATE.ready]);

        async function other() {
          const asked = await intent();
          await requests.connect(stranger).request(asked);
          return lastRequest(it, stranger.address, asked);
        }
      });
    });

  it('that are no contract any more have said nothing, and so not yes [R7]', async () => {
    const { it, requests, mock, patient, intent } = made();
    const its = await waited();
    await it.helpers.setCode(await mock.getAddress(), '0x');
    await refusedBy(requests.markReady(its.header), its.id, (reason) => reason === '0x');
    await refusedBy(
      requests.connect(patient).request(await intent()),
      () => true,
      (reason) => reason === '0x',
    );
  });

  it('that are short of gas for READY revert the call: nobody can starve one', async () => {
    const { requests } = made();
    const its = await waited();
    await expect(requests.markReady(its.header, { gasLimit: 500_000 }))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsInsufficientGas')
      .withArgs(its.id, (available: bigint) => available < 537_936n, 537_936);
    await expect(requests.markReadyMany([its.header], { gasLimit: 500_000 }))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsEntryOutOfGas')
      .withArgs(0);
    await requests.markReady(its.header);
  });

  describe('that enter again', () => {
    const { call } = MODES;
    type Entry = (its: Request) => string;
    const entries: readonly [string, Entry, boolean][] = [
      ['markReady of the same', ({ header }) => encode('markReady', [header]), false],
      ['expire of the same', ({ header }) => encode('expire', [header]), false],
      ['cancel of the same', ({ header }) => encode('cancel', [header]), false],
      ['abandon of the same', ({ header }) => encode('abandon', [header]), false],
      ['endRefused of the same', ({ id }) => encode('endRefused', [id]), false],
      [
        'fulfil of the same, unsigned',
        ({ header, intent }) => encode('fulfil', [header, intent.digests, ['0x']]),
        false,
      ],
      ['markReadyMany of the same', ({ header }) => encode('markReadyMany', [[header]]), true],
    ];

    for (const [name, entry, succeeds] of entries)
      it(`by ${name} find what it is: READY, and nothing of theirs`, async () => {
        const { requests, mock, fulfil } = made();
        const its = await waited();
        await mock.set(MODES.yes, call);
        await mock.setCall(requests, entry(its));
        const ready = requests.markReady(its.header);
        await expect(ready).to.emit(requests, 'RequestReady').withArgs(its.id, made().keyId);
        expect(await mock.called()).to.equal(succeeds);
        expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
        expect(await requests.queryFilter(requests.filters.RequestReady(its.id))).to.have.length(1);
        await fulfil(its);
      });

    it('by raising their row overtake what they just allowed', async () => {
      const { registry, requests, keyId, mock, patient } = made();
      const its = await waited();
      await mock.set(MODES.yes, call);
      await mock.setCall(registry, registry.interface.encodeFunctionData('raise', [keyId, patient.address]));
      await requests.markReady(its.header);
      expect(await mock.called()).to.equal(true);
      expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
      await requests.expire(its.header);
    });

    it("by ending another's request they may end, or making it READY, do no more than anybody", async () => {
      const { requests, mock, requester, setRow, intent, it } = made();
      await setRow(requester, { delay: DELAY });
      const asked = await intent();
      await requests.connect(requester).request(asked);
      const other = await lastRequest(it, requester.address, asked);
      const its = await waited();
      await mock.set(MODES.yes, call);
      await mock.setCall(requests, encode('markReady', [other.header]));
      await requests.markReady(its.header);
      await expectStates([its, STATE.ready], [other, STATE.ready]);
    });

    it('by asking for themselves, where they are requesters too, get the next counter', async () => {
      const { it, requests, mock, patient, setRow, intent, acting } = made();
      await setRow(acting);
      await mock.set(call, MODES.yes);
      const [own, asked] = [await intent({ payload: '0x01' }), await intent()];
      await mock.setCall(requests, encode('request', [own]));
      await requests.connect(patient).request(asked);
      expect(await requests.requestCount()).to.equal(2);
      const second = await lastRequest(it, acting.address, own);
      const [first] = await requests.queryFilter(requests.filters.SignatureRequested());
      expect([first!.args.counter, first!.args.requester]).to.deep.equal([1n, patient.address]);
      expect(await requests.stateOf(second.id)).to.equal(STATE.ready);
    });
  });

  const encode = (name: string, values: readonly unknown[]): string =>
    made().requests.interface.encodeFunctionData(name as 'markReady', values as never);
  async function expectStates(...all: [Request, bigint][]): Promise<void> {
    for (const [its, state] of all) expect(await made().requests.stateOf(its.id)).to.equal(state);
  }
});
