/** Attacks on places by way of replacements, on what is shown of them, and on the pages of the views. */

import { expect } from 'chai';
import { type EventLog, id, MaxUint256, ZeroAddress, ZeroHash } from 'ethers';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import type { LimitsStruct } from '../../../types/contracts/requests/guards/ISpendingLimits.ts';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, KIND, outputSecret, parametersOf, secretOf, signBip340 } from '../support/keys.ts';
import { intentOf, type Request, readyRequest, refuse, replacement, request, STATE } from '../support/requests.ts';

const secret = secretOf('review of replacements');
const BTC = id('bip122:000/slip44:0');
const [HOUR, DAY] = [3600, 86400];

describe('review: replacements', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [delegate, watcher] = [it.operators[10]!, it.operators[11]!];
    const policy = { requesters: [], delegates: [delegate.address], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, delegate.address, ZeroHash);
    await it.accessManager.connect(it.dao).grantRole(ROLES.settler, watcher, 0);
    const { signingRequests: requests, spendingLimits: limits } = it;
    return { it, requests, limits, members, keyId, delegate, watcher, policy, signer: outputSecret(derived) };
  });

  const now = () => made().it.helpers.time.latest();
  const pass = (seconds: number) => made().it.helpers.time.increase(seconds);
  const limit = async (change: Partial<LimitsStruct> = {}) => {
    const { it, requests, limits, keyId, delegate } = made();
    const caps = [{ asset: BTC, capacity: 10_000n, window: DAY, feeCap: 100n }];
    const usual = { kinds: 1 << KIND.psbt, maxUnsettled: 1, recipients: [], targets: [], caps };
    const expiresAt = (await now()) + 60 * DAY;
    return limits.connect(it.dao).setLimits(requests, keyId, delegate, { expiresAt, ...usual, ...change });
  };
  const setPolicy = (change: object) =>
    made()
      .it.keyRegistry.connect(made().it.dao)
      .setPolicy(made().keyId, { ...made().policy, ...change });
  const intent = async (change: Partial<IntentStruct> = {}) =>
    intentOf(made().it, made().keyId, { deadline: (await now()) + 30 * DAY, ...change });
  const ready = async (change: Partial<IntentStruct> = {}) =>
    readyRequest(made().it, made().delegate, await intent(change));
  const replace = async (its: Request, change: Partial<IntentStruct> = {}) =>
    replacement(made().it, made().delegate, its, await intent(change));
  const markReady = ({ header }: Request) => made().requests.connect(made().it.anyone).markReady(header);
  const fulfil = ({ header, intent: { digests } }: Request) =>
    made().requests.fulfil(header, digests, [signBip340(made().signer, String(digests[0]))]);
  const settle = ({ header }: Request) => made().requests.connect(made().watcher).settle(header);
  const taken = () => made().limits.unsettledOf(made().requests, made().keyId, made().delegate, ZeroHash);
  const stateOf = (its: Request) => made().requests.stateOf(its.id);

  // open: CO-71. Settled when one of a row is final, as `settle` once said. Nobody has compared the two, so one says nothing of the other
  it('a replacement with the payload of a former payment is final at once, and frees the place of another one', async () => {
    await limit();
    const paid = { payload: '0x1234', digests: [id('the input of a payment that is final')], effects: [] };
    const former = await ready(paid);
    await fulfil(former);
    await settle(former);

    const hoarded = await ready({ payload: '0x5678', digests: [id('another input')] });
    const copy = await replace(hoarded, paid);
    await markReady(copy);
    await fulfil(copy); // by the old signature: no enclave was asked
    expect(await stateOf(copy)).to.equal(STATE.fulfilled);
    await settle(copy); // its payload is final
    const next = await ready();
    expect([await stateOf(hoarded), await stateOf(next)], 'two to sign, one place').to.deep.equal([
      STATE.ready,
      STATE.ready,
    ]);
    expect(await taken()).to.equal(1);
  });

  // open: CO-72. A delegate decides whether a vote that settles, and all else that it says, can be executed
  it('a delegate moves a place away from a vote that settles it, which then cannot take its limits away either', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit();
    const stuck = await ready();
    const waiting = await replace(stuck, { effects: [] }); // draws nothing
    const { timelock, governor, helpers, anyone } = it;
    const targets = [await requests.getAddress(), await limits.getAddress()];
    const calls = [
      requests.interface.encodeFunctionData('settle', [stuck.header]),
      limits.interface.encodeFunctionData('removeLimits', [targets[0]!, keyId, delegate.address]),
    ];
    const proposer = await governor.getAddress();
    await helpers.impersonateAccount(proposer);
    await helpers.setBalance(proposer, 10n ** 18n);
    const voted = timelock.connect(await it.ethers.getSigner(proposer));
    const delay = await timelock.getMinDelay();
    await voted.scheduleBatch(targets, [0n, 0n], calls, ZeroHash, ZeroHash, delay);
    await pass(Number(delay));
    const execute = () => voted.executeBatch(targets, [0n, 0n], calls, ZeroHash, ZeroHash);
    await voted.executeBatch.staticCall(targets, [0n, 0n], calls, ZeroHash, ZeroHash); // nothing else is in its way
    await requests.connect(anyone).markReady(waiting.header);
    await expect(execute()).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle').withArgs(stuck.id);
    await ready({ path: id('still a delegate') });
  });

  // open: CO-73. What is compared in pairs does not chain over a link that nobody signed, and so nobody compared
  it('a replacement that enclaves refuse for want of a conflict hands the place on to one that conflicts with it alone', async () => {
    const { it, members } = made();
    await limit();
    const stuck = await ready({ digests: [id('its input')] });
    const other = await replace(stuck, { digests: [id('another input')] });
    await markReady(other);
    await refuse(it, members[0]!, other);
    expect(await stateOf(other)).to.equal(STATE.refused);
    const next = await replace(other, { digests: [id('another input')] });
    await markReady(next);
    expect([await stateOf(stuck), await stateOf(next), await taken()]).to.deep.equal([STATE.ready, STATE.ready, 1n]);
  });

  // open: CO-74. "A delegate without a watcher stops after `maxUnsettled` requests of a path" (decision 10); L5; `Limits.maxUnsettled`
  it('a delegate with one place makes request after request of one path ready, and draws nothing', async () => {
    const { requests, limits, keyId, delegate } = made();
    await limit();
    const row = [await ready({ effects: [] })];
    for (let i = 0; i < 5; ++i) {
      row.push(await replace(row.at(-1)!, { effects: [] }));
      await markReady(row.at(-1)!);
    }
    for (const its of row) expect(await stateOf(its)).to.equal(STATE.ready);
    expect(await taken()).to.equal(1);
    expect(await limits.available(requests, keyId, delegate, BTC)).to.equal(10_000);
  });

  // open: CO-75. A Taproot output key is another key than the one that signs raw digests of its path: "a key is one of (requester, path)"
  it('a request replaces one that another key signs, where only the kinds differ', async () => {
    const { it, keyId, delegate } = made();
    await setPolicy({ requesters: [delegate.address], delegates: [], kinds: (1 << KIND.psbt) | (1 << KIND.raw) });
    const stuck = await ready();
    const raw = await replace(stuck, { kind: KIND.raw, effects: [] });
    expect(await stateOf(raw)).to.equal(STATE.queued);
    const signerOf = async (kind: number) => (await it.keyRegistry.signerOf(keyId, delegate, ZeroHash, kind)).signer;
    expect(await signerOf(KIND.psbt)).not.to.equal(await signerOf(KIND.raw));
  });

  // open: CO-76. Anyone makes it ready first, and the better one needs a place of its own
  it('of two replacements of one request the older takes the place, and the newer finds none', async () => {
    const { limits, keyId, delegate } = made();
    await limit();
    const stuck = await ready();
    const [dear, dearer] = [await replace(stuck, { effects: [] }), await replace(stuck, { effects: [] })];
    await markReady(dear);
    await expect(markReady(dearer))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace')
      .withArgs(keyId, delegate, ZeroHash, 1, 1);
    const again = await replace(dear, { effects: [] });
    await markReady(again);
  });

  it('a replacement that is cancelled, or comes too late to be ready, leaves the place where it was', async () => {
    const { requests, delegate, limits } = made();
    await limit();
    const stuck = await ready();
    const [first, second] = [
      await replace(stuck, { effects: [] }),
      await replace(stuck, { effects: [], deadline: (await now()) + HOUR }),
    ];
    await requests.connect(delegate).cancel(first.header);
    await pass(HOUR + 1);
    await expect(markReady(second)).to.be.revertedWithCustomError(requests, 'SigningRequestsNoRoom');
    await requests.expire(second.header);
    for (const its of [first, second])
      await expect(settle(its)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle');
    expect(await taken()).to.equal(1);
    await settle(stuck);
    expect(await taken()).to.equal(0);
  });

  it('what a delegate replaces while it is a requester keeps its place, which is freed once', async () => {
    const { limits, delegate } = made();
    await limit();
    const stuck = await ready();
    const charged = await replace(stuck, { effects: [] });
    await setPolicy({ requesters: [delegate.address], delegates: [] });
    await markReady(charged);
    const uncharged = await replace(stuck);
    await markReady(uncharged);
    expect(await taken()).to.equal(1);
    await setPolicy({});
    for (const its of [charged, uncharged]) {
      await expect(settle(its)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle');
      const after = await replace(its, { effects: [] });
      await expect(markReady(after), 'no place to leave').to.be.revertedWithCustomError(
        limits,
        'SpendingLimitsNoPlace',
      );
    }
    await settle(stuck);
    await expect(settle(stuck)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle');
    expect(await taken()).to.equal(0);
  });

  it('a place that limits of before left behind is moved and freed once under others', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ expiresAt: (await now()) + DAY });
    const stuck = await ready();
    const before = await replace(stuck, { effects: [] });
    await pass(2 * DAY);
    await limit();
    await expect(markReady(before)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged');
    const after = await replace(stuck, { effects: [] });
    await markReady(after);
    await expect(markReady(before)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged');
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    await settle(after);
    expect(await taken()).to.equal(0);
    for (const its of [stuck, before, after])
      await expect(settle(its)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle');
  });

  it('no word with dirty upper bits shows what is replaced, or asks for a replacement', async () => {
    const { requests, delegate } = made();
    await limit();
    const stuck = await ready();
    const asked = await intent({ replaces: stuck.id, effects: [] });
    const good = requests.interface.encodeFunctionData('requestReplacement', [asked, stuck.header]);
    // the offset of the intent, 12 words of the header, then the intent: its kind, deadline, consumer, callbackGas
    const narrow = [2, 3, 5, 9, 10, 11, 15, 19, 20, 21];
    const send = (data: string) =>
      delegate.sendTransaction({ to: requests, data, gasLimit: 2_000_000 }).then(
        () => 'taken',
        () => 'refused',
      );
    const tries: [number, string][] = [];
    for (const word of narrow) {
      const at = 2 + 8 + 64 * word;
      expect(good.slice(at, at + 2), `word ${word} is narrow`).to.equal('00');
      tries.push([word, await send(`${good.slice(0, at)}ff${good.slice(at + 2)}`)]);
    }
    expect(tries.filter(([, outcome]) => outcome === 'taken')).to.deep.equal([]);
    expect(await requests.requestCount()).to.equal(1);
    expect(await send(good)).to.equal('taken');
  });

  it('no header differs from what it shows in one field only', async () => {
    const { requests, delegate, it } = made();
    await limit();
    const stuck = await ready();
    const lies = {
      ...{ keyId: id('key'), requester: it.anyone.address, counter: 2n, path: id('path'), kind: KIND.raw },
      ...{
        payloadHash: id('p'),
        digestsHash: id('d'),
        effectsHash: id('e'),
        deadline: 1n,
        consumer: it.anyone.address,
      },
      ...{ callbackGas: 1n, replaces: id('r') },
    };
    expect(Object.keys(lies)).to.deep.equal(Object.keys(stuck.header));
    const asked = await intent({ replaces: stuck.id, effects: [] });
    for (const [field, lie] of Object.entries(lies))
      await expect(requests.connect(delegate).requestReplacement(asked, { ...stuck.header, [field]: lie }), field)
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotShown')
        .withArgs(stuck.id);
    await requests.connect(delegate).requestReplacement(asked, stuck.header);
  });

  it('events alone tell which requests hold a place', async () => {
    const { limits, requests, watcher } = made();
    await limit({ maxUnsettled: 3 });
    const change = { effects: [] };
    const all = [await ready(change), await ready(change), await ready(change)];
    for (const from of [0, 3, 1]) {
      all.push(await replace(all[from]!, change));
      await markReady(all.at(-1)!);
    }
    await settle(all[2]!);
    await settle(all[5]!);
    all.push(await replace(all[0]!, change), await replace(all[4]!, change));
    await markReady(all[6]!);

    const holders = new Set<string>();
    for (const { eventName, args } of (await limits.queryFilter('*' as never)) as EventLog[]) {
      if (eventName === 'PlaceTaken') holders.add(args.id);
      if (eventName === 'PlaceFreed') holders.delete(args.id);
      if (eventName === 'PlaceMoved') {
        expect(holders.delete(args.from)).to.equal(true);
        holders.add(args.to);
      }
    }
    const settleable: string[] = [];
    for (const { id: its, header } of all)
      await requests
        .connect(watcher)
        .settle.staticCall(header)
        .then(
          () => settleable.push(its),
          () => {},
        );
    expect([...holders].sort()).to.deep.equal(settleable.sort());
    expect(settleable).to.have.length(2).and.to.include(all[4]!.id);
    expect(await taken()).to.equal(2);
  });

  // open: CO-79. `RequestView.readyAt` tells of two cases: "the earliest one while QUEUED, then the one at which it became READY"
  it('shows what expired in the queue as ready from the beginning of time', async () => {
    const { it, requests, delegate } = made();
    await limit();
    const queued = await request(it, delegate, await intent({ deadline: (await now()) + HOUR }));
    await pass(HOUR + 1);
    await requests.expire(queued.header);
    const [shown] = await requests.requests(0, 1);
    expect([shown!.id, shown!.state, shown!.readyAt]).to.deep.equal([queued.id, STATE.expired, 0n]);
  });

  it('pages end where the lists do, from whatever position and of whatever length', async () => {
    const { it, requests, limits, keyId } = made();
    await limit();
    await limits.connect(it.dao).removeLimits(requests, keyId, it.anyone);
    await ready();
    await request(it, made().delegate, await intent());
    const feeCaps = [{ asset: BTC, amount: 1n }];
    const rest = { executor: ZeroAddress, consumer: ZeroAddress, callbackGas: 0, effects: [], feeCaps };
    const mandate = { keyId, path: ZeroHash, kind: KIND.psbt, deadline: (await now()) + DAY, ...rest };
    for (const _ of [1, 2]) await requests.connect(made().delegate).placeMandate(mandate);
    const pages: ((offset: bigint, limit: bigint) => Promise<unknown[]>)[] = [
      (offset, limit) => requests.requests(offset, limit),
      (offset, limit) => requests.mandates(offset, limit),
      (offset, limit) => limits.delegates(requests, keyId, offset, limit),
    ];
    for (const page of pages) {
      const lengths = await Promise.all(
        [
          [0n, MaxUint256],
          [1n, MaxUint256],
          [2n, MaxUint256],
          [MaxUint256, MaxUint256],
          [MaxUint256, 0n],
          [0n, 0n],
        ].map(async ([offset, limit]) => (await page(offset!, limit!)).length),
      );
      expect(lengths).to.deep.equal([2, 1, 0, 0, 0, 0]);
    }
  });
});
