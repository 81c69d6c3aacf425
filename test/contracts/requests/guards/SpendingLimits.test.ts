/** What a delegate may ask for: asked by the requests contract itself, and through it. */

import { expect } from 'chai';
import { hexlify, id, toBeHex, ZeroHash } from 'ethers';
import type { LimitsStruct } from '../../../../types/contracts/requests/guards/ISpendingLimits.ts';
import type { EffectStruct, IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import { activeKey, KIND, parametersOf, rowFor, SCHEME, secretOf } from '../../support/keys.ts';
import { BTC, DAY, expectGuardRefuses, foreignCore, limitsFor, setLimits, setRow } from '../../support/limits.ts';
import { header } from '../../support/preimages.ts';
import { actAs, EFFECT, intentOf, request, STATE } from '../../support/requests.ts';

const OTHER = id('another asset');
const [ALICE, MALLORY] = ['0x0014aa', '0x0014bb'];
const DELAY = 600;
const MAX = 64;

describe('SpendingLimits', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const { spendingLimits: limits, signingRequests: requests } = it;
    const [delegate, other] = [it.operators[10]!, it.operators[11]!];
    const row = { guard: await limits.getAddress(), kinds: (1 << KIND.psbt) | (1 << KIND.raw), delay: DELAY };
    const rows = [rowFor(delegate.address, row), rowFor(other.address, { kinds: row.kinds })];
    const keyId = await activeKey(it, members, secretOf('limits'), parametersOf(members, { rows }));
    const core = await actAs(it, await requests.getAddress());
    const place = await requests.getAddress();
    return { it, limits, requests, place, core, members, keyId, delegate, other, row };
  });

  const now = () => made().it.helpers.time.latest();
  const at = (time: number) => made().it.helpers.time.setNextBlockTimestamp(time);
  const set = (change: Partial<LimitsStruct> = {}) => {
    const usual = { recipients: [ALICE], caps: [{ asset: BTC, capacity: 1000n, window: DAY, feeCap: 20n }] };
    return setLimits(made().it, made().keyId, made().delegate, { ...usual, ...change });
  };
  const effect = (change: Partial<EffectStruct> = {}): EffectStruct => ({
    kind: EFFECT.transfer,
    asset: BTC,
    recipient: ALICE,
    amount: 100n,
    detail: ZeroHash,
    ...change,
  });
  const fee = (amount: bigint, asset = BTC) => effect({ kind: EFFECT.fee, recipient: '0x', amount, asset });
  const asked = async (change: Partial<IntentStruct>) => {
    const deadline = (await now()) + DELAY + DAY;
    return intentOf(made().it, made().keyId, { deadline, ...change });
  };
  /** The guard alone, as the requests contract asks it. */
  const ask = async (effects: EffectStruct[], change: Partial<IntentStruct> = {}, by = made().core) =>
    made()
      .limits.connect(by)
      .onQueued(id('request'), made().delegate, await asked({ effects, ...change }));
  /** The whole way. */
  const requested = async (effects: EffectStruct[], by = made().delegate) =>
    request(made().it, by, await asked({ effects }));
  const left = (requests: string | ReturnType<typeof made>['requests'] = made().requests) =>
    made().limits.available(requests, made().keyId, made().delegate, BTC);
  const epochOf = async (who = made().delegate) => (await made().it.keyRegistry.rowOf(made().keyId, who)).epoch;
  const refused = (call: Promise<unknown>, error: string) =>
    expect(call).to.be.revertedWithCustomError(made().limits, error);

  describe('of whom', () => {
    it('gives a delegate without limits nothing [L4]', async () => {
      const { it, limits, keyId, delegate } = made();
      await refused(ask([]), 'SpendingLimitsMissing').withArgs(keyId, delegate);
      await expectGuardRefuses(it, requested([]), limits, 'SpendingLimitsMissing', [keyId, delegate.address]);
    });

    it('binds whose row names it, from the vote that says so, and nobody else', async () => {
      const { it, limits, keyId, delegate, other, row } = made();
      const much = [effect({ amount: 10n ** 30n, recipient: MALLORY })];
      await set();
      await requested(much, other);
      await expectGuardRefuses(it, requested(much), limits, 'SpendingLimitsEffectNotAllowed');
      await setRow(it, keyId, rowFor(delegate.address));
      await setRow(it, keyId, rowFor(other.address, row));
      await requested(much);
      expect(await left(), 'whom it does not bind draws nothing').to.equal(1000);
      await expectGuardRefuses(it, requested([], other), limits, 'SpendingLimitsMissing', [keyId, other.address]);
    });

    // CO-67, said at `setLimits`
    it('raises no row that another guard binds, or none', async () => {
      const { it, limits, keyId, other } = made();
      const epoch = await epochOf(other);
      const waiting = await requested([], other);
      const setting = setLimits(it, keyId, other);
      await expect(setting).to.emit(limits, 'LimitsSet');
      await expect(setting).not.to.emit(it.keyRegistry, 'RowRaised');
      await limits.connect(it.dao).removeLimits(it.signingRequests, keyId, other);
      expect(await epochOf(other)).to.equal(epoch);
      expect(await it.signingRequests.stateOf(waiting.id)).to.equal(STATE.ready);
    });

    it('is ruled by votes', async () => {
      const { it, limits, requests, keyId, delegate } = made();
      const sets = await limitsFor(it);
      for (const caller of [it.guardian, it.deployer, delegate])
        for (const call of [
          () => limits.connect(caller).setLimits(requests, keyId, delegate, sets),
          () => limits.connect(caller).removeLimits(requests, keyId, delegate),
        ])
          await refused(call(), 'AccessManagedUnauthorized').withArgs(caller);
    });

    it('belongs to the requests contract that asks: another one draws on its own, and has none to begin with', async () => {
      const { it, limits, keyId, delegate } = made();
      await set();
      await refused(ask([effect()], {}, it.anyone), 'SpendingLimitsMissing').withArgs(keyId, delegate);
      const foreign = await (await foreignCore(it)).getAddress();
      await limits.connect(it.dao).setLimits(foreign, keyId, delegate, await limitsFor(it));
      await it.helpers.impersonateAccount(foreign);
      await it.helpers.setBalance(foreign, 10n ** 20n);
      await expect(ask([effect({ amount: 9000n })], {}, await it.ethers.getSigner(foreign)))
        .to.emit(limits, 'LimitDrawn')
        .withArgs(foreign, keyId, delegate, BTC, 9000, 1000);
      expect(await left(foreign)).to.be.within(1000n, 1002n);
      expect(await left(), 'ours').to.equal(1000);
    });
  });

  describe('of how much', () => {
    it('draws transfers, fees and values of calls from one bucket that refills evenly [L1]', async () => {
      const { it, limits, place, keyId, delegate } = made();
      await set({ targets: ['0xcc'] });
      const call = effect({ kind: EFFECT.call, recipient: '0xcc', amount: 50n });
      await expect(ask([effect({ amount: 850n }), call, fee(20n)]))
        .to.emit(limits, 'LimitDrawn')
        .withArgs(place, keyId, delegate, BTC, 850, 150)
        .and.to.emit(limits, 'LimitDrawn')
        .withArgs(place, keyId, delegate, BTC, 50, 100)
        .and.to.emit(limits, 'LimitDrawn')
        .withArgs(place, keyId, delegate, BTC, 20, 80);
      await refused(ask([effect({ amount: 200n })]), 'SpendingLimitsExceeded').withArgs(
        keyId,
        delegate,
        BTC,
        200,
        (available: bigint) => available >= 80n && available < 90n,
      );
      await it.helpers.time.increase(DAY / 4);
      expect(await left()).to.be.closeTo(330n, 2n);
      await ask([effect({ amount: 300n })]);
      await it.helpers.time.increase(10 * DAY);
      expect(await left()).to.equal(1000);
    });

    it('sums effects of one request, and draws nothing for what reverts', async () => {
      const { it, limits } = made();
      await set();
      const many = (count: number) => Array<EffectStruct>(count).fill(effect());
      await expectGuardRefuses(it, requested(many(11)), limits, 'SpendingLimitsExceeded');
      expect(await left()).to.equal(1000);
      expect(await it.signingRequests.requestCount(), 'nor is anything asked for').to.equal(0);
      await requested(many(10));
      expect(await left()).to.be.below(3n);
    });

    it('draws nothing for an effect of nothing, and gives all of a bucket', async () => {
      const { limits, place, keyId, delegate } = made();
      await set();
      await expect(ask([effect({ amount: 0n })])).not.to.emit(limits, 'LimitDrawn');
      await expect(ask([effect({ amount: 1000n })]))
        .to.emit(limits, 'LimitDrawn')
        .withArgs(place, keyId, delegate, BTC, 1000, 0);
    });

    it('caps the sum of the fees of one request in each asset, wherever they stand', async () => {
      const { keyId, delegate } = made();
      const caps = [BTC, OTHER].map((asset) => ({ asset, capacity: 1000n, window: DAY, feeCap: 20n }));
      await set({ caps });
      await ask([fee(20n), fee(20n, OTHER)]);
      for (const fees of [[21n], [10n, 11n], [0n, 20n, 1n]])
        await refused(ask(fees.map((amount) => fee(amount))), 'SpendingLimitsFeeTooHigh').withArgs(
          keyId,
          delegate,
          BTC,
          21,
          20,
        );
      await refused(ask([fee(15n), effect(), fee(20n, OTHER), fee(6n)]), 'SpendingLimitsFeeTooHigh').withArgs(
        keyId,
        delegate,
        BTC,
        21,
        20,
      );
    });

    it('gives no asset that it does not name, and lets fees of nothing be declared in any [L2]', async () => {
      const { keyId, delegate } = made();
      await set();
      const one = effect({ asset: OTHER, amount: 1n });
      await refused(ask([one]), 'SpendingLimitsExceeded').withArgs(keyId, delegate, OTHER, 1, 0);
      await refused(ask([fee(1n, OTHER)]), 'SpendingLimitsExceeded').withArgs(keyId, delegate, OTHER, 1, 0);
      await ask([fee(0n, OTHER)]);
    });

    it('gives nothing back for what is cancelled [L1]', async () => {
      const { requests, delegate } = made();
      await set();
      const its = await requested([effect({ amount: 600n })]);
      await requests.connect(delegate).cancel(its.header);
      expect(await requests.stateOf(its.id)).to.equal(STATE.cancelled);
      expect(await left()).to.be.closeTo(400n, 1n);
    });

    // that a raise is all it takes to refill would undo every cap
    it('refills no bucket when the row is raised, by the requester or by a vote', async () => {
      const { it, keyId, delegate } = made();
      await set();
      await requested([effect({ amount: 1000n })]);
      for (const by of [delegate, it.dao]) await it.keyRegistry.connect(by).raise(keyId, delegate);
      expect(await left()).to.be.below(3n);
    });
  });

  describe('of what and to whom', () => {
    it('knows recipients, or allows all where none is named', async () => {
      const { keyId, delegate } = made();
      await set();
      await refused(ask([effect(), effect({ recipient: MALLORY })]), 'SpendingLimitsEffectNotAllowed').withArgs(
        keyId,
        delegate,
        1,
        EFFECT.transfer,
        MALLORY,
      );
      await set({ recipients: [] });
      await ask([effect({ recipient: MALLORY })]);
    });

    // CO-63. A call's recipient is target and selector (docs/formats.md): a named function is not the whole contract
    it('allows calls of named targets only [L2]', async () => {
      const { keyId, delegate } = made();
      const token = `0x${'11'.repeat(20)}`;
      const [approve, transfer] = [`${token}095ea7b3`, `${token}a9059cbb`];
      const call = (recipient: string) => [effect({ kind: EFFECT.call, recipient, amount: 0n })];
      await set({ recipients: [] });
      await refused(ask(call(approve)), 'SpendingLimitsEffectNotAllowed');
      await set({ targets: [approve] });
      await ask(call(approve));
      for (const other of [transfer, token])
        await refused(ask(call(other)), 'SpendingLimitsEffectNotAllowed').withArgs(
          keyId,
          delegate,
          0,
          EFFECT.call,
          other,
        );
      await refused(ask([effect({ recipient: approve })]), 'SpendingLimitsEffectNotAllowed');
    });

    it('counts approvals as spending, by named recipients only [L1] [L2]', async () => {
      const { limits, place, keyId, delegate } = made();
      const approval = (recipient: string, amount: bigint) => [effect({ kind: EFFECT.approval, recipient, amount })];
      await set();
      await refused(ask(approval(MALLORY, 1n)), 'SpendingLimitsEffectNotAllowed').withArgs(
        keyId,
        delegate,
        0,
        EFFECT.approval,
        MALLORY,
      );
      await expect(ask(approval(ALICE, 600n)))
        .to.emit(limits, 'LimitDrawn')
        .withArgs(place, keyId, delegate, BTC, 600, 400);
      await refused(ask(approval(ALICE, 2n ** 256n - 1n)), 'SpendingLimitsExceeded');
      await ask(approval(ALICE, 0n));
    });

    it('refuses kinds of effects that it does not know [L2]', async () => {
      const { keyId, delegate } = made();
      await set({ recipients: [], targets: [ALICE] });
      for (const kind of [0, 5, 6, 7, 8, 9, 10, 11, 12, 255])
        await refused(ask([effect({ kind, amount: 0n })]), 'SpendingLimitsEffectNotAllowed').withArgs(
          keyId,
          delegate,
          0,
          kind,
          ALICE,
        );
    });

    it('refuses kinds of payloads that the limits do not name: raw digests have no effects to limit', async () => {
      const { it, keyId, delegate, limits } = made();
      await set();
      for (const kind of [0, KIND.evm, KIND.raw, 7, 8, 23, 24, 255])
        await refused(ask([], { kind }), 'SpendingLimitsKindNotAllowed').withArgs(
          keyId,
          delegate,
          kind,
          1 << KIND.psbt,
        );
      const raw = request(it, delegate, await asked({ kind: KIND.raw }));
      await expectGuardRefuses(it, raw, limits, 'SpendingLimitsKindNotAllowed');
    });

    // CO-58. Enclaves read recipients of up to 10,000 bytes
    it('draws nothing for a recipient longer than enclaves can read', async () => {
      await set({ recipients: [] });
      for (const kind of [EFFECT.transfer, EFFECT.fee]) {
        const paying = (length: number) => [effect({ kind, amount: 1n, recipient: hexlify(new Uint8Array(length)) })];
        await refused(ask(paying(10_001)), 'SpendingLimitsEffectNotAllowed');
        await ask(paying(10_000));
      }
    });
  });

  describe('until when', () => {
    it('lasts until the second before it expires [L3]', async () => {
      const { limits, keyId, delegate } = made();
      const start = (await now()) + 10;
      await set({ expiresAt: start + 100 });
      const late = { deadline: start + 100 };
      await at(start + 99);
      await expect(ask([effect()], late)).to.emit(limits, 'LimitDrawn');
      await at(start + 100);
      await refused(ask([effect()], late), 'SpendingLimitsExpired').withArgs(keyId, delegate, start + 100, start + 100);
    });

    it('lets nothing be asked for that could be signed after it has expired', async () => {
      const { it, limits, keyId, delegate } = made();
      const expiresAt = (await now()) + 5 * DAY;
      await set({ expiresAt });
      const until = async (deadline: number) => request(it, delegate, await asked({ effects: [effect()], deadline }));
      await expectGuardRefuses(it, until(expiresAt + 1), limits, 'SpendingLimitsDeadline', [
        keyId,
        delegate.address,
        BigInt(expiresAt + 1),
        BigInt(expiresAt),
      ]);
      await until(expiresAt);
    });

    it('lets nothing become ready after it has expired', async () => {
      const { limits, core, keyId, delegate } = made();
      const expiresAt = (await now()) + 100;
      await set({ expiresAt });
      const its = header(await asked({}), delegate.address, 1);
      await at(expiresAt - 1);
      await limits.connect(core).onReady(id('in time'), its);
      await at(expiresAt);
      await refused(limits.connect(core).onReady(id('late'), its), 'SpendingLimitsExpired').withArgs(
        keyId,
        delegate,
        expiresAt,
        expiresAt,
      );
    });

    it('refuses limits that end no later than they begin', async () => {
      const start = (await now()) + 10;
      await at(start);
      await refused(set({ expiresAt: start }), 'SpendingLimitsInvalidExpiry').withArgs(start, start);
      await at(start + 1);
      await set({ expiresAt: start + 2 });
    });
  });

  describe('other limits', () => {
    it('start over: full buckets, their own lists, and a row with a new epoch', async () => {
      const { it, limits, place, keyId, delegate } = made();
      await set();
      await ask([effect({ amount: 900n })]);
      const epoch = await epochOf();
      const again = set({ recipients: [MALLORY] });
      await expect(again)
        .to.emit(limits, 'LimitsSet')
        .withArgs(place, keyId, delegate, 2, (limit: { kinds: bigint }) => limit.kinds === BigInt(1 << KIND.psbt))
        .and.to.emit(it.keyRegistry, 'RowRaised')
        .withArgs(keyId, delegate, epoch + 1n, limits);
      expect(await limits.versionOf(place, keyId, delegate)).to.equal(2);
      expect(await left()).to.equal(1000);
      await refused(ask([effect()]), 'SpendingLimitsEffectNotAllowed');
      expect([...(await limits.limitsOf(place, keyId, delegate)).recipients]).to.deep.equal([MALLORY]);
    });

    // CO-50. What was asked for under other limits is over, queued or READY, whatever limits come next
    it('overtake what was asked for before, and so does taking them away [L3]', async () => {
      const { it, limits, requests, place, keyId, delegate } = made();
      const changes = [
        () => set(),
        () => set({ recipients: [] }),
        () => limits.connect(it.dao).removeLimits(place, keyId, delegate),
      ];
      for (const change of changes) {
        await set();
        const [ready, queued] = [await requested([effect()]), await requested([effect()])];
        await it.helpers.time.increase(DELAY);
        await requests.markReady(ready.header);
        const epoch = await epochOf();
        await expect(change())
          .to.emit(it.keyRegistry, 'RowRaised')
          .withArgs(keyId, delegate, epoch + 1n, limits);
        await expect(requests.markReady(queued.header))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
          .withArgs(queued.id, epoch, epoch + 1n);
        for (const its of [ready, queued]) {
          await requests.expire(its.header);
          expect(await requests.stateOf(its.id)).to.equal(STATE.expired);
        }
        await it.spendingLimits.connect(it.dao).settle(place, ready.header);
      }
      await refused(ask([]), 'SpendingLimitsMissing').withArgs(keyId, delegate);
      await expectGuardRefuses(it, requested([]), limits, 'SpendingLimitsMissing', [keyId, delegate.address]);
      expect(await left()).to.equal(0);
      expect([...(await limits.limitsOf(place, keyId, delegate)).caps]).to.deep.equal([]);
    });

    it('touch nobody else: neither another requester of this key nor the same one of another', async () => {
      const { it, limits, keyId, delegate, other, row, members } = made();
      await setRow(it, keyId, rowFor(other.address, row));
      await setLimits(it, keyId, other);
      const rows = [rowFor(delegate.address, row)];
      const another = await activeKey(it, members, secretOf('another'), parametersOf(members, { rows }));
      await setLimits(it, another, delegate);
      const waiting = [
        await request(it, other, await asked({})),
        await request(it, delegate, await asked({ keyId: another })),
      ];
      await set();
      await limits.connect(it.dao).removeLimits(it.signingRequests, keyId, delegate);
      await it.helpers.time.increase(DELAY);
      for (const { header, id: its } of waiting) {
        await it.signingRequests.markReady(header);
        expect(await it.signingRequests.stateOf(its)).to.equal(STATE.ready);
      }
    });
  });

  describe('what a vote may say', () => {
    it('is no kind whose spending nobody can decode [L2]', async () => {
      const decodable = (1 << KIND.psbt) | (1 << KIND.solana) | (1 << KIND.evm);
      await set({ kinds: decodable });
      // CO-63. Nobody can decode what a message spends either
      for (const kind of [0, KIND.eip712, KIND.eip191, KIND.raw, 7, 8, 23])
        for (const kinds of [1 << kind, (1 << kind) | (1 << KIND.psbt)])
          await refused(set({ kinds }), 'SpendingLimitsUndecodable').withArgs(kinds, decodable);
      await refused(set({ kinds: 0 }), 'SpendingLimitsUndecodable').withArgs(0, decodable);
    });

    it('is a place at least, and one bucket for each asset, which holds something and takes its time', async () => {
      const cap = { asset: BTC, capacity: 1n, window: 1n, feeCap: 0n };
      await refused(set({ maxUnsettled: 0 }), 'SpendingLimitsNoPlaces');
      await refused(set({ caps: [cap, { ...cap, asset: OTHER }, cap] }), 'SpendingLimitsRepeatedAsset').withArgs(BTC);
      await refused(set({ caps: [{ ...cap, capacity: 0n }] }), 'SpendingLimitsInvalidCap').withArgs(BTC, 0, 1);
      await refused(set({ caps: [{ ...cap, window: 0n }] }), 'SpendingLimitsInvalidCap').withArgs(BTC, 1, 0);
    });

    for (const list of ['recipients', 'targets', 'caps'] as const)
      it(`is ${MAX} ${list} and no more`, async () => {
        const items = (count: number) =>
          Array.from({ length: count }, (_, i) =>
            list === 'caps' ? { asset: id(`${i}`), capacity: 1n, window: 1n, feeCap: 0n } : toBeHex(i + 1),
          );
        await expect(set({ [list]: items(MAX) })).to.emit(made().limits, 'LimitsSet');
        await refused(set({ [list]: items(MAX + 1) }), 'SpendingLimitsTooLong').withArgs(MAX + 1, MAX);
      });
  });

  it('charges the largest request of a delegate within half a transaction', async () => {
    const { it, limits, members, delegate, row } = made();
    const rows = [rowFor(delegate.address, { ...row, delay: 0, kinds: 1 << KIND.evm })];
    const parameters = parametersOf(members, { scheme: SCHEME.ecdsa, rows });
    const keyId = await activeKey(it, members, secretOf('largest'), parameters);
    const assets = Array.from({ length: MAX }, (_, i) => id(`asset ${i}`));
    const caps = assets.map((asset) => ({ asset, capacity: 10_000n, window: DAY, feeCap: 100n }));
    const targets = assets.map((asset) => asset.slice(0, 50));
    const recipients = targets;
    await setLimits(it, keyId, delegate, { kinds: 1 << KIND.evm, caps, targets, recipients });
    const largest = await asked({
      ...{ keyId, kind: KIND.evm, payload: `0x${'07'.repeat(32 * 1024)}` },
      digests: assets,
      effects: assets.map((asset, i) => effect({ kind: 1 + (i % 3), asset, amount: 100n, recipient: targets[i]! })),
    });
    const sent = await it.signingRequests.connect(delegate).request(largest, { gasLimit: 16_777_216n });
    const receipt = await sent.wait();
    expect(receipt!.gasUsed).to.be.below(8_388_608n);
    for (const asset of assets)
      expect(await limits.available(it.signingRequests, keyId, delegate, asset)).to.equal(9900n);
    const effects = [...largest.effects, fee(0n)];
    await expect(it.signingRequests.connect(delegate).request({ ...largest, effects }))
      .to.be.revertedWithCustomError(it.signingRequests, 'SigningRequestsEffectCount')
      .withArgs(MAX + 1, MAX);
  });
});
