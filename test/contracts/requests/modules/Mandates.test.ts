/** A vote fixes effects and bounds; an executor fills in the bytes. */

import { expect } from 'chai';
import { id, ZeroAddress, ZeroHash } from 'ethers';
import type { EffectStruct, IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import type { MandateStruct } from '../../../../types/contracts/requests/modules/IMandates.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  KIND,
  outputSecret,
  parametersOf,
  rowFor,
  SCHEME,
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { BTC, DAY, expectGuardRefuses, setLimits, setRow } from '../../support/limits.ts';
import { cap, fee, fill, fillingOf, mandateOf, type Placed, place, termsOf, transfer } from '../../support/mandates.ts';
import { header, mandateHash, mandateId, requestId } from '../../support/preimages.ts';
import { EFFECT, intentOf, listModule, readyRequest, requestsPlace, STATE } from '../../support/requests.ts';

const secret = secretOf('mandates');
const OTHER = id('another asset');
const HOUR = 3600;
const DELAY = DAY;
/** Seconds before the deadline at which a request can be asked for last. */
const ROOM = 2400;

describe('Mandates', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const { mandates, signingRequests: requests, keyRegistry: keys } = it;
    const [requester, executor, delegate] = [it.operators[10]!, it.operators[11]!, it.operators[12]!];
    const module = await mandates.getAddress();
    await listModule(it, module);
    const row = { module, kinds: (1 << KIND.psbt) | (1 << KIND.raw), delay: DELAY };
    const guard = await it.spendingLimits.getAddress();
    const rows = [rowFor(requester.address, row), rowFor(delegate.address, { ...row, guard })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, requester.address));
    return { it, mandates, requests, keys, members, row, requester, executor, delegate, keyId, signer };
  });

  const now = () => made().it.helpers.time.latest();
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);
  const at = async () => {
    const { chainId } = await requestsPlace(made().it);
    return { chainId, contract: await made().mandates.getAddress() };
  };
  const mandate = (change: Partial<MandateStruct> = {}) =>
    mandateOf(made().it, made().keyId, { executor: made().executor.address, ...change });
  const placed = async (change: Partial<MandateStruct> = {}, by = made().requester) =>
    place(made().it, by, await mandate(change));
  const filled = async (its: Placed, fees?: readonly EffectStruct[], change?: Partial<IntentStruct>) =>
    fill(made().it, its, await fillingOf(made().it, its, fees, change), made().executor);
  const withdraw = (its: Placed, by = made().requester) =>
    made().requests.connect(by).withdraw(made().mandates, its.mandate.keyId, its.requester, its.id);
  const epochOf = async (who = made().requester) => (await made().keys.rowOf(made().keyId, who)).epoch;
  const refused = (call: Promise<unknown>, error: string) =>
    expect(call).to.be.revertedWithCustomError(made().mandates, error);
  const core = (call: Promise<unknown>, error: string) =>
    expect(call).to.be.revertedWithCustomError(made().requests, error);
  const notAnnounced = (call: Promise<unknown>, hash?: string) =>
    hash === undefined
      ? core(call, 'SigningRequestsNotAnnounced')
      : core(call, 'SigningRequestsNotAnnounced').withArgs(made().mandates, made().keyId, made().requester, hash);

  describe('place', () => {
    it('announces a mandate under an id that commits to everything that it says', async () => {
      const { mandates, requests, requester, keyId } = made();
      const said = await mandate();
      const its = mandateId(await at(), requester.address, 1, mandateHash(said));
      await expect(mandates.connect(requester).place(said))
        .to.emit(mandates, 'MandatePlaced')
        .withArgs(its, keyId, requester, 1, (told: MandateStruct) => told.deadline === BigInt(said.deadline))
        .and.to.emit(requests, 'RequestAnnounced')
        .withArgs(mandates, keyId, requester, its, 1);
      expect(await mandates.mandateHashOf(said)).to.equal(mandateHash(said));
      expect(await mandates.mandateId(requester, 1, mandateHash(said))).to.equal(its);
      expect(await mandates.mandateCount()).to.equal(1);
      expect(await requests.requestCount(), 'no request comes of it').to.equal(0);
    });

    it('gives the same mandate another id each time, and each is filled', async () => {
      const same = await mandate();
      const [first, second] = [await placed(same), await placed(same)];
      expect(first.id).not.to.equal(second.id);
      for (const its of [second, first]) await filled(its);
    });

    it('is for those whose row names this module, for its kinds, and not while the key is paused', async () => {
      const { it, keys, keyId, requester, row } = made();
      await expect(placed({}, it.anyone))
        .to.be.revertedWithCustomError(keys, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, it.anyone, KIND.psbt, 0);
      await expect(placed({ kind: KIND.evm }))
        .to.be.revertedWithCustomError(keys, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, requester, KIND.evm, row.kinds);
      await setRow(it, keyId, rowFor(it.anyone.address));
      await core(placed({}, it.anyone), 'SigningRequestsOtherModule').withArgs(
        keyId,
        it.anyone,
        made().mandates,
        ZeroAddress,
      );
      await it.guardianContract.connect(it.guardian).suspend(keyId, DAY);
      await expect(placed()).to.be.revertedWithCustomError(keys, 'KeyRegistryPaused');
    });

    it('is for transactions: of messages and raw digests an executor would choose the meaning [F4]', async () => {
      const { it, members, row, requester } = made();
      await refused(placed({ kind: KIND.raw }), 'MandatesKindUnfit').withArgs(KIND.raw);
      const key = async (scheme: number, ...kinds: number[]) => {
        const set = kinds.reduce((bits, kind) => bits | (1 << kind), 0);
        const rows = [rowFor(requester.address, { ...row, kinds: set })];
        return activeKey(it, members, secret, parametersOf(members, { scheme, rows }));
      };
      const messages = [KIND.eip712, KIND.eip191, KIND.unbound, KIND.raw];
      const keyId = await key(SCHEME.ecdsa, KIND.evm, KIND.psbt, ...messages);
      for (const kind of messages) await refused(placed({ keyId, kind }), 'MandatesKindUnfit').withArgs(kind);
      for (const kind of [KIND.evm, KIND.psbt]) await placed({ keyId, kind });
      const underived = await key(SCHEME.ed25519, KIND.solana);
      await placed({ keyId: underived, kind: KIND.solana });
      await core(
        placed({ keyId: underived, kind: KIND.solana, path: id('path') }),
        'SigningRequestsNoDerivation',
      ).withArgs(id('path'));
      expect(await it.signingRequests.requestCount()).to.equal(0);
    });

    it('bounds effects, fees, deadline and callback', async () => {
      const many = (length: number) => Array.from({ length }, () => transfer());
      const caps = (length: number) => Array.from({ length }, (_, i) => cap(1n, id(`${i}`)));
      await placed({ effects: many(40), feeCaps: caps(24) });
      await refused(placed({ effects: many(40), feeCaps: caps(25) }), 'MandatesTooLong').withArgs(65, 64);
      await refused(placed({ effects: many(65), feeCaps: [] }), 'MandatesTooLong').withArgs(65, 64);
      for (const [index, effects] of [[fee(1n)], [transfer(), fee(1n)]].entries())
        await refused(placed({ effects }), 'MandatesFeeAmongEffects').withArgs(index);
      for (const feeCaps of [
        [cap(1n), cap(3n)],
        [cap(1n), cap(2n, OTHER), cap(3n)],
      ])
        await refused(placed({ feeCaps }), 'MandatesRepeatedAsset').withArgs(BTC);
      const placedAt = (await now()) + 100;
      const [earliest, latest] = [placedAt + DELAY + ROOM, placedAt + DELAY + 90 * DAY];
      for (const deadline of [earliest - 1, latest + 1]) {
        const said = await mandate({ deadline });
        await made().it.helpers.time.setNextBlockTimestamp(placedAt);
        await core(made().mandates.connect(made().requester).place(said), 'SigningRequestsDeadline').withArgs(
          deadline,
          earliest,
          latest,
        );
      }
      await core(placed({ callbackGas: 1 }), 'SigningRequestsCallbackGas').withArgs(1, 0);
    });
  });

  describe('fill', () => {
    it("opens an ordinary request of the mandate's requester, with its effects and then the fees", async () => {
      const { it, mandates, requests, requester, executor, keyId, signer } = made();
      const its = await placed();
      const placedAt = await now();
      await pass(DELAY);
      const intent = await fillingOf(it, its);
      const asked = header(intent, requester.address, 1);
      const request = requestId(await requestsPlace(it), asked);
      const filling = mandates.connect(executor).fill(termsOf(its), intent);
      await expect(filling).to.emit(mandates, 'MandateFilled').withArgs(its.id, request, executor);
      await expect(filling)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(
          ...[request, keyId, requester, 1, 1, placedAt, await now(), mandates, false],
          (told: IntentStruct) => told.effects.length === 3,
        )
        .and.to.emit(requests, 'RequestReady')
        .withArgs(request, keyId);
      const digest = String(intent.digests[0]);
      await requests.fulfil(asked, [digest], [signBip340(signer, digest)]);
      expect(await requests.stateOf(request)).to.equal(STATE.fulfilled);
    });

    it("waits for the row's delay from when the mandate was placed [F3]", async () => {
      const { it, requests } = made();
      const its = await placed();
      const placedAt = await now();
      await pass(HOUR);
      const { header: asked, id: request } = await filled(its);
      const word = await requests.wordOf(request);
      expect([word.state, word.queuedAt, word.readyAt]).to.deep.equal([
        STATE.queued,
        BigInt(placedAt),
        BigInt(placedAt + DELAY),
      ]);
      await it.helpers.time.setNextBlockTimestamp(placedAt + DELAY - 1);
      await core(requests.markReady(asked), 'SigningRequestsTooEarly').withArgs(
        request,
        placedAt + DELAY,
        placedAt + DELAY - 1,
      );
      await it.helpers.time.setNextBlockTimestamp(placedAt + DELAY);
      await requests.markReady(asked);
    });

    it('is for the executor, or for anyone where none is named', async () => {
      const { it, requester, executor } = made();
      const its = await placed();
      for (const by of [requester, it.anyone, it.guardian, it.dao])
        await refused(fill(it, its, await fillingOf(it, its), by), 'MandatesWrongExecutor').withArgs(
          its.id,
          by,
          executor,
        );
      await filled(its);
      const open = await placed({ executor: ZeroAddress });
      await fill(it, open, await fillingOf(it, open), it.anyone);
    });

    it('fills nothing that says something else [F2]', async () => {
      const { it, delegate } = made();
      const its = await placed();
      const change: Partial<MandateStruct>[] = [
        { path: id('path') },
        { effects: [transfer()] },
        { effects: [transfer(), transfer({ amount: 3n })] },
        { effects: [transfer({ amount: 2n }), transfer()] },
        { feeCaps: [cap(21n)] },
        { feeCaps: [] },
        { feeCaps: [cap(20n), cap(20n)] },
        { executor: ZeroAddress },
        { deadline: BigInt(its.mandate.deadline) + 1n },
        { consumer: it.anyone.address },
        { callbackGas: 1 },
        { kind: KIND.raw },
      ];
      for (const each of change)
        await notAnnounced(filled({ ...its, mandate: { ...its.mandate, ...each } }, [fee(0n)]));
      await notAnnounced(filled({ ...its, counter: its.counter + 1n }));
      await notAnnounced(filled({ ...its, requester: delegate }));
      await core(filled({ ...its, mandate: { ...its.mandate, keyId: id('key') } }), 'SigningRequestsOtherModule');
      await filled(its);
    });

    // no split of effects into voted ones and fees fills another mandate
    it('takes as fees what stands at the end, and nothing else', async () => {
      const [first, second] = [transfer(), transfer({ amount: 2n })];
      const its = await placed({ effects: [first, second] });
      const lists = [
        [first, fee(1n), second],
        [first, fee(1n), second, fee(1n)],
        [fee(1n), first, second],
        [first, fee(0n), fee(1n)],
        [second, first, fee(1n)],
        [first, second, transfer({ kind: 0, amount: 0n }), fee(1n)],
      ];
      for (const effects of lists) await notAnnounced(filled(its, [], { effects }));
      await filled(its);
    });

    it('keeps the sum of the fees in each asset within its cap, and takes no other [F2]', async () => {
      const its = await placed({ feeCaps: [cap(20n), cap(5n, OTHER)] });
      const most = 2n ** 256n - 1n;
      const table: [EffectStruct[], unknown[]][] = [
        [[fee(21n)], [its.id, BTC, 21, 20]],
        [
          [fee(15n), fee(5n, OTHER), fee(6n)],
          [its.id, BTC, 6, 5],
        ],
        [
          [fee(1n), fee(most)],
          [its.id, BTC, most, 19],
        ],
        [[fee(6n, OTHER)], [its.id, OTHER, 6, 5]],
        [[fee(1n, id('third'))], [its.id, id('third'), 1, 0]],
      ];
      for (const [fees, args] of table) await refused(filled(its, fees), 'MandatesFeeTooHigh').withArgs(...args);
      await filled(its, [fee(15n), fee(5n, OTHER), fee(5n)]);
    });

    it('lets no fees wrap around, whatever the cap', async () => {
      const most = 2n ** 256n - 1n;
      const its = await placed({ feeCaps: [cap(most)] });
      await refused(filled(its, [fee(most), fee(1n)]), 'MandatesFeeTooHigh').withArgs(its.id, BTC, 1, 0);
      await filled(its, [fee(most)]);
    });

    it('fills without any fee, and a mandate of fees alone', async () => {
      await filled(await placed(), []);
      await filled(await placed(), [fee(0n, id('without a cap'))]);
      await filled(await placed({ effects: [] }));
    });

    it('asks for rules of requests and of the key as they are now', async () => {
      const { it, keys, keyId } = made();
      const its = await placed();
      await core(filled(its, undefined, { digests: [] }), 'SigningRequestsDigestCount').withArgs(0, 1, 64);
      await core(filled(its, undefined, { replaces: id('another') }), 'SigningRequestsReplacement').withArgs(
        id('another'),
      );
      await it.guardianContract.connect(it.guardian).suspend(keyId, HOUR);
      await expect(filled(its)).to.be.revertedWithCustomError(keys, 'KeyRegistryPaused');
      await pass(HOUR);
      await filled(its);
    });

    it('is in time until 40 minutes before the deadline', async () => {
      const { it } = made();
      const [first, second] = [await placed(), await placed()];
      const [deadline, later] = [Number(first.mandate.deadline), Number(second.mandate.deadline)];
      await it.helpers.time.setNextBlockTimestamp(deadline - ROOM);
      await filled(first);
      await it.helpers.time.setNextBlockTimestamp(later - ROOM + 1);
      await core(filled(second), 'SigningRequestsDeadline').withArgs(
        later,
        later + 1,
        (latest: bigint) => latest > later,
      );
    });

    it("draws on a delegate's limits when it is filled, and takes a place when it is ready", async () => {
      const { it, requests, delegate, keyId } = made();
      const { spendingLimits: limits } = it;
      const early = await placed({}, delegate);
      await expectGuardRefuses(it, filled(early), limits, 'SpendingLimitsMissing', [keyId, delegate.address]);
      const caps = [{ asset: BTC, capacity: 2000n, window: DAY, feeCap: 10n }];
      await setLimits(it, keyId, delegate, { caps, maxUnsettled: 1 });
      // the limits have raised the row: what was placed under others is over
      await core(filled(early), 'SigningRequestsAnnouncementOvertaken').withArgs(early.id, 1, 2);
      const its = await placed({}, delegate);
      await expect(
        made()
          .mandates.connect(made().executor)
          .fill(termsOf(its), await fillingOf(it, its)),
      )
        .to.emit(limits, 'LimitDrawn')
        .withArgs(requests, keyId, delegate, BTC, 1000, 1000)
        .and.to.emit(limits, 'LimitDrawn')
        .withArgs(requests, keyId, delegate, BTC, 10, 988);
      expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(0);
      const second = await placed({ effects: [] }, delegate);
      await pass(DELAY);
      await filled(second);
      expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    });

    it('fills the largest mandate of a delegate within half a transaction', async () => {
      const { it, mandates, delegate, executor, keyId } = made();
      const assets = Array.from({ length: 64 }, (_, i) => id(`asset ${i}`));
      const recipient = `0x${'07'.repeat(34)}`;
      const effects = assets.slice(0, 32).map((asset) => transfer({ asset, recipient }));
      const feeCaps = assets.slice(32).map((asset) => cap(20n, asset));
      const caps = assets.map((asset) => ({ asset, capacity: 10_000n, window: DAY, feeCap: 100n }));
      await setLimits(it, keyId, delegate, { recipients: [recipient], caps });
      const its = await placed({ effects, feeCaps }, delegate);
      await pass(DELAY);
      const fees = assets.slice(32).map((asset) => fee(1n, asset));
      const intent = await fillingOf(it, its, fees, {
        payload: `0x${'07'.repeat(32 * 1024)}`,
        digests: Array.from({ length: 64 }, (_, i) => id(`${i}`)),
      });
      const sent = await mandates.connect(executor).fill(termsOf(its), intent, { gasLimit: 16_777_216n });
      const receipt = await sent.wait();
      expect(receipt!.gasUsed).to.be.below(8_388_608n);
    });
  });

  describe('ends', () => {
    it('with its filling: it gives one request [F1]', async () => {
      const { requests } = made();
      const its = await placed();
      await filled(its);
      await notAnnounced(filled(its), its.id);
      await notAnnounced(withdraw(its), its.id);
      expect(await requests.requestCount()).to.equal(1);
    });

    it('by its requester, the guardian or a vote, and by nobody else', async () => {
      const { it, requests, requester, executor, delegate, mandates, keyId } = made();
      const guardian = it.guardianContract.connect(it.guardian);
      for (const [by, end] of [
        [requester, (its: Placed) => withdraw(its)],
        [it.guardianContract, (its: Placed) => guardian.withdraw(mandates, keyId, requester, its.id)],
        [it.dao, (its: Placed) => withdraw(its, it.dao)],
      ] as const) {
        const its = await placed();
        await expect(end(its))
          .to.emit(requests, 'AnnouncementWithdrawn')
          .withArgs(mandates, keyId, requester, its.id, by);
        await notAnnounced(filled(its), its.id);
        await notAnnounced(end(its), its.id);
      }
      const its = await placed();
      for (const by of [executor, delegate, it.anyone])
        await core(withdraw(its, by), 'AccessManagedUnauthorized').withArgs(by);
      await filled(its);
    });

    // CO-60 asked what a vote for another delay does to what was placed: it ends it, and so does every change of the row
    it('with the epoch of its row, whoever raises it, and does not come back [F3]', async () => {
      const { it, keys, keyId, requester, row } = made();
      const vote = keys.connect(it.dao);
      const changes = [
        () => keys.connect(requester).raise(keyId, requester),
        () => vote.raise(keyId, requester),
        () => setRow(it, keyId, rowFor(requester.address, row)),
        () => setRow(it, keyId, rowFor(requester.address, { ...row, delay: DELAY / 2 })),
        () => setRow(it, keyId, rowFor(requester.address, { ...row, delay: 0 })),
      ];
      for (const change of changes) {
        const [its, waiting] = [await placed(), await placed()];
        const epoch = await epochOf();
        const queued = await filled(waiting);
        await change();
        await pass(DELAY);
        const overtaken = core(filled(its), 'SigningRequestsAnnouncementOvertaken');
        await overtaken.withArgs(its.id, epoch, epoch + 1n);
        await core(made().requests.markReady(queued.header), 'SigningRequestsOvertaken').withArgs(
          queued.id,
          epoch,
          epoch + 1n,
        );
        await withdraw(its);
      }
      const its = await placed();
      await vote.removeRow(keyId, requester);
      await core(filled(its), 'SigningRequestsOtherModule').withArgs(keyId, requester, made().mandates, ZeroAddress);
      await setRow(it, keyId, rowFor(requester.address, row));
      await core(filled(its), 'SigningRequestsAnnouncementOvertaken');
    });

    it('where its requester becomes a delegate: nothing passes by the limits', async () => {
      const { it, keyId, requester, row } = made();
      const its = await placed();
      const guard = await it.spendingLimits.getAddress();
      await setRow(it, keyId, rowFor(requester.address, { ...row, guard }));
      await core(filled(its), 'SigningRequestsAnnouncementOvertaken').withArgs(its.id, 1, 2);
    });

    it("with nothing that happens to another requester's row", async () => {
      const { it, keyId, delegate, keys } = made();
      const its = await placed();
      await keys.connect(delegate).raise(keyId, delegate);
      await it.keyRegistry.connect(it.dao).removeRow(keyId, delegate);
      await filled(its);
    });
  });

  it('a mandate that was never placed can be neither filled nor withdrawn', async () => {
    const { requester } = made();
    const said = await mandate();
    const its = { id: mandateId(await at(), requester.address, 99, mandateHash(said)), mandate: said, counter: 99n };
    await notAnnounced(filled({ ...its, requester }), its.id);
    await notAnnounced(withdraw({ ...its, requester }), its.id);
  });

  it('the id of a mandate is the id of no request', async () => {
    const { it, requests, keyId, requester } = made();
    const its = await placed();
    expect(await requests.stateOf(its.id)).to.equal(STATE.none);
    const asked = await readyRequest(it, requester, await intentOf(it, keyId, { deadline: (await now()) + 2 * DAY }));
    await notAnnounced(requests.connect(requester).withdraw(made().mandates, keyId, requester, asked.id), asked.id);
  });

  describe('what an executor may do', () => {
    // CO-52, accepted and said at `place`. The executor chooses the digests, and where none is named a stranger does
    it('fulfil a mandate with a signature of long ago: its consumer hears so, and no enclave was asked', async () => {
      const { it, requests, requester, keyId, signer } = made();
      const { spendReceipt } = it;
      const digest = id('a payment of last month');
      const deadline = (await now()) + 5 * DAY;
      const old = await readyRequest(it, requester, await intentOf(it, keyId, { digests: [digest], deadline }));
      const signatures = [signBip340(signer, digest)];
      await requests.fulfil(old.header, [digest], signatures);

      const consumer = await spendReceipt.getAddress();
      const its = await placed({ executor: ZeroAddress, consumer, callbackGas: 200_000 });
      await pass(DELAY);
      const reused = await fill(it, its, await fillingOf(it, its, [], { digests: [digest], payload: '0x' }));
      await expect(requests.connect(it.anyone).fulfil(reused.header, [digest], signatures))
        .to.emit(requests, 'CallbackDelivered')
        .withArgs(reused.id, spendReceipt);
      expect(await spendReceipt.receiptOf(reused.id)).not.to.equal(ZeroHash);
    });

    // CO-66, said in the threat model. It chooses the inputs, so it can spend those of a payload that is signed and not mined
    it('fill two mandates with one payload: both are fulfilled by one signature, and one is paid', async () => {
      const { requests, signer } = made();
      const spend = { payload: '0x1234', digests: [id('the input of both')] };
      const both = [await placed(), await placed()];
      await pass(DELAY);
      for (const its of both) {
        const { id: request, header: said } = await filled(its, [], spend);
        await requests.fulfil(said, spend.digests, [signBip340(signer, spend.digests[0]!)]);
        expect(await requests.stateOf(request)).to.equal(STATE.fulfilled);
      }
    });
  });

  it('declares effects of every kind but fees', async () => {
    await filled(await placed({ effects: [transfer({ kind: EFFECT.call }), transfer({ kind: 200 })] }));
  });
});
