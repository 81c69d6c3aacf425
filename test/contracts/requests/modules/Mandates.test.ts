/** A vote fixes effects and bounds; an executor fills in the bytes. */

import { expect } from 'chai';
import { id, ZeroAddress, ZeroHash } from 'ethers';
import type { EffectStruct, IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import type { FeeCapStruct, MandateStruct } from '../../../../types/contracts/requests/modules/IMandates.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  KIND,
  outputSecret,
  parametersOf,
  SCHEME,
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { header, mandateHash, mandateId, requestId } from '../../support/preimages.ts';
import { EFFECT, intentOf, requestsPlace, STATE } from '../../support/requests.ts';

const secret = secretOf('mandates');
const [BTC, OTHER] = [id('bip122:000/slip44:0'), id('another asset')];
const [HOUR, DAY] = [3600, 86400];
const DELAY = DAY;
const MANDATE_STATE = { none: 0n, placed: 1n, filled: 2n, cancelled: 3n, expired: 4n } as const;

type Placed = { readonly id: string; readonly mandate: MandateStruct; readonly counter: bigint };

describe('Mandates', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [requester, executor, delegate] = [it.operators[10]!, it.operators[11]!, it.operators[12]!];
    const policy = {
      requesters: [requester.address],
      delegates: [delegate.address],
      kinds: (1 << KIND.psbt) | (1 << KIND.raw),
      delay: DELAY,
    };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, requester.address);
    const place = await requestsPlace(it);
    const signer = outputSecret(derived);
    return { it, requests: it.signingRequests, members, policy, requester, executor, delegate, keyId, place, signer };
  });

  const now = () => made().it.helpers.time.latest();
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);
  const transfer = (change: Partial<EffectStruct> = {}): EffectStruct => ({
    kind: EFFECT.transfer,
    asset: BTC,
    recipient: '0x0014',
    amount: 1000n,
    detail: ZeroHash,
    ...change,
  });
  const fee = (amount: bigint, asset = BTC) => transfer({ kind: EFFECT.fee, recipient: '0x', amount, asset });
  const cap = (amount: bigint, asset = BTC): FeeCapStruct => ({ asset, amount });
  const mandateOf = async (change: Partial<MandateStruct> = {}): Promise<MandateStruct> => ({
    keyId: made().keyId,
    path: ZeroHash,
    kind: KIND.psbt,
    effects: [transfer(), transfer({ amount: 2n })],
    feeCaps: [cap(20n)],
    executor: made().executor.address,
    deadline: (await now()) + 10 * DAY,
    consumer: ZeroAddress,
    callbackGas: 0,
    ...change,
  });
  const place = async (change: Partial<MandateStruct> = {}, by = made().requester): Promise<Placed> => {
    const { requests, place: at } = made();
    const mandate = await mandateOf(change);
    await requests.connect(by).placeMandate(mandate);
    const counter = await requests.mandateCount();
    return { id: mandateId(at, by.address, counter, mandateHash(mandate)), mandate, counter };
  };
  const intentFor = async ({ mandate }: Placed, fees = [fee(10n)], change: Partial<IntentStruct> = {}) => {
    const { keyId, path, kind, deadline, consumer, callbackGas } = mandate;
    const said = { path, kind, deadline, consumer, callbackGas };
    return intentOf(made().it, String(keyId), { ...said, effects: [...mandate.effects, ...fees], ...change });
  };
  const fillWith = async (its: Placed, intent: IntentStruct, by = made().executor, requester = made().requester) => {
    const { feeCaps, executor } = its.mandate;
    const terms = { requester: requester.address, counter: its.counter, executor, feeCaps };
    return made().requests.connect(by).fill(terms, intent);
  };
  const fill = async (its: Placed, fees?: EffectStruct[], change?: Partial<IntentStruct>) =>
    fillWith(its, await intentFor(its, fees, change));
  const cancel = (its: Placed, by = made().requester) =>
    made().requests.connect(by).cancelMandate(made().requester, its.counter, mandateHash(its.mandate));
  const stateOf = (its: Placed) => made().requests.mandateStateOf(its.id);
  const mandates = () => made().requests;

  describe('placeMandate', () => {
    it('keeps a mandate under an id that commits to everything that it says', async () => {
      const { requests, requester, keyId, place: at } = made();
      const mandate = await mandateOf();
      const its = mandateId(at, requester.address, 1, mandateHash(mandate));
      await expect(requests.connect(requester).placeMandate(mandate))
        .to.emit(requests, 'MandatePlaced')
        .withArgs(its, keyId, requester, 1, (told: MandateStruct) => told.deadline === BigInt(mandate.deadline));
      expect(await requests.mandateStateOf(its)).to.equal(MANDATE_STATE.placed);
      expect(await requests.mandateHashOf(mandate)).to.equal(mandateHash(mandate));
      expect(await requests.mandateId(requester, 1, mandateHash(mandate))).to.equal(its);
      expect(await requests.requestCount(), 'no request comes of it').to.equal(0);
    });

    it('gives the same mandate another id each time', async () => {
      const same = await mandateOf();
      const [first, second] = [await place(same), await place(same)];
      expect(first.id).not.to.equal(second.id);
      for (const its of [first, second]) expect(await stateOf(its)).to.equal(MANDATE_STATE.placed);
    });

    it("is for those whom the key's policy names, for its kinds, and not while the key is paused", async () => {
      const { it, keyId } = made();
      await expect(place({}, it.anyone))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryRequesterNotAllowed')
        .withArgs(keyId, it.anyone, 1);
      await expect(place({ kind: KIND.evm })).to.be.revertedWithCustomError(
        it.keyRegistry,
        'KeyRegistryKindNotAllowed',
      );
      await it.keyRegistry.connect(it.guardian).suspend(keyId, DAY);
      await expect(place()).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryPaused');
    });

    it('is for transactions: of messages and raw digests an executor would choose the meaning', async () => {
      const { it, members, policy } = made();
      await expect(place({ kind: KIND.raw }))
        .to.be.revertedWithCustomError(mandates(), 'MandatesKindUnfit')
        .withArgs(KIND.raw);
      const kinds = (1 << KIND.evm) | (1 << KIND.eip712) | (1 << KIND.eip191);
      const keyId = await activeKey(
        it,
        members,
        secret,
        parametersOf(members, { scheme: SCHEME.ecdsa, policy: { ...policy, kinds } }),
      );
      for (const kind of [KIND.eip712, KIND.eip191])
        await expect(place({ keyId, kind }))
          .to.be.revertedWithCustomError(mandates(), 'MandatesKindUnfit')
          .withArgs(kind);
      await place({ keyId, kind: KIND.evm });
      const solana = { scheme: SCHEME.ed25519, policy: { ...policy, delegates: [], kinds: 1 << KIND.solana } };
      const underived = await activeKey(it, members, secret, parametersOf(members, solana));
      await place({ keyId: underived, kind: KIND.solana });
      await expect(place({ keyId: underived, kind: KIND.solana, path: id('path') }))
        .to.be.revertedWithCustomError(mandates(), 'SigningRequestsNoDerivation')
        .withArgs(id('path'));
      expect(await it.signingRequests.requestCount()).to.equal(0);
    });

    it('bounds effects, fees, deadline and callback', async () => {
      const many = (length: number) => Array.from({ length }, () => transfer());
      const caps = (length: number) => Array.from({ length }, (_, i) => cap(1n, id(`${i}`)));
      await place({ effects: many(20), feeCaps: caps(12) });
      await expect(place({ effects: many(20), feeCaps: caps(13) }))
        .to.be.revertedWithCustomError(mandates(), 'MandatesTooLong')
        .withArgs(33, 32);
      for (const [index, effects] of [[fee(1n)], [transfer(), fee(1n)]].entries())
        await expect(place({ effects }))
          .to.be.revertedWithCustomError(mandates(), 'MandatesFeeAmongEffects')
          .withArgs(index);
      for (const feeCaps of [
        [cap(1n), cap(3n)],
        [cap(1n), cap(2n, OTHER), cap(3n)],
      ])
        await expect(place({ feeCaps }))
          .to.be.revertedWithCustomError(mandates(), 'MandatesRepeatedAsset')
          .withArgs(BTC);
      const placedAt = (await now()) + 100;
      const [earliest, latest] = [placedAt + DELAY + 2400, placedAt + DELAY + 90 * DAY];
      for (const deadline of [earliest - 1, latest + 1]) {
        const mandate = await mandateOf({ deadline });
        await made().it.helpers.time.setNextBlockTimestamp(placedAt);
        await expect(mandates().connect(made().requester).placeMandate(mandate))
          .to.be.revertedWithCustomError(mandates(), 'SigningRequestsDeadline')
          .withArgs(deadline, earliest, latest);
      }
      await expect(place({ callbackGas: 1 }))
        .to.be.revertedWithCustomError(mandates(), 'SigningRequestsCallbackGas')
        .withArgs(1, 0);
    });
  });

  describe('fill', () => {
    it("opens an ordinary request of the mandate's requester, with its effects and then the fees", async () => {
      const { it, requests, requester, executor, keyId, place: at } = made();
      const its = await place();
      const placedAt = await now();
      await pass(2 * DAY);
      const intent = await intentFor(its);
      const request = requestId(at, header(intent, requester.address, 1));
      const filled = fillWith(its, intent);
      await expect(filled).to.emit(requests, 'MandateFilled').withArgs(its.id, request, executor);
      const readyAt = await now();
      await expect(filled)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(request, keyId, requester, 1, readyAt, (told: IntentStruct) => told.effects.length === 3);
      expect(await stateOf(its)).to.equal(MANDATE_STATE.filled);
      expect(await requests.stateOf(request)).to.equal(STATE.queued);
      expect(placedAt + DELAY).to.be.below(readyAt);
      await requests.connect(it.anyone).markReady(header(intent, requester.address, 1));
      const digest = String(intent.digests[0]);
      await requests.fulfil(header(intent, requester.address, 1), [digest], [signBip340(made().signer, digest)]);
      expect(await requests.stateOf(request)).to.equal(STATE.fulfilled);
    });

    it("waits for the key's delay from when the mandate was placed, as it was and as it is now", async () => {
      const { it, requests, requester, policy, keyId } = made();
      const its = await place();
      const placedAt = await now();
      await pass(HOUR);
      const intent = await intentFor(its);
      const asked = header(intent, requester.address, 1);
      const request = await requests.requestId(asked);
      await fillWith(its, intent);
      const tooEarly = (readyAt: number) =>
        expect(requests.markReady(asked))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsTooEarly')
          .withArgs(request, readyAt, (time: bigint) => time < readyAt);
      await tooEarly(placedAt + DELAY);
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, delay: 2 * DELAY });
      await pass(DELAY);
      await tooEarly(placedAt + 2 * DELAY);
      await pass(DELAY);
      await requests.markReady(asked);
    });

    it('is for the executor, or for anyone where none is named', async () => {
      const { it, requester, executor } = made();
      const its = await place();
      for (const by of [requester, it.anyone, it.guardian])
        await expect(fillWith(its, await intentFor(its), by))
          .to.be.revertedWithCustomError(mandates(), 'MandatesWrongExecutor')
          .withArgs(its.id, by, executor);
      const open = await place({ executor: ZeroAddress });
      await fillWith(open, await intentFor(open), it.anyone);
    });

    it('fills nothing that says something else', async () => {
      const { delegate, it } = made();
      const its = await place();
      const change: Partial<MandateStruct>[] = [
        { path: id('path') },
        { effects: [transfer()] },
        { effects: [transfer(), transfer({ amount: 3n })] },
        { effects: [transfer({ amount: 2n }), transfer()] },
        { feeCaps: [cap(21n)] },
        { executor: ZeroAddress },
        { deadline: BigInt(its.mandate.deadline) + 1n },
        { consumer: it.anyone.address },
        { callbackGas: 1 },
        { kind: KIND.raw },
        { keyId: id('key') },
      ];
      const unknown = (call: Promise<unknown>) =>
        expect(call).to.be.revertedWithCustomError(mandates(), 'MandatesWrongState');
      for (const each of change) await unknown(fill({ ...its, mandate: { ...its.mandate, ...each } }));
      await unknown(fill({ ...its, counter: its.counter + 1n }));
      await unknown(fillWith(its, await intentFor(its), made().executor, delegate));
      const [first, second] = its.mandate.effects;
      await unknown(fill(its, [], { effects: [first!, fee(1n), second!] }));
      expect(await stateOf(its)).to.equal(MANDATE_STATE.placed);
    });

    it('keeps the sum of the fees in each asset within its cap, and takes no other', async () => {
      const its = await place({ feeCaps: [cap(20n), cap(5n, OTHER)] });
      const most = 2n ** 256n - 1n;
      const refused: [EffectStruct[], unknown[]][] = [
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
      for (const [fees, args] of refused)
        await expect(fill(its, fees))
          .to.be.revertedWithCustomError(mandates(), 'MandatesFeeTooHigh')
          .withArgs(...args);
      await fill(its, [fee(15n), fee(5n, OTHER), fee(5n)]);
    });

    it('fills without any fee, and a mandate of fees alone', async () => {
      await fill(await place(), []);
      await fill(await place(), [fee(0n, id('without a cap'))]);
      await fill(await place({ effects: [] }));
    });

    it('asks for rules of requests, of the policy and of the key as they are now', async () => {
      const { it, requests, policy, keyId } = made();
      const its = await place();
      await expect(fill(its, undefined, { digests: [] }))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDigestCount')
        .withArgs(0, 1, 64);
      await expect(fill(its, undefined, { replaces: id('another') }))
        .to.be.revertedWithCustomError(requests, 'MandatesReplacement')
        .withArgs(its.id, id('another'));
      await it.keyRegistry.connect(it.guardian).suspend(keyId, HOUR);
      await expect(fill(its)).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryPaused');
      await pass(HOUR);
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters: [] });
      await expect(fill(its)).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryRequesterNotAllowed');
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, policy);
      await fill(its);
    });

    it("draws on a delegate's limits when it is filled, and takes a place when it is ready", async () => {
      const { it, requests, delegate, keyId } = made();
      const { spendingLimits: limits } = it;
      const its = await place({}, delegate);
      const intent = await intentFor(its);
      const filled = () => fillWith(its, intent, made().executor, delegate);
      await expect(filled()).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing').withArgs(keyId, delegate);
      await limits.connect(it.dao).setLimits(requests, keyId, delegate, {
        expiresAt: (await now()) + 30 * DAY,
        kinds: 1 << KIND.psbt,
        maxUnsettled: 1,
        recipients: [],
        targets: [],
        caps: [{ asset: BTC, capacity: 2000n, window: DAY, feeCap: 10n }],
      });
      await expect(filled())
        .to.emit(limits, 'LimitDrawn')
        .withArgs(requests, keyId, delegate, BTC, 1000, 1000)
        .and.to.emit(limits, 'LimitDrawn')
        .withArgs(requests, keyId, delegate, BTC, 10, 988);
      await pass(DELAY);
      await requests.markReady(header(intent, delegate.address, 1));
      expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    });
  });

  describe('cancelMandate', () => {
    it('is for the requester, the guardian and a vote, and for nobody else', async () => {
      const { it, requests, requester, executor, delegate } = made();
      for (const by of [requester, it.guardian, it.dao]) {
        const its = await place();
        await expect(cancel(its, by)).to.emit(requests, 'MandateCancelled').withArgs(its.id, by);
        expect(await stateOf(its)).to.equal(MANDATE_STATE.cancelled);
      }
      const its = await place();
      for (const by of [executor, delegate, it.anyone])
        await expect(cancel(its, by)).to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized').withArgs(by);
    });
  });

  it('shows mandates by the page, in the order in which they were placed', async () => {
    const { it, requests } = made();
    const placed: Placed[] = [];
    const times: bigint[] = [];
    for (const days of [10, 11, 12]) {
      placed.push(await place({ deadline: (await now()) + days * DAY }));
      times.push(BigInt(await it.helpers.time.latest()));
    }
    await cancel(placed[1]!);
    const shown = async (offset: number, limit: number) =>
      (await requests.mandates(offset, limit)).map((one) => [...one]);
    const states = [MANDATE_STATE.placed, MANDATE_STATE.cancelled, MANDATE_STATE.placed];
    const rows = placed.map(({ id: its, mandate }, i) => {
      const time = times[i]!;
      return [its, states[i], time, time + BigInt(DELAY), BigInt(mandate.deadline)];
    });
    expect(await shown(0, 10)).to.deep.equal(rows);
    expect(await shown(1, 1)).to.deep.equal([rows[1]]);
    expect(await shown(3, 1)).to.deep.equal([]);
    await pass(10 * DAY);
    const now_ = (await shown(0, 3)).map(([, state]) => state);
    expect(now_).to.deep.equal([MANDATE_STATE.expired, MANDATE_STATE.cancelled, MANDATE_STATE.placed]);
  });

  it('expires in the second after its deadline', async () => {
    const { it } = made();
    const its = await place();
    await it.helpers.time.increaseTo(BigInt(its.mandate.deadline));
    expect(await stateOf(its)).to.equal(MANDATE_STATE.placed);
    await pass(1);
    expect(await stateOf(its)).to.equal(MANDATE_STATE.expired);
  });

  it('refuses every call that does not fit the state', async () => {
    const { place: at, requester, requests } = made();
    const never = async (): Promise<Placed> => {
      const mandate = await mandateOf();
      return { id: mandateId(at, requester.address, 99, mandateHash(mandate)), mandate, counter: 99n };
    };
    const reached = async (act: (its: Placed) => Promise<unknown>) => {
      const its = await place();
      await act(its);
      return its;
    };
    const table: [bigint, () => Promise<Placed>][] = [
      [MANDATE_STATE.none, never],
      [MANDATE_STATE.filled, () => reached(fill)],
      [MANDATE_STATE.cancelled, () => reached(cancel)],
      [MANDATE_STATE.expired, () => reached(() => pass(11 * DAY))],
    ];
    for (const [state, reach] of table)
      for (const call of [fill, cancel]) {
        const its = await reach();
        const count = await requests.requestCount();
        await expect(call(its), `${call.name} in ${state}`)
          .to.be.revertedWithCustomError(requests, 'MandatesWrongState')
          .withArgs(its.id, state, MANDATE_STATE.placed);
        expect(await stateOf(its)).to.equal(state);
        expect(await requests.requestCount(), 'at most one request').to.equal(count);
      }
  });
});
