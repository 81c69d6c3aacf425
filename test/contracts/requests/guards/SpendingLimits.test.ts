import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import type { LimitsStruct } from '../../../../types/contracts/requests/guards/ISpendingLimits.ts';
import type { EffectStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../../support/keys.ts';
import { EFFECT, intentOf, request, STATE } from '../../support/requests.ts';

const [BTC, OTHER] = [id('bip122:000/slip44:0'), id('another asset')];
const [ALICE, MALLORY] = ['0x0014aa', '0x0014bb'];
const DAY = 86400;

describe('SpendingLimits', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [delegate, requester] = [it.operators[10]!, it.operators[11]!];
    const policy = {
      requesters: [requester.address],
      delegates: [delegate.address],
      kinds: (1 << KIND.psbt) | (1 << KIND.raw),
      delay: 0,
    };
    const keyId = await activeKey(it, members, secretOf('limits'), parametersOf(members, { policy }));
    const requests = await it.signingRequests.getAddress();
    const { spendingLimits: limits } = it;
    return { it, limits, byDao: limits.connect(it.dao), requests, keyId, delegate, requester, policy };
  });

  const limitsFor = async (change: Partial<LimitsStruct> = {}): Promise<LimitsStruct> => ({
    expiresAt: (await made().it.helpers.time.latest()) + 30 * DAY,
    kinds: 1 << KIND.psbt,
    maxUnsettled: 100,
    recipients: [ALICE],
    targets: [],
    caps: [{ asset: BTC, capacity: 1000n, window: DAY, feeCap: 20n }],
    ...change,
  });
  const set = async (change: Partial<LimitsStruct> = {}) =>
    made().byDao.setLimits(made().requests, made().keyId, made().delegate, await limitsFor(change));
  const effect = (change: Partial<EffectStruct> = {}): EffectStruct => ({
    kind: EFFECT.transfer,
    asset: BTC,
    recipient: ALICE,
    amount: 100n,
    detail: ZeroHash,
    ...change,
  });
  const fee = (amount: bigint, asset = BTC) => effect({ kind: EFFECT.fee, recipient: '0x', amount, asset });
  const ask = async (effects: EffectStruct[], kind: number = KIND.psbt, by = made().delegate) => {
    const { it, keyId } = made();
    const deadline = (await it.helpers.time.latest()) + 3600;
    return it.signingRequests.connect(by).requestSignature(await intentOf(it, keyId, { effects, kind, deadline }));
  };
  const left = () => made().limits.available(made().requests, made().keyId, made().delegate, BTC);

  it('leaves requesters to their own rules', async () => {
    await ask([effect({ amount: 10n ** 30n, recipient: MALLORY })], KIND.raw, made().requester);
  });

  it('gives a delegate without limits nothing', async () => {
    const { limits, keyId, delegate } = made();
    await expect(ask([])).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing').withArgs(keyId, delegate);
  });

  it('binds a requester that became a delegate, and no longer a delegate that became a requester', async () => {
    const { it, limits, keyId, delegate, requester, policy } = made();
    await set();
    const swapped = { ...policy, requesters: [delegate.address], delegates: [requester.address] };
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, swapped);
    await ask([effect({ amount: 10n ** 30n, recipient: MALLORY })]);
    await expect(ask([], KIND.psbt, requester))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing')
      .withArgs(keyId, requester);
  });

  it('draws transfers and fees from one bucket that refills evenly', async () => {
    const { it, limits, requests, keyId, delegate } = made();
    await set();
    await expect(ask([effect({ amount: 900n }), fee(20n)]))
      .to.emit(limits, 'LimitDrawn')
      .withArgs(requests, keyId, delegate, BTC, 900, 100)
      .and.to.emit(limits, 'LimitDrawn')
      .withArgs(requests, keyId, delegate, BTC, 20, 80);
    await expect(ask([effect({ amount: 200n })]))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsExceeded')
      .withArgs(keyId, delegate, BTC, 200, (available: bigint) => available >= 80n && available < 90n);
    await it.helpers.time.increase(DAY / 4);
    expect(await left()).to.be.closeTo(330n, 2n);
    await ask([effect({ amount: 300n })]);
    await it.helpers.time.increase(10 * DAY);
    expect(await left()).to.equal(1000);
  });

  it('sums effects of one request', async () => {
    const { limits } = made();
    await set();
    await expect(ask(Array<EffectStruct>(11).fill(effect()))).to.be.revertedWithCustomError(
      limits,
      'SpendingLimitsExceeded',
    );
    expect(await left(), 'nothing is drawn by what reverts').to.equal(1000);
    await ask(Array<EffectStruct>(10).fill(effect()));
  });

  it('caps the sum of the fees of one request', async () => {
    const { limits, keyId, delegate } = made();
    await set();
    await ask([fee(20n)]);
    await expect(ask([fee(15n), effect(), fee(6n)]))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsFeeTooHigh')
      .withArgs(keyId, delegate, BTC, 21, 20);
  });

  it('knows recipients, or allows all where none is named', async () => {
    const { limits, keyId, delegate } = made();
    await set();
    await expect(ask([effect(), effect({ recipient: MALLORY })]))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed')
      .withArgs(keyId, delegate, 1, EFFECT.transfer, MALLORY);
    await set({ recipients: [] });
    await ask([effect({ recipient: MALLORY })]);
  });

  it('allows calls of named targets only', async () => {
    const { limits } = made();
    const call = effect({ kind: EFFECT.call, recipient: '0xcc', amount: 0n });
    await set({ recipients: [] });
    await expect(ask([call])).to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed');
    await set({ targets: ['0xcc'] });
    await ask([call]);
    await expect(ask([{ ...call, kind: 0 }])).to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed');
  });

  it('gives no asset that it does not name', async () => {
    const { limits, keyId, delegate } = made();
    await set();
    await expect(ask([effect({ asset: OTHER, amount: 1n })]))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsExceeded')
      .withArgs(keyId, delegate, OTHER, 1, 0);
    await expect(ask([fee(1n, OTHER)])).to.be.revertedWithCustomError(limits, 'SpendingLimitsExceeded');
  });

  it('knows kinds: raw digests have no effects to limit', async () => {
    const { limits, keyId, delegate } = made();
    await set();
    await expect(ask([], KIND.raw))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsKindNotAllowed')
      .withArgs(keyId, delegate, KIND.raw, 1 << KIND.psbt);
  });

  it('expires', async () => {
    const { it, limits, keyId, delegate } = made();
    await set();
    await it.helpers.time.increase(30 * DAY);
    await expect(ask([effect()]))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsExpired')
      .withArgs(
        keyId,
        delegate,
        (at: bigint) => at > 0n,
        (time: bigint) => time > 0n,
      );
  });

  it('gives nothing back for what is cancelled', async () => {
    const { it, keyId, delegate } = made();
    await set();
    const its = await request(it, delegate, await intentOf(it, keyId, { effects: [effect({ amount: 600n })] }));
    await it.signingRequests.connect(delegate).cancel(its.header);
    expect(await it.signingRequests.stateOf(its.id)).to.equal(STATE.cancelled);
    expect(await left()).to.be.closeTo(400n, 1n);
  });

  it('starts over with each vote', async () => {
    const { limits, requests, keyId, delegate } = made();
    await set();
    await ask([effect({ amount: 900n })]);
    await expect(set({ recipients: [MALLORY] }))
      .to.emit(limits, 'LimitsSet')
      .withArgs(requests, keyId, delegate, 2, (limit: { kinds: bigint }) => limit.kinds === BigInt(1 << KIND.psbt));
    expect(await left()).to.equal(1000);
    await expect(ask([effect()])).to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed');
    expect([...(await limits.limitsOf(requests, keyId, delegate)).recipients]).to.deep.equal([MALLORY]);
  });

  it('ends with the vote that removes it', async () => {
    const { it, byDao, limits, requests, keyId, delegate } = made();
    await set();
    const queued = await request(it, delegate, await intentOf(it, keyId, { effects: [effect()] }));
    await expect(byDao.removeLimits(requests, keyId, delegate))
      .to.emit(limits, 'LimitsRemoved')
      .withArgs(requests, keyId, delegate, 2);
    for (const call of [() => ask([]), () => it.signingRequests.markReady(queued.header)])
      await expect(call()).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing').withArgs(keyId, delegate);
    expect(await left()).to.equal(0);
  });

  it('shows by the page for whom votes set limits or took them away, each once', async () => {
    const { it, limits, byDao, requests, keyId, delegate, requester } = made();
    const shown = async (offset: number, limit: number) =>
      (await limits.delegates(requests, keyId, offset, limit)).map((one) => [...one]);
    expect(await shown(0, 5)).to.deep.equal([]);
    await byDao.removeLimits(requests, keyId, requester);
    await set();
    const { expiresAt } = await limitsFor();
    await byDao.setLimits(requests, keyId, requester, await limitsFor({ expiresAt }));
    await byDao.setLimits(requests, keyId, it.anyone, await limitsFor({ expiresAt }));
    await set({ expiresAt });
    await byDao.removeLimits(requests, keyId, it.anyone);
    const rows = [
      [requester.address, BigInt(expiresAt), 2n],
      [delegate.address, BigInt(expiresAt), 2n],
      [it.anyone.address, 0n, 2n],
    ];
    expect(await shown(0, 5)).to.deep.equal(rows);
    expect(await shown(1, 1)).to.deep.equal([rows[1]]);
    expect(await shown(3, 1)).to.deep.equal([]);
    expect(await limits.delegates(it.anyone, keyId, 0, 5), 'of other requests contracts').to.deep.equal([]);
    expect(await limits.delegates(requests, ZeroHash, 0, 5), 'of other keys').to.deep.equal([]);
  });

  it("draws on the caller's own limits and nobody else's", async () => {
    const { it, limits, keyId, delegate } = made();
    await set();
    const { anyone } = it;
    await limits.connect(it.dao).setLimits(anyone, keyId, delegate, await limitsFor());
    await limits.connect(anyone).charge(id('request'), keyId, delegate, KIND.psbt, [effect({ amount: 900n })]);
    expect(await limits.available(anyone, keyId, delegate, BTC)).to.equal(100);
    expect(await left()).to.equal(1000);
  });

  it('is ruled by votes', async () => {
    const { it, limits, requests, keyId, delegate } = made();
    for (const caller of [it.guardian, it.deployer, delegate]) {
      const sets = await limitsFor();
      for (const call of [
        () => limits.connect(caller).setLimits(requests, keyId, delegate, sets),
        () => limits.connect(caller).removeLimits(requests, keyId, delegate),
      ])
        await expect(call()).to.be.revertedWithCustomError(limits, 'AccessManagedUnauthorized').withArgs(caller);
    }
  });

  it('refuses limits that make no sense', async () => {
    const { limits } = made();
    const cap = { asset: BTC, capacity: 1n, window: 1n, feeCap: 0n };
    for (const kinds of [1 << KIND.raw, (1 << KIND.raw) | (1 << KIND.psbt)])
      await expect(set({ kinds })).to.be.revertedWithCustomError(limits, 'SpendingLimitsUndecodable').withArgs(kinds);
    await expect(set({ maxUnsettled: 0 })).to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlaces');
    await expect(set({ expiresAt: 1 })).to.be.revertedWithCustomError(limits, 'SpendingLimitsInvalidExpiry');
    await expect(set({ caps: [cap, cap] }))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsRepeatedAsset')
      .withArgs(BTC);
    for (const wrong of [{ capacity: 0n }, { window: 0n }])
      await expect(set({ caps: [{ ...cap, ...wrong }] })).to.be.revertedWithCustomError(
        limits,
        'SpendingLimitsInvalidCap',
      );
    for (const long of [
      { recipients: Array<string>(33).fill(ALICE) },
      { targets: Array<string>(33).fill(ALICE) },
      { caps: Array<typeof cap>(33).fill(cap) },
    ])
      await expect(set(long)).to.be.revertedWithCustomError(limits, 'SpendingLimitsTooLong').withArgs(33, 32);
  });
});
