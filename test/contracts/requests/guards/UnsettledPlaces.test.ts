/** A delegate's payloads that may be signed and are not settled: at most k per path. */

import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { ROLES } from '../../../../scripts/deploy/plan.ts';
import type { IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import { activeKey, claimDerived, KIND, outputSecret, parametersOf, secretOf, signBip340 } from '../../support/keys.ts';
import { header } from '../../support/preimages.ts';
import { intentOf, type Request, readyRequest, refuse, replacement, request, STATE } from '../../support/requests.ts';

const secret = secretOf('places');
const BTC = id('bip122:000/slip44:0');
const DAY = 86400;
const PATH = ZeroHash;

describe('UnsettledPlaces', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [delegate, other, watcher] = [it.operators[10]!, it.operators[11]!, it.operators[12]!];
    const policy = { requesters: [], delegates: [delegate.address, other.address], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, delegate.address, PATH);
    await it.accessManager.connect(it.dao).grantRole(ROLES.settler, watcher, 0);
    const { signingRequests: requests, spendingLimits: limits } = it;
    const found = { it, requests, limits, members, delegate, other, watcher, policy, keyId };
    for (const who of [delegate, other]) await limit(found, who, 2);
    return { ...found, signer: outputSecret(derived) };
  });

  type Found = Pick<ReturnType<typeof made>, 'it' | 'requests' | 'limits' | 'keyId' | 'delegate'>;
  const limit = async ({ it, requests, limits, keyId }: Found, who: Found['delegate'], maxUnsettled: number) => {
    const caps = [{ asset: BTC, capacity: 10_000n, window: DAY, feeCap: 100n }];
    const expiresAt = (await it.helpers.time.latest()) + 30 * DAY;
    const lists = { recipients: [], targets: [], caps };
    await limits
      .connect(it.dao)
      .setLimits(requests, keyId, who, { expiresAt, kinds: 1 << KIND.psbt, maxUnsettled, ...lists });
  };
  const intent = (change: Partial<IntentStruct> = {}) => intentOf(made().it, made().keyId, change);
  const queued = async (change: Partial<IntentStruct> = {}, by = made().delegate) =>
    request(made().it, by, await intent(change));
  const ready = async (change: Partial<IntentStruct> = {}, by = made().delegate) =>
    readyRequest(made().it, by, await intent(change));
  const taken = (path = PATH, by = made().delegate) =>
    made().limits.unsettledOf(made().requests, made().keyId, by, path);
  const settle = (its: Request) => made().requests.connect(made().watcher).settle(its.header);

  it('takes a place when a request becomes ready, and none before', async () => {
    const { requests, limits, keyId, delegate } = made();
    const its = await queued();
    const [charged] = await limits.queryFilter(limits.filters.RequestCharged());
    expect([...charged!.args]).to.deep.equal([await requests.getAddress(), keyId, delegate.address, its.id]);
    expect(await taken()).to.equal(0);
    await expect(requests.markReady(its.header))
      .to.emit(limits, 'PlaceTaken')
      .withArgs(requests, keyId, delegate, PATH, its.id, 1);
    expect(await taken()).to.equal(1);
  });

  it('lets no request become ready without a place, until another is settled', async () => {
    const { requests, limits, keyId, delegate, watcher } = made();
    const [first] = [await ready(), await ready()];
    const third = await queued();
    await expect(requests.markReady(third.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace')
      .withArgs(keyId, delegate, PATH, 2, 2);
    const settled = requests.connect(watcher).settle(first.header);
    await expect(settled).to.emit(requests, 'RequestSettled').withArgs(first.id, watcher);
    await expect(settled).to.emit(limits, 'PlaceFreed').withArgs(requests, keyId, delegate, PATH, first.id, 1);
    await requests.markReady(third.header);
    expect(await taken()).to.equal(2);
  });

  it('counts each path and each delegate apart', async () => {
    const { other } = made();
    const path = id('another chain');
    for (const _ of [1, 2]) await ready();
    await ready({ path });
    await ready({}, other);
    expect([await taken(), await taken(path), await taken(PATH, other)]).to.deep.equal([2n, 1n, 1n]);
  });

  it('settles once, from READY on whatever came of it, and nothing that never was ready', async () => {
    const { it, requests, limits, members, delegate, signer } = made();
    const past = () => it.helpers.time.increase(3601);
    const end = async (its: Request, act: (its: Request) => Promise<unknown>) => {
      await act(its);
      return its;
    };
    const expire = async (its: Request) => {
      await past();
      return requests.expire(its.header);
    };
    const fulfil = ({ header, intent }: Request) =>
      requests.fulfil(header, intent.digests, [signBip340(signer, String(intent.digests[0]))]);
    const refuseAll = async (its: Request) => {
      for (const member of members.slice(0, 1)) await refuse(it, member, its);
    };
    const never = async () => {
      const its = header(await intent(), delegate.address, 99n);
      return { id: await requests.requestId(its), header: its, intent: await intent() };
    };
    const table: [bigint, boolean, () => Promise<Request>][] = [
      [STATE.none, false, never],
      [STATE.queued, false, queued],
      [STATE.cancelled, false, async () => end(await queued(), (its) => requests.connect(delegate).cancel(its.header))],
      [STATE.expired, false, async () => end(await queued(), expire)],
      [STATE.ready, true, ready],
      [STATE.fulfilled, true, async () => end(await ready(), fulfil)],
      [STATE.refused, true, async () => end(await ready(), refuseAll)],
      [STATE.expired, true, async () => end(await ready(), expire)],
    ];
    for (const [state, settles, reach] of table) {
      const its = await reach();
      expect(await requests.stateOf(its.id), 'reached').to.equal(state);
      expect(await taken(), `${state}`).to.equal(settles ? 1 : 0);
      if (settles) await settle(its);
      expect(await taken(), `${state}, settled`).to.equal(0);
      await expect(settle(its), `${state}, again`)
        .to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle')
        .withArgs(its.id);
      expect(await requests.stateOf(its.id), 'unchanged').to.equal(state);
    }
  });

  it('gives back nothing but the place', async () => {
    const { requests, limits, keyId, delegate, it } = made();
    const its = await ready();
    const left = await limits.available(requests, keyId, delegate, BTC);
    const { timestamp } = (await it.ethers.provider.getBlock('latest'))!;
    await it.helpers.time.setNextBlockTimestamp(timestamp + 1);
    await settle(its);
    // 10,000 flow in within a day
    expect(await limits.available(requests, keyId, delegate, BTC)).to.be.within(left, left + 1n);
  });

  it('outlives limits: a new vote empties no place, and may leave fewer', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    const its = await ready();
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    expect(await taken()).to.equal(1);
    await limit(made(), delegate, 1);
    const waiting = await queued();
    await expect(requests.markReady(waiting.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace')
      .withArgs(keyId, delegate, PATH, 1, 1);
    await settle(its);
    await requests.markReady(waiting.header);
  });

  it('lets nothing become ready that was asked for by a requester and never charged', async () => {
    const { it, requests, limits, keyId, delegate, policy } = made();
    const setPolicy = (requesters: string[], delegates: string[]) =>
      it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters, delegates });
    await setPolicy([delegate.address], []);
    const uncharged = await queued({ effects: [] });
    await setPolicy([], [delegate.address]);
    await expect(requests.markReady(uncharged.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged')
      .withArgs(uncharged.id);
    const charged = await queued();
    await setPolicy([delegate.address], []);
    await requests.markReady(charged.header);
    await requests.markReady(uncharged.header);
    expect(await taken(), 'a requester takes no place').to.equal(0);
  });

  it('leaves its place to a replacement that becomes ready, which is settled for both', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    const [stuck] = [await ready(), await ready()];
    const dearer = await replacement(it, delegate, stuck, await intent());
    expect(await taken(), 'all are').to.equal(2);
    const moved = requests.markReady(dearer.header);
    await expect(moved).to.emit(limits, 'PlaceMoved').withArgs(requests, keyId, delegate, PATH, stuck.id, dearer.id);
    await expect(moved).not.to.emit(limits, 'PlaceTaken');
    expect(await taken()).to.equal(2);
    await expect(settle(stuck))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle')
      .withArgs(stuck.id);
    const dearest = await replacement(it, delegate, dearer, await intent());
    await requests.markReady(dearest.header);
    await settle(dearest);
    expect(await taken()).to.equal(1);
    for (const its of [stuck, dearer, dearest])
      await expect(settle(its)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle');
  });

  it('gives a replacement a place of its own where the one it replaces has none to leave', async () => {
    const { it, requests, limits, keyId, delegate, policy } = made();
    const [left, settled] = [await ready(), await ready()];
    await settle(settled);
    const [first, second, third] = [
      await replacement(it, delegate, left, await intent()),
      await replacement(it, delegate, left, await intent()),
      await replacement(it, delegate, settled, await intent()),
    ];
    await requests.markReady(first.header);
    expect(await taken(), 'moved').to.equal(1);
    await requests.markReady(second.header);
    expect(await taken(), 'what was replaced once has no place any more').to.equal(2);
    await expect(requests.markReady(third.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace')
      .withArgs(keyId, delegate, PATH, 2, 2);
    await settle(first);
    await requests.markReady(third.header);
    await settle(second);
    const { dao } = it;
    await it.keyRegistry.connect(dao).setPolicy(keyId, { ...policy, requesters: [delegate.address], delegates: [] });
    const free = await ready();
    await it.keyRegistry.connect(dao).setPolicy(keyId, policy);
    await requests.markReady((await replacement(it, delegate, free, await intent())).header);
    expect(await taken(), 'a requester takes none').to.equal(2);
  });

  it('moves a place although a vote left fewer, and none while limits are gone', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    const [stuck] = [await ready(), await ready()];
    const uncharged = await replacement(it, delegate, stuck, await intent());
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    await expect(requests.markReady(uncharged.header)).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing');
    await limit(made(), delegate, 1);
    await expect(requests.markReady(uncharged.header)).to.be.revertedWithCustomError(
      limits,
      'SpendingLimitsNotCharged',
    );
    const dearer = await replacement(it, delegate, stuck, await intent());
    await requests.markReady(dearer.header);
    expect(await taken()).to.equal(2);
  });

  it('moves no place of another requests contract', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    const [its] = [await ready(), await ready()];
    const caller = it.anyone;
    const caps = [{ asset: BTC, capacity: 1n, window: DAY, feeCap: 0n }];
    const expiresAt = (await it.helpers.time.latest()) + DAY;
    const rest = { kinds: 1 << KIND.psbt, maxUnsettled: 1, recipients: [], targets: [], caps };
    await limits.connect(it.dao).setLimits(caller, keyId, delegate, { expiresAt, ...rest });
    const theirs = limits.connect(caller);
    await theirs.charge(id('theirs'), keyId, delegate, KIND.psbt, []);
    await expect(theirs.takePlace(id('theirs'), keyId, delegate, PATH, its.id))
      .to.emit(limits, 'PlaceTaken')
      .withArgs(caller, keyId, delegate, PATH, id('theirs'), 1);
    expect(await limits.unsettledOf(requests, keyId, delegate, PATH)).to.equal(2);
    await settle(its);
  });

  it('is settled by the watcher or a vote, and by nobody else', async () => {
    const { it, requests, delegate, watcher } = made();
    for (const by of [it.anyone, delegate, it.guardian, it.deployer])
      await expect(requests.connect(by).settle((await ready({ path: id(by.address) })).header))
        .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
        .withArgs(by);
    for (const by of [watcher, it.dao]) await requests.connect(by).settle((await ready()).header);
  });

  it('frees no place of another requests contract', async () => {
    const { it, limits, keyId, delegate } = made();
    const its = await ready();
    await expect(limits.connect(it.anyone).settle(its.id, keyId, delegate, PATH))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle')
      .withArgs(its.id);
    expect(await taken()).to.equal(1);
  });
});
