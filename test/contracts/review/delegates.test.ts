/** Attacks by delegates, and what stops honest ones. */

import { expect } from 'chai';
import { hexlify, id, toBeHex, ZeroAddress, ZeroHash } from 'ethers';
import type { LimitsStruct } from '../../../types/contracts/requests/guards/ISpendingLimits.ts';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../support/keys.ts';
import { EFFECT, intentOf, readyRequest, refuse, replacement, request, STATE } from '../support/requests.ts';

const BTC = id('bip122:000/slip44:0');
const [MINUTE, DAY] = [60, 86400];

describe('review: delegates', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [delegate, executor] = [it.operators[10]!, it.operators[11]!];
    const policy = { requesters: [], delegates: [delegate.address], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secretOf('review'), parametersOf(members, { policy }));
    const { signingRequests: requests, spendingLimits: limits } = it;
    return { it, requests, limits, members, keyId, delegate, executor, policy };
  });

  const now = () => made().it.helpers.time.latest();
  const limit = async (change: Partial<LimitsStruct> = {}) => {
    const { it, requests, limits, keyId, delegate } = made();
    const caps = [{ asset: BTC, capacity: 10_000n, window: DAY, feeCap: 100n }];
    const usual = { kinds: 1 << KIND.psbt, maxUnsettled: 2, recipients: [], targets: [], caps };
    const expiresAt = (await now()) + 60 * DAY;
    return limits.connect(it.dao).setLimits(requests, keyId, delegate, { expiresAt, ...usual, ...change });
  };
  const ask = async (change: Partial<IntentStruct> = {}) => {
    const { it, keyId, delegate } = made();
    const intent = await intentOf(it, keyId, { deadline: (await now()) + 30 * DAY, ...change });
    return request(it, delegate, intent);
  };
  const stateOf = (its: string) => made().requests.stateOf(its);

  // CO-50. `removeLimits` promises that "nothing that it asked for before becomes READY"
  it('limits that a vote took away let none of their requests through, whatever limits come next', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit();
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient: '0x0bad', amount: 10_000n, detail: ZeroHash }];
    const drained = await ask({ effects });
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    await expect(requests.markReady(drained.header)).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing');

    const caps = [{ asset: BTC, capacity: 1n, window: DAY, feeCap: 0n }];
    await limit({ recipients: ['0x0014'], caps, maxUnsettled: 1 });
    await expect(ask({ effects })).to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed');
    await expect(requests.connect(it.anyone).markReady(drained.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged')
      .withArgs(drained.id);
    await limit();
    await expect(requests.markReady(drained.header)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNotCharged');
    await requests.markReady((await ask({ effects })).header);
  });

  // CO-50, accepted for policies: a vote that names somebody again finds what waits, and cancels what it does not want
  it('a delegate that a policy dismissed finds what it had queued when another policy names it again', async () => {
    const { it, requests, keyId, policy } = made();
    await limit();
    const queued = await ask();
    const { dao } = it;
    await it.keyRegistry.connect(dao).setPolicy(keyId, { ...policy, delegates: [] });
    await expect(requests.markReady(queued.header)).to.be.revertedWithCustomError(
      it.keyRegistry,
      'KeyRegistryRequesterNotAllowed',
    );
    await it.keyRegistry.connect(dao).setPolicy(keyId, policy);
    await requests.markReady(queued.header);
    expect(await stateOf(queued.id)).to.equal(STATE.ready);
  });

  // CO-64. It takes over the place: a fee that was too low does not hold the last one for ever
  it('a payload that is stuck on its chain keeps no replacement from becoming ready', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 1 });
    const intent = await intentOf(it, keyId, { deadline: (await now()) + 30 * DAY });
    const stuck = await readyRequest(it, delegate, intent);
    const dearer = await replacement(it, delegate, stuck, { ...intent, payload: '0x1234' });
    await requests.markReady(dearer.header);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
  });

  // CO-70, said at `settle`. A refused replacement says nothing of what it was to replace
  it('a watcher that settles a refused replacement frees the place of a payload that may still be mined', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 1 });
    const intent = await intentOf(it, keyId, { deadline: (await now()) + 30 * DAY });
    const stuck = await readyRequest(it, delegate, intent);
    const dearer = await replacement(it, delegate, stuck, intent);
    await requests.markReady(dearer.header);
    await refuse(it, made().members[0]!, dearer);
    expect([await stateOf(dearer.id), await stateOf(stuck.id)]).to.deep.equal([STATE.refused, STATE.ready]);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    await requests.connect(it.dao).settle(dearer.header);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(0);
  });

  // CO-53. The room is a constant: no vote may set a margin for which it is too short
  it('no margin that a vote may set lets requests through that no enclave signs any more', async () => {
    const { it, requests } = made();
    await limit();
    await expect(it.keyRegistry.connect(it.dao).setBeat(3600, 64, 1_201)).to.be.revertedWithCustomError(
      it.keyRegistry,
      'KeyRegistryBeatOutOfBounds',
    );
    await it.keyRegistry.connect(it.dao).setBeat(3600, 64, 1_200);
    const last = await ask({ deadline: (await now()) + 41 * MINUTE });
    await it.helpers.time.setNextBlockTimestamp(Number(last.header.deadline) - 30 * MINUTE);
    await requests.markReady(last.header);
    const left = Number(last.header.deadline) - (await now());
    expect(left, 'an epoch for finality, the margin, and some for the rounds').to.be.above(384 + 1_200);
  });

  // CO-58. Enclaves read recipients of up to 10,000 bytes (signer/enclave/decode/request.ts)
  it('a recipient longer than enclaves can read draws nothing and takes no place', async () => {
    await limit();
    const paying = (length: number) => {
      const recipient = hexlify(new Uint8Array(length));
      return [{ kind: EFFECT.transfer, asset: BTC, recipient, amount: 1n, detail: ZeroHash }];
    };
    await expect(ask({ effects: paying(10_001) })).to.be.revertedWithCustomError(
      made().limits,
      'SpendingLimitsEffectNotAllowed',
    );
    await ask({ effects: paying(10_000) });
  });

  // CO-57. Nobody can have signed it
  it('what expired in the queue is nothing to replace', async () => {
    const { it } = made();
    await limit();
    const queued = await ask({ deadline: (await now()) + DAY });
    await it.helpers.time.increase(2 * DAY);
    await made().requests.expire(queued.header);
    await expect(replacement(it, made().delegate, queued, { ...queued.intent, deadline: (await now()) + DAY }))
      .to.be.revertedWithCustomError(made().requests, 'SigningRequestsNothingToReplace')
      .withArgs(queued.id, STATE.expired);
  });

  // CO-54. What can be told here: payloads of two keys share neither inputs nor nonces. Enclaves sign no replacement yet
  it('no request names as replaced what another requester asked, whose payload it cannot conflict with', async () => {
    const { it, requests, keyId, delegate, executor, policy } = made();
    await limit({ maxUnsettled: 65_535 });
    const theirs = await readyRequest(it, delegate, await intentOf(it, keyId));
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters: [executor.address] });
    for (const path of [ZeroHash, id('path')])
      await expect(replacement(it, executor, theirs, await intentOf(it, keyId, { path })))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherKey')
        .withArgs(theirs.id, keyId, delegate, ZeroHash);
  });

  // CO-67, said at `setLimits`
  it('limits for somebody whom the policy names as a requester bind nothing', async () => {
    const { it, keyId, delegate, policy } = made();
    await limit({ maxUnsettled: 1 });
    const requesters = [delegate.address];
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters, delegates: [] });
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient: '0x0bad', amount: 10n ** 9n, detail: ZeroHash }];
    for (const _ of [1, 2]) await made().requests.markReady((await ask({ effects })).header);
    expect(await made().limits.available(made().requests, keyId, delegate, BTC)).to.equal(10_000n);
  });

  // CO-63. Nobody can decode what a message spends either
  it('limits take no kinds of messages, whose requests would draw nothing', async () => {
    const { it, limits, keyId, delegate } = made();
    const caller = it.anyone; // draws on its own limits, as a requests contract does
    for (const kind of [KIND.eip712, KIND.eip191]) {
      const rest = { maxUnsettled: 1, recipients: ['0x0014'], targets: [], caps: [] };
      const expiresAt = (await now()) + DAY;
      const kinds = 1 << kind;
      await expect(limits.connect(it.dao).setLimits(caller, keyId, delegate, { expiresAt, kinds, ...rest }))
        .to.be.revertedWithCustomError(limits, 'SpendingLimitsUndecodable')
        .withArgs(kinds);
    }
  });

  // CO-63. A call's recipient is target and selector (docs/formats.md), so that a named function is not the whole contract
  it('a call of a named function is no call of another one of the same target', async () => {
    const { it, limits, keyId, delegate } = made();
    const [caller, token] = [it.anyone, '0x1111111111111111111111111111111111111111'];
    const [approve, transfer] = [`${token}095ea7b3`, `${token}a9059cbb`];
    const rest = { maxUnsettled: 1, recipients: ['0x0014'], targets: [approve], caps: [] };
    const expiresAt = (await now()) + DAY;
    await limits.connect(it.dao).setLimits(caller, keyId, delegate, { expiresAt, kinds: 1 << KIND.evm, ...rest });
    const call = (recipient: string) => [
      { kind: EFFECT.call, asset: id('ether'), recipient, amount: 0n, detail: id('data') },
    ];
    await limits.connect(caller).charge(id('named'), keyId, delegate, KIND.evm, call(approve));
    for (const other of [transfer, token])
      await expect(limits.connect(caller).charge(id(other), keyId, delegate, KIND.evm, call(other)))
        .to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed')
        .withArgs(keyId, delegate, 0, EFFECT.call, other);
  });

  // open: CO-69. "A delegate without a watcher stops after `maxUnsettled` requests" (decision 10)
  it('a delegate without a watcher goes on with other paths, and draws nothing where it declares nothing', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 1 });
    for (let path = 0; path < 5; ++path) {
      const intent = await intentOf(it, keyId, { path: toBeHex(path, 32), effects: [] });
      const its = await readyRequest(it, delegate, intent);
      expect(await requests.stateOf(its.id), `${path}`).to.equal(STATE.ready);
    }
    expect(await limits.available(requests, keyId, delegate, BTC)).to.equal(10_000);
  });

  it('what was charged under two votes takes one place, and none of it twice', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 1 });
    const first = await ask();
    await limit({ maxUnsettled: 1 });
    const second = await ask();
    await requests.markReady(first.header);
    await expect(requests.markReady(second.header)).to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace');
    await requests.connect(it.dao).settle(first.header);
    await requests.markReady(second.header);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
  });

  it('frees a place once, where 65,535 are allowed too', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 65_535 });
    const its = await readyRequest(it, delegate, await intentOf(it, keyId));
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    await requests.connect(it.dao).settle(its.header);
    await expect(requests.connect(it.dao).settle(its.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNothingToSettle')
      .withArgs(its.id);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(0);
  });

  it('words with dirty upper bits name no request', async () => {
    const { it, requests } = made();
    await limit();
    const its = await ask();
    const good = requests.interface.encodeFunctionData('markReady', [its.header]);
    const tries: [number, string][] = [];
    for (const word of [1, 2, 4, 8, 9, 10]) {
      const at = 2 + 8 + 64 * word;
      const dirty = `${good.slice(0, at)}ff${good.slice(at + 2)}`;
      const failed = await it.anyone.sendTransaction({ to: requests, data: dirty }).then(
        () => 'taken',
        () => 'refused',
      );
      tries.push([word, failed]);
    }
    expect(tries.filter(([, outcome]) => outcome === 'taken')).to.deep.equal([]);
    await it.anyone.sendTransaction({ to: requests, data: good.slice(0, -64) }).then(
      () => expect.fail('a header without its last word'),
      () => {},
    );
    await it.anyone.sendTransaction({ to: requests, data: `${good}${toBeHex(1, 32).slice(2)}` });
    expect(await stateOf(its.id)).to.equal(STATE.ready);
    expect(its.header.consumer).to.equal(ZeroAddress);
  });
});
