/** Attacks by delegates, and what stops honest ones. */

import { expect } from 'chai';
import { dataLength, hexlify, id, toBeHex, ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/signing/ISigningRequests.ts';
import type { LimitsStruct } from '../../../types/contracts/signing/ISpendingLimits.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../support/keys.ts';
import { EFFECT, intentOf, readyRequest, request, STATE } from '../support/requests.ts';

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
    return { it, requests, limits, keyId, delegate, executor, policy };
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

  // open: CO-50. `removeLimits` promises that "nothing that it asked for before becomes READY"; the next limits of any size make it so
  it('limits that a vote took away let their requests through as soon as there are any others, however narrow', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit();
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient: '0x0bad', amount: 10_000n, detail: ZeroHash }];
    const drained = await ask({ effects });
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    await expect(requests.markReady(drained.header)).to.be.revertedWithCustomError(limits, 'SpendingLimitsMissing');

    const caps = [{ asset: BTC, capacity: 1n, window: DAY, feeCap: 0n }];
    await limit({ recipients: ['0x0014'], caps, maxUnsettled: 1 });
    await expect(ask({ effects })).to.be.revertedWithCustomError(limits, 'SpendingLimitsEffectNotAllowed');
    await requests.connect(it.anyone).markReady(drained.header);
    expect(await stateOf(drained.id)).to.equal(STATE.ready);
    expect(await limits.available(requests, keyId, delegate, BTC), 'nothing of it is drawn now').to.equal(1);
  });

  // open: CO-50, by policies: who was dismissed and is named again gets what was asked under the policy that dismissed it
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

  // open: CO-64. What replaces an unsettled payload needs a place of its own, so a fee that is too low holds the last place for ever
  it('a payload that is stuck on its chain keeps its own replacement from becoming ready', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit({ maxUnsettled: 1 });
    const stuck = await readyRequest(it, delegate, await intentOf(it, keyId, { deadline: (await now()) + 30 * DAY }));
    const dearer = await ask({ replaces: stuck.id, payload: '0x1234' });
    await expect(requests.markReady(dearer.header))
      .to.be.revertedWithCustomError(limits, 'SpendingLimitsNoPlace')
      .withArgs(keyId, delegate, ZeroHash, 1, 1);
  });

  // open: CO-53. The room is a constant for a margin of 900 s; a vote may set one of a day, and enclaves obey the larger
  it('a margin that a vote has set lets requests through that no enclave signs any more', async () => {
    const { it, requests, limits, keyId, delegate } = made();
    await limit();
    await it.keyRegistry.connect(it.dao).setBeat(3600, 64, DAY);
    const { margin } = await it.keyRegistry.network();
    const hopeless = await ask({ deadline: (await now()) + 41 * MINUTE });
    await it.helpers.time.increase(10 * MINUTE);
    await requests.markReady(hopeless.header);
    expect(await stateOf(hopeless.id)).to.equal(STATE.ready);
    const left = Number(hopeless.header.deadline) - (await now());
    expect(left, 'enclaves answer REQUEST_TOO_LATE').to.be.lessThan(Number(margin));
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash), 'and a place is gone').to.equal(1);
    expect(await limits.available(requests, keyId, delegate, BTC), 'and the caps are drawn').to.be.lessThan(9_100n);
  });

  // open: CO-58. Enclaves read recipients of up to 10,000 bytes (signer/enclave/decode/request.ts)
  it('a recipient longer than enclaves can read is queued and drawn all the same', async () => {
    await limit();
    const recipient = hexlify(new Uint8Array(10_001));
    const effects = [{ kind: EFFECT.transfer, asset: BTC, recipient, amount: 1n, detail: ZeroHash }];
    const unreadable = await ask({ effects });
    expect(dataLength(recipient)).to.equal(10_001);
    await made().requests.markReady(unreadable.header);
    expect(await stateOf(unreadable.id)).to.equal(STATE.ready);
  });

  // open: CO-57. The error says "was never READY"; so was this one, and no signature of it can exist
  it('what expired in the queue counts as something to replace', async () => {
    const { it } = made();
    await limit();
    const queued = await ask({ deadline: (await now()) + DAY });
    await it.helpers.time.increase(2 * DAY);
    await made().requests.expire(queued.header);
    const next = await ask({ replaces: queued.id });
    expect(await stateOf(next.id)).to.equal(STATE.queued);
  });

  // open: CO-54. What is replaced may be anybody's, of any key: nothing here or in an enclave compares the two
  it('a request names as replaced what another requester asked, whose payload it cannot conflict with', async () => {
    const { it, requests, keyId, delegate, executor, policy } = made();
    await limit({ maxUnsettled: 65_535 });
    const theirs = await readyRequest(it, delegate, await intentOf(it, keyId));
    await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters: [executor.address] });
    const mine = await request(it, executor, await intentOf(it, keyId, { replaces: theirs.id, path: id('path') }));
    expect(await requests.stateOf(mine.id)).to.equal(STATE.queued);
  });

  // open: CO-63. Nobody can decode what a message spends either; mandates refuse these kinds, limits do not
  it('limits take kinds of messages, whose requests draw nothing', async () => {
    const { it, limits, keyId, delegate } = made();
    const caller = it.anyone; // draws on its own limits, as a requests contract does
    for (const kind of [KIND.eip712, KIND.eip191]) {
      const rest = { maxUnsettled: 1, recipients: ['0x0014'], targets: [], caps: [] };
      const expiresAt = (await now()) + DAY;
      await limits.connect(it.dao).setLimits(caller, keyId, delegate, { expiresAt, kinds: 1 << kind, ...rest });
      await limits.connect(caller).charge(id(`${kind}`), keyId, delegate, kind, []);
      await limits.connect(caller).takePlace(id(`${kind}`), keyId, delegate, id(`${kind}`));
    }
  });

  // open: CO-63. A target stands for every function of it, with any data: a named token is the whole balance
  it('a call of a named target draws its value and not what it does', async () => {
    const { it, limits, keyId, delegate } = made();
    const [caller, token] = [it.anyone, '0x1111111111111111111111111111111111111111'];
    const rest = { maxUnsettled: 1, recipients: ['0x0014'], targets: [token], caps: [] };
    const expiresAt = (await now()) + DAY;
    await limits.connect(it.dao).setLimits(caller, keyId, delegate, { expiresAt, kinds: 1 << KIND.evm, ...rest });
    const all = {
      kind: EFFECT.call,
      asset: id('ether'),
      recipient: token,
      amount: 0n,
      detail: id('transfer all of it'),
    };
    await expect(limits.connect(caller).charge(id('all'), keyId, delegate, KIND.evm, [all])).not.to.emit(
      limits,
      'LimitDrawn',
    );
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
