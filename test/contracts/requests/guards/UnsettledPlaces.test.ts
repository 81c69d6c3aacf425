/** A delegate's payloads that may be signed and are not settled: at most k per path. */

import { expect } from 'chai';
import { id, toBeHex, ZeroHash } from 'ethers';
import { ROLES } from '../../../../scripts/deploy/plan.ts';
import type { IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  outputSecret,
  parametersOf,
  rowFor,
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { BTC, DAY, expectGuardRefuses, foreignCore, limitsFor, setLimits, setRow } from '../../support/limits.ts';
import { header, requestId } from '../../support/preimages.ts';
import { actAs, intentOf, type Request, refuse, request, requestsPlace, STATE } from '../../support/requests.ts';

const secret = secretOf('places');
const PATH = ZeroHash;
const DELAY = 600;

describe('UnsettledPlaces', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const { signingRequests: requests, spendingLimits: limits } = it;
    const [delegate, other, watcher] = [it.operators[10]!, it.operators[11]!, it.operators[12]!];
    const row = { guard: await limits.getAddress(), delay: DELAY };
    const rows = [delegate, other].map(({ address }) => rowFor(address, row));
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, delegate.address, PATH));
    await it.accessManager.connect(it.dao).grantRole(ROLES.settler, watcher, 0);
    for (const who of [delegate, other]) await setLimits(it, keyId, who);
    const place = await requests.getAddress();
    return { it, requests, place, limits, members, delegate, other, watcher, row, keyId, signer };
  });

  const now = () => made().it.helpers.time.latest();
  const intent = async (change: Partial<IntentStruct> = {}) =>
    intentOf(made().it, made().keyId, { deadline: (await now()) + DAY, ...change });
  const queued = async (change: Partial<IntentStruct> = {}, by = made().delegate) =>
    request(made().it, by, await intent(change));
  const makeReady = async (its: Request) => {
    await made().it.helpers.time.increase(DELAY);
    return made().requests.connect(made().it.anyone).markReady(its.header);
  };
  const ready = async (change: Partial<IntentStruct> = {}, by = made().delegate) => {
    const its = await queued(change, by);
    await makeReady(its);
    return its;
  };
  const taken = (path = PATH, by = made().delegate) => made().limits.unsettledOf(made().place, made().keyId, by, path);
  const settle = (its: Request, by = made().watcher) => made().limits.connect(by).settle(made().place, its.header);
  const nothingToSettle = (call: Promise<unknown>, its: string) =>
    expect(call).to.be.revertedWithCustomError(made().limits, 'SpendingLimitsNothingToSettle').withArgs(its);
  const noPlace = (call: Promise<unknown>, unsettled: bigint, maximum: bigint) => {
    const args = [made().keyId, made().delegate.address, PATH, unsettled, maximum];
    return expectGuardRefuses(made().it, call, made().limits, 'SpendingLimitsNoPlace', args);
  };

  it('takes a place when a request becomes ready, and none before', async () => {
    const { limits, place, keyId, delegate } = made();
    const its = await queued();
    expect([await taken(), await limits.hasPlace(place, its.id)]).to.deep.equal([0n, false]);
    await expect(makeReady(its)).to.emit(limits, 'PlaceTaken').withArgs(place, keyId, delegate, PATH, its.id, 1);
    expect([await taken(), await limits.hasPlace(place, its.id)]).to.deep.equal([1n, true]);
  });

  it('takes it at once for what is ready at once, which is not asked for at all without a place', async () => {
    const { it, requests, keyId, delegate, row } = made();
    await setRow(it, keyId, rowFor(delegate.address, { ...row, delay: 0 }));
    for (const count of [1n, 2n]) {
      await expect(requests.connect(delegate).request(await intent())).to.emit(requests, 'RequestReady');
      expect(await taken()).to.equal(count);
    }
    const left = await made().limits.available(requests, keyId, delegate, BTC);
    await noPlace(requests.connect(delegate).request(await intent()), 2n, 2n);
    expect(await requests.requestCount()).to.equal(2);
    expect(await made().limits.available(requests, keyId, delegate, BTC)).to.be.within(left, left + 1n);
  });

  it('lets no request become ready without a place, until another is settled [L5]', async () => {
    const { requests, limits, place, keyId, delegate, watcher } = made();
    const [first] = [await ready(), await ready()];
    const third = await queued();
    await noPlace(makeReady(third), 2n, 2n);
    expect(await requests.stateOf(third.id)).to.equal(STATE.queued);
    await expect(settle(first))
      .to.emit(limits, 'PlaceFreed')
      .withArgs(place, keyId, delegate, PATH, first.id, 1, watcher);
    expect(await limits.hasPlace(place, first.id)).to.equal(false);
    await makeReady(third);
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

  it('settles once, from READY on whatever came of it, and nothing that never was ready [L5]', async () => {
    const { it, requests, members, delegate, signer } = made();
    const end = async (its: Request, act: (its: Request) => Promise<unknown>) => {
      await act(its);
      return its;
    };
    const expire = async (its: Request) => {
      await it.helpers.time.increase(DAY);
      return requests.expire(its.header);
    };
    const overtake = async (its: Request) => {
      await it.keyRegistry.connect(delegate).raise(made().keyId, delegate);
      return requests.expire(its.header);
    };
    const fulfil = ({ header, intent }: Request) =>
      requests.fulfil(header, intent.digests, [signBip340(signer, String(intent.digests[0]))]);
    const never = async () => {
      const its = header(await intent(), delegate.address, 99n);
      return { id: requestId(await requestsPlace(it), its), header: its, intent: await intent() };
    };
    const by = requests.connect(delegate);
    const table: [bigint, boolean, () => Promise<Request>][] = [
      [STATE.none, false, never],
      [STATE.queued, false, queued],
      [STATE.cancelled, false, async () => end(await queued(), (its) => by.cancel(its.header))],
      [STATE.expired, false, async () => end(await queued(), expire)],
      [STATE.expired, false, async () => end(await queued(), overtake)],
      [STATE.ready, true, ready],
      [STATE.fulfilled, true, async () => end(await ready(), fulfil)],
      [STATE.refused, true, async () => end(await ready(), (its) => refuse(it, members[0]!, its))],
      [STATE.expired, true, async () => end(await ready(), expire)],
      [STATE.expired, true, async () => end(await ready(), overtake)],
      [STATE.expired, true, async () => end(await ready(), (its) => by.abandon(its.header))],
    ];
    for (const [row, [state, settles, reach]] of table.entries()) {
      const its = await reach();
      expect(await requests.stateOf(its.id), `reached, ${row}`).to.equal(state);
      expect(await taken(), `${row}`).to.equal(settles ? 1 : 0);
      if (settles) await settle(its);
      expect(await taken(), `${row}, settled`).to.equal(0);
      await nothingToSettle(settle(its), its.id);
      expect(await requests.stateOf(its.id), 'unchanged').to.equal(state);
    }
  });

  it('settles what the header says, and nothing that says something else', async () => {
    const { requests, place, limits, watcher, keyId, other } = made();
    const its = await ready();
    const changes = [{ path: id('path') }, { requester: other.address }, { keyId: id('key') }, { counter: 2n }];
    for (const change of changes) {
      const changed = { ...its.header, ...change };
      const named = requestId(await requestsPlace(made().it), changed);
      await nothingToSettle(limits.connect(watcher).settle(place, changed), named);
    }
    expect(await limits.unsettledOf(requests, keyId, other, PATH)).to.equal(0);
    expect(await taken()).to.equal(1);
  });

  it('gives back nothing but the place [R10]', async () => {
    const { place, limits, keyId, delegate, it } = made();
    const its = await ready();
    const left = await limits.available(place, keyId, delegate, BTC);
    await it.helpers.time.setNextBlockTimestamp((await now()) + 1);
    await settle(its);
    // 10,000 flow in within a day
    expect(await limits.available(place, keyId, delegate, BTC)).to.be.within(left, left + 1n);
  });

  it('outlives limits: a new vote empties no place, and may leave fewer', async () => {
    const { it, place, limits, keyId, delegate } = made();
    const [its, second] = [await ready(), await ready()];
    await limits.connect(it.dao).removeLimits(place, keyId, delegate);
    expect(await taken()).to.equal(2);
    await setLimits(it, keyId, delegate, { maxUnsettled: 1 });
    const waiting = await queued();
    await noPlace(makeReady(waiting), 2n, 1n);
    await settle(its);
    await noPlace(makeReady(waiting), 1n, 1n);
    await settle(second);
    await makeReady(waiting);
    expect(await taken()).to.equal(1);
  });

  it('outlives every raise, and the row [L5]', async () => {
    const { it, keyId, delegate, row } = made();
    const its = await ready();
    const { keyRegistry, dao } = it;
    await keyRegistry.connect(delegate).raise(keyId, delegate);
    await keyRegistry.connect(dao).raise(keyId, delegate);
    await keyRegistry.connect(dao).removeRow(keyId, delegate);
    await setRow(it, keyId, rowFor(delegate.address, row));
    expect(await taken()).to.equal(1);
    await settle(its);
    expect(await taken()).to.equal(0);
  });

  // of what nobody charged: the row has another epoch then, and with it whatever was asked before
  it('lets nothing become ready that was asked for while the row named no guard, or another', async () => {
    const { it, requests, keyId, delegate, row } = made();
    await setRow(it, keyId, rowFor(delegate.address, { delay: DELAY }));
    const uncharged = await queued();
    const free = await ready();
    expect(await taken(), 'unguarded, it takes none').to.equal(0);
    await setRow(it, keyId, rowFor(delegate.address, row));
    const { epoch } = await it.keyRegistry.rowOf(keyId, delegate);
    await expect(makeReady(uncharged))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
      .withArgs(uncharged.id, epoch - 1n, epoch);
    await nothingToSettle(settle(free), free.id);
  });

  it('takes none for what a vote asks in the name of the delegate', async () => {
    const { it, requests, delegate } = made();
    const said = await intent();
    await requests.connect(it.dao).requestFor(said, delegate, ZeroHash);
    const its = header(said, delegate.address, 1);
    await it.helpers.time.increase(DELAY);
    await expect(requests.markReady(its)).to.emit(requests, 'RequestReady');
    expect(await taken()).to.equal(0);
  });

  describe('of what is replaced', () => {
    const noneToShare = async (its: Request) => {
      const { it, limits } = made();
      const args = [its.id, its.header.replaces];
      await expectGuardRefuses(it, makeReady(its), limits, 'SpendingLimitsNoPlaceToShare', args);
    };

    it('stands for all that replace it, and is free once the first is settled [L6]', async () => {
      const { limits, place } = made();
      const first = await ready();
      await ready();
      const replacements = [await queued({ replaces: first.id }), await queued({ replaces: first.id })];
      for (const its of replacements.toReversed()) {
        await expect(makeReady(its)).not.to.emit(limits, 'PlaceTaken');
        expect([await taken(), await limits.hasPlace(place, its.id)]).to.deep.equal([2n, false]);
      }
      for (const its of replacements) await nothingToSettle(settle(its), its.id);
      await settle(first);
      expect(await taken()).to.equal(1);
    });

    it('is not shared once it is settled: what is final or void is not signed again [L6]', async () => {
      const first = await ready();
      const its = await queued({ replaces: first.id });
      await settle(first);
      await noneToShare(its);
      expect(await taken()).to.equal(0);
    });

    it('is not shared with another path or delegate, nor by a replacement [L6]', async () => {
      const { other } = made();
      const first = await ready();
      await noneToShare(await queued({ replaces: first.id, path: id('another path') }));
      await noneToShare(await queued({ replaces: first.id }, other));
      const second = await ready({ replaces: first.id });
      await noneToShare(await queued({ replaces: second.id }));
    });

    it('is not shared where the first never had one: a vote asked for it, or no guard was asked', async () => {
      const { it, requests, keyId, delegate, row } = made();
      const said = await intent();
      await requests.connect(it.dao).requestFor(said, delegate, ZeroHash);
      const voted = header(said, delegate.address, 1);
      await it.helpers.time.increase(DELAY);
      await requests.markReady(voted);
      await noneToShare(await queued({ replaces: requestId(await requestsPlace(it), voted) }));
      await setRow(it, keyId, rowFor(delegate.address, { delay: DELAY }));
      const free = await ready();
      await setRow(it, keyId, rowFor(delegate.address, row));
      await noneToShare(await queued({ replaces: free.id }));
    });

    it('outlives other limits, and what is drawn is drawn anew [L1 L6]', async () => {
      const { it, place, limits, keyId, delegate } = made();
      const first = await ready();
      await setLimits(it, keyId, delegate, { maxUnsettled: 1 });
      const before = await limits.available(place, keyId, delegate, BTC);
      const its = await queued({ replaces: first.id });
      // 1,000 and a fee of 10
      expect(before - (await limits.available(place, keyId, delegate, BTC))).to.be.within(1009n, 1010n);
      await makeReady(its);
      await noPlace(makeReady(await queued()), 1n, 1n);
    });
  });

  it('is settled by the watcher or a vote, and by nobody else', async () => {
    const { it, limits, delegate, watcher } = made();
    const its = await ready();
    for (const by of [it.anyone, delegate, it.guardian, it.deployer])
      await expect(settle(its, by)).to.be.revertedWithCustomError(limits, 'AccessManagedUnauthorized').withArgs(by);
    await settle(its, watcher);
    await settle(await ready(), it.dao);
  });

  it('frees a place once, where 65,535 are allowed too', async () => {
    const { it, keyId, delegate } = made();
    await setLimits(it, keyId, delegate, { maxUnsettled: 65_535 });
    const its = await ready();
    await settle(its);
    await nothingToSettle(settle(its), its.id);
    expect(await taken()).to.equal(0);
  });

  // it would be charged once, and hold two places until each is settled
  it('takes one place for a request, whatever a requests contract says', async () => {
    const { it, limits, place, delegate } = made();
    const core = limits.connect(await actAs(it, place));
    const its = header(await intent(), delegate.address, 1);
    await core.onReady(id('request'), its);
    await expect(core.onReady(id('request'), its))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsPlaceTaken')
      .withArgs(id('request'));
    expect(await taken()).to.equal(1);
  });

  it('belongs to the requests contract that asks: another one takes and frees its own places only', async () => {
    const { it, requests, limits, place, watcher, keyId, delegate } = made();
    const foreign = await foreignCore(it);
    await limits.connect(it.dao).setLimits(foreign, keyId, delegate, await limitsFor(it, { maxUnsettled: 1 }));
    for (const _ of [1, 2]) await ready();
    const said = await intent();
    await foreign.connect(delegate).request(said);
    await it.helpers.time.increase(DELAY);
    const theirs = header(said, delegate.address, 1);
    await expect(foreign.markReady(theirs)).to.emit(limits, 'PlaceTaken');
    expect(await limits.unsettledOf(foreign, keyId, delegate, PATH)).to.equal(1);
    expect(await taken(), 'ours').to.equal(2);
    const named = requestId({ ...(await requestsPlace(it)), contract: place }, theirs);
    await nothingToSettle(limits.connect(watcher).settle(requests, theirs), named);
    await limits.connect(watcher).settle(foreign, theirs);
    expect([await taken(), await limits.unsettledOf(foreign, keyId, delegate, PATH)]).to.deep.equal([2n, 0n]);
  });

  // open: CO-69. "A delegate without a watcher stops after `maxUnsettled` requests" (decision 10)
  it('lets a delegate without a watcher go on with other paths, and draw nothing where it declares nothing', async () => {
    const { it, place, limits, keyId, delegate } = made();
    await setLimits(it, keyId, delegate, { maxUnsettled: 1 });
    for (let path = 0; path < 5; ++path) await ready({ path: toBeHex(path, 32), effects: [] });
    expect(await limits.available(place, keyId, delegate, BTC)).to.equal(10_000);
  });
});
