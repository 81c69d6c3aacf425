/** Calls for many: an entry that cannot be done is left as it was, and lack of gas leaves all of them. */

import { expect } from 'chai';
import { id } from 'ethers';
import { ConsumerMock__factory } from '../../../types/factories/contracts/mocks/ConsumerMock__factory.ts';
import { fresh } from '../support/fresh.ts';
import { KIND, signBip340 } from '../support/keys.ts';
import { header, requestId } from '../support/preimages.ts';
import { DELAY, MODES, requesters } from '../support/requesters.ts';
import { lastRequest, type Request, requestsPlace, STATE } from '../support/requests.ts';

const CONSUMER = { take: 0, fail: 1, burnGas: 2, returnBomb: 3, revertBomb: 4, calls: 5 } as const;
const CALLBACK_GAS = 150_000;

/** The two ways in which nodes estimate: the first looks into inner calls, the second, as geth does, at the outcome alone. */
for (const gasEstimationMode of ['noInternalOutOfGas', 'topLevelSuccess'] as const)
  describe(`calls for many, where gas is estimated by ${gasEstimationMode}`, () => {
    const made = fresh(async () => {
      const all = await requesters('many', { gasEstimationMode });
      const consumer = await new ConsumerMock__factory(all.it.deployer).deploy();
      return { ...all, consumer, callback: { consumer: await consumer.getAddress(), callbackGas: CALLBACK_GAS } };
    });

    const many = (all: readonly Request[]) => made().requests.fulfilMany(all.map((its) => made().entry(its)));
    const markMany = (all: readonly Request[]) => made().requests.markReadyMany(all.map((its) => its.header));
    const states = async (all: readonly Request[]) => Promise.all(all.map((its) => made().requests.stateOf(its.id)));
    const selector = (name: string) => {
      const { requests, it } = made();
      const error = [requests, it.keyRegistry, it.derivedKeys].map((one) => one.interface.getError(name as never));
      return error.find((one) => one !== null)!.selector;
    };
    const readyOnes = async (count: number, change = {}) => {
      const all: Request[] = [];
      for (let i = 0; i < count; ++i) all.push(await made().ready({ ...change, digests: [id(`input ${i}`)] }));
      return all;
    };
    const waitingOnes = async (count: number) => {
      const all: Request[] = [];
      for (let i = 0; i < count; ++i) all.push(await made().queued());
      return all;
    };

    it('do each, as calls for one would [R9]', async () => {
      const { requests, keyId, callback, consumer, signatures, pass } = made();
      const waiting = await waitingOnes(3);
      await pass(DELAY);
      const marking = markMany(waiting);
      for (const its of waiting) await expect(marking).to.emit(requests, 'RequestReady').withArgs(its.id, keyId);
      const all = [...waiting, ...(await readyOnes(2, callback))];
      const fulfilling = many(all);
      for (const its of all)
        await expect(fulfilling).to.emit(requests, 'SignatureFulfilled').withArgs(its.id, keyId, signatures(its));
      await expect(fulfilling).not.to.emit(requests, 'EntrySkipped');
      expect(await states(all)).to.deep.equal(all.map(() => STATE.fulfilled));
      expect(await consumer.taken()).to.equal(2);
    });

    it('do nothing for nobody', async () => {
      await expect(many([])).not.to.emit(made().requests, 'EntrySkipped');
      await expect(markMany([])).not.to.emit(made().requests, 'EntrySkipped');
    });

    describe('skip what cannot be fulfilled, with the reason, and fulfil the others:', () => {
      type Bad = { its: Request; digests?: string[]; signatures?: string[] };
      const cases: readonly [string, string, () => Promise<Bad>][] = [
        ['the same again', 'SigningRequestsWrongState', async () => ({ its: (await readyOnes(1))[0]! })],
        ['one that was never made', 'SigningRequestsWrongState', async () => ({ its: await unknown() })],
        ['one that waits', 'SigningRequestsWrongState', async () => ({ its: await made().queued() })],
        ['one that is over', 'SigningRequestsDeadlinePassed', overdue],
        [
          'other digests',
          'SigningRequestsOtherDigests',
          async () => ({ its: await made().ready(), digests: [id('o')] }),
        ],
        [
          'too few signatures',
          'DerivedKeysSignatureCount',
          async () => ({ its: await made().ready(), signatures: [] }),
        ],
        ['a wrong signature', 'DerivedKeysInvalidSignature', wrong],
        ['an unclaimed key', 'DerivedKeysUnclaimed', async () => ({ its: await made().ready({ path: id('path') }) })],
      ];

      for (const [name, reason, make] of cases)
        it(name, async () => {
          const { requests, callback, consumer, entry } = made();
          const { its, ...lies } = await make();
          const [first, last] = await readyOnes(2, { ...callback, deadline: await far() });
          const before = await requests.stateOf(its.id);
          const bad = { ...entry(its), ...lies };
          const entries = [entry(first!), bad, ...(name === 'the same again' ? [bad] : []), entry(last!)];
          await expect(requests.fulfilMany(entries))
            .to.emit(requests, 'EntrySkipped')
            .withArgs(its.id, selector(reason));
          expect(await states([first!, last!])).to.deep.equal([STATE.fulfilled, STATE.fulfilled]);
          expect(await requests.stateOf(its.id)).to.equal(name === 'the same again' ? STATE.fulfilled : before);
          expect(await consumer.taken()).to.equal(2);
        });
    });

    describe('skip what cannot be ready, with the reason, and make the others ready:', () => {
      const { no, burnGas } = MODES;
      type Bad = () => Promise<Request>;
      const patience = async (act: (its: Request) => Promise<unknown>) => {
        const its = await made().queued({ deadline: await far() });
        await act(its);
        await made().pass(DELAY);
        return its;
      };
      const guarded = (mode: number) => async () => {
        const { guard } = await made().guard();
        await made().setRow(made().patient, { guard: await guard.getAddress(), delay: DELAY });
        return patience(() => guard.set(MODES.yes, mode));
      };
      const cases: readonly [string, string, Bad][] = [
        ['one that is ready', 'SigningRequestsWrongState', async () => made().ready()],
        ['one that was never made', 'SigningRequestsWrongState', unknown],
        ['one that was cancelled', 'SigningRequestsWrongState', () => patience(cancel)],
        ['one that has to wait', 'SigningRequestsTooEarly', slow],
        ['one that comes too late', 'SigningRequestsNoRoom', late],
        ['one that is overtaken', 'SigningRequestsOvertaken', () => patience(() => made().raise(made().patient))],
        ['one whose row is gone', 'KeyRegistryKindNotAllowed', () => patience(() => made().removeRow(made().patient))],
        ['one whose guard says no', 'SigningRequestsGuardRefused', guarded(no)],
        ['one whose guard burns all gas', 'SigningRequestsGuardRefused', guarded(burnGas)],
      ];

      for (const [name, reason, make] of cases)
        it(name, async () => {
          const { it, requests, stranger, setRow, intent } = made();
          await setRow(stranger, { delay: 1 });
          const its = await make();
          const before = await requests.stateOf(its.id);
          const others: Request[] = [];
          for (let i = 0; i < 2; ++i) {
            const asked = await intent();
            await requests.connect(stranger).request(asked);
            others.push(await lastRequest(it, stranger.address, asked));
          }
          await it.helpers.time.increase(2);
          const marking = requests.markReadyMany(
            [others[0]!, its, others[1]!].map((each) => each.header),
            { gasLimit: 3_000_000 }, // no estimate by noInternalOutOfGas where a guard burns what it gets
          );
          await expect(marking).to.emit(requests, 'EntrySkipped').withArgs(its.id, selector(reason));
          expect(await states(others)).to.deep.equal([STATE.ready, STATE.ready]);
          expect(await requests.stateOf(its.id)).to.equal(before);
        });

      it('all of a key that is paused', async () => {
        const { it, requests, registry, keyId, pass } = made();
        const waiting = await waitingOnes(2);
        await pass(DELAY);
        const until = (await it.helpers.time.latest()) + 600;
        for (const [name, pause] of [
          ['KeyRegistryPaused', () => registry.connect(it.dao).pause(keyId, until)],
          ['KeyRegistryNetworkPaused', () => registry.connect(it.dao).pauseNetwork(until)],
        ] as const) {
          await pause();
          const marking = markMany(waiting);
          for (const its of waiting)
            await expect(marking).to.emit(requests, 'EntrySkipped').withArgs(its.id, selector(name));
        }
        expect(await states(waiting)).to.deep.equal([STATE.queued, STATE.queued]);
      });
    });

    for (const mode of ['fail', 'burnGas', 'returnBomb', 'revertBomb'] as const)
      it(`a consumer that does "${mode}" is not delivered to, and changes nothing for others`, async () => {
        const { it, requests, consumer, callback, entry, signatures } = made();
        const hostile = await new ConsumerMock__factory(it.deployer).deploy();
        await hostile.setMode(CONSUMER[mode]);
        const bad = await made().ready({ ...callback, consumer: await hostile.getAddress() });
        const [first, last] = await readyOnes(2, callback);
        const entries = [first!, bad, last!].map(entry);
        const fulfilling = requests.fulfilMany(entries, { gasLimit: 2_000_000 });
        // gives back whatever it likes to return: nothing of it is paid for
        await expect(fulfilling)
          .to.emit(requests, mode === 'returnBomb' ? 'CallbackDelivered' : 'CallbackFailed')
          .withArgs(bad.id, hostile);
        const { gasUsed } = (await (await fulfilling).wait())!;
        expect(gasUsed).to.be.below(2_000_000n);
        expect(await states([first!, bad, last!])).to.deep.equal([STATE.fulfilled, STATE.fulfilled, STATE.fulfilled]);
        expect(await consumer.taken()).to.equal(2);
        if (mode === 'returnBomb') return;
        await hostile.setMode(CONSUMER.take);
        await requests.redeliver(bad.header, signatures(bad));
        expect(await hostile.taken()).to.equal(1);
      });

    it('a consumer that fulfils the others in its own callback gets each delivered once', async () => {
      const { requests, consumer, callback, entry } = made();
      const all = await readyOnes(3, { ...callback, callbackGas: 2_000_000 });
      const within = requests.interface.encodeFunctionData('fulfilMany', [all.slice(1).map(entry)]);
      await consumer.setCalls(requests, [within]);
      await consumer.setMode(CONSUMER.calls);
      const fulfilling = requests.fulfilMany(all.map(entry), { gasLimit: 16_000_000 });
      for (const its of all.slice(1))
        await expect(fulfilling)
          .to.emit(requests, 'EntrySkipped')
          .withArgs(its.id, selector('SigningRequestsWrongState'));
      expect(await states(all)).to.deep.equal(all.map(() => STATE.fulfilled));
      for (const its of all)
        expect(await requests.queryFilter(requests.filters.SignatureFulfilled(its.id))).to.have.length(1);
      const ends = [requests.filters.CallbackDelivered(), requests.filters.CallbackFailed()];
      const told = (await Promise.all(ends.map((end) => requests.queryFilter(end)))).flat();
      expect(told, 'one outcome each').to.have.length(3);
    });

    describe('want all the gas, or nothing happens:', () => {
      type Sending = { all: Request[]; data: string; done: bigint; undone: bigint; skipped: Request[] };
      const fulfilment = async (change = {}, bad: Request[] = []): Promise<Sending> => {
        const all = await readyOnes(3, change);
        const entries = [all[0]!, ...bad, ...all.slice(1)].map(made().entry);
        const data = made().requests.interface.encodeFunctionData('fulfilMany', [entries]);
        return { all, data, done: STATE.fulfilled, undone: STATE.ready, skipped: bad };
      };
      const marking = async (): Promise<Sending> => {
        const all = await waitingOnes(3);
        await made().pass(DELAY);
        const data = made().requests.interface.encodeFunctionData('markReadyMany', [all.map((its) => its.header)]);
        return { all, data, done: STATE.ready, undone: STATE.queued, skipped: [] };
      };
      const guardedBy = async (mode: number) => {
        const { guard } = await made().guard();
        await made().setRow(made().patient, { guard: await guard.getAddress(), delay: DELAY });
        await guard.set(MODES.yes, mode);
      };
      const cases: readonly [string, () => Promise<Sending>][] = [
        ['fulfilMany', () => fulfilment()],
        ['fulfilMany with one that is skipped', async () => fulfilment({}, [await made().queued()])],
        ['fulfilMany with a wrong signature first', async () => wrongFirst()],
        ['fulfilMany with consumers that take', () => fulfilment(made().callback)],
        [
          'fulfilMany with consumers that burn all gas',
          async () => {
            await made().consumer.setMode(CONSUMER.burnGas);
            return fulfilment(made().callback);
          },
        ],
        ['markReadyMany', marking],
        [
          'markReadyMany with a guard',
          async () => {
            await guardedBy(MODES.yes);
            return marking();
          },
        ],
        [
          'markReadyMany with a guard that burns all gas',
          async () => {
            await guardedBy(MODES.burnGas);
            const sending = await marking();
            return { ...sending, done: STATE.queued, skipped: sending.all };
          },
        ],
      ];

      /** A wrong signature is found by precompiles, which say nothing of why they fail. */
      async function wrongFirst(): Promise<Sending> {
        const all = await readyOnes(3);
        const entries = all.map(made().entry);
        entries[0]!.signatures = [signBip340(7n, String(entries[0]!.digests[0]))];
        const data = made().requests.interface.encodeFunctionData('fulfilMany', [entries]);
        return { all: all.slice(1), data, done: STATE.fulfilled, undone: STATE.ready, skipped: [all[0]!] };
      }

      for (const [name, prepare] of cases)
        it(name, async () => {
          const { it, requests, stranger } = made();
          const { all, data, done, undone, skipped } = await prepare();
          const to = await requests.getAddress();
          const works = (gasLimit: number) =>
            stranger.call({ to, data, gasLimit }).then(
              () => true,
              () => false,
            );
          let [least, most] = [21_000, 4_000_000];
          expect(await works(most)).to.equal(true);
          while (most - least > 1) {
            const middle = Math.floor((least + most) / 2);
            if (await works(middle)) most = middle;
            else least = middle;
          }
          // no hole: whatever is less does nothing, whatever is more does all
          for (let i = 1; i <= 12; ++i) {
            expect(await works(21_000 + Math.floor(((most - 21_000) * i) / 13)), `${i}/13 of the least`).to.equal(
              false,
            );
            expect(await works(most + 9973 * i), `the least and ${9973 * i}`).to.equal(true);
          }
          for (const [gasLimit, expected] of [
            [most - 1, undone],
            [most, done],
          ] as const) {
            const before = await it.helpers.takeSnapshot();
            const sent = stranger.sendTransaction({ to, data, gasLimit });
            const succeeds = await sent.then(
              () => true,
              () => false,
            );
            expect(succeeds, `with ${gasLimit}`).to.equal(gasLimit === most);
            expect(await states(all), `with ${gasLimit}`).to.deep.equal(all.map(() => expected));
            const skips = await requests.queryFilter(requests.filters.EntrySkipped(), 'latest');
            expect(skips.map(({ args }) => args.id)).to.deep.equal(
              gasLimit === most ? skipped.map((its) => its.id) : [],
            );
            await before.restore();
          }
          const estimated = await stranger.estimateGas({ to, data }).catch(() => null);
          // where an inner call runs out of any gas, the first way of estimating gives up; the second finds what is enough
          if (estimated === null) {
            expect([gasEstimationMode, name.endsWith('burn all gas') || name.endsWith('burns all gas')]).to.deep.equal([
              'noInternalOutOfGas',
              true,
            ]);
            return;
          }
          await stranger.sendTransaction({ to, data, gasLimit: estimated });
          expect(await states(all), 'as estimated').to.deep.equal(all.map(() => done));
        }).timeout(240_000);
    });

    const far = async () => (await made().it.helpers.time.latest()) + 30 * 86_400;
    async function unknown(): Promise<Request> {
      const asked = await made().intent();
      const its = header(asked, made().requester.address, 99n);
      return { id: requestId(await requestsPlace(made().it), its), header: its, intent: asked };
    }
    async function overdue() {
      const its = await made().ready();
      await made().pass(3601);
      return { its };
    }
    async function wrong() {
      const its = await made().ready({ kind: KIND.raw });
      return { its, signatures: [signBip340(1n, String(its.intent.digests[0]))] };
    }
    const cancel = (its: Request) => made().requests.connect(made().patient).cancel(its.header);
    async function slow() {
      await made().setRow(made().patient, { delay: 3 * DELAY });
      return made().queued();
    }
    async function late() {
      const its = await made().queued();
      await made().pass(1900);
      return its;
    }
  });
