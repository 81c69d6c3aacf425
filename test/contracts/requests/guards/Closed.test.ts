/** A delegate from its first request to its dismissal, and the vote that empties its addresses. */

import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { ROLES } from '../../../../scripts/deploy/plan.ts';
import type { IntentStruct } from '../../../../types/contracts/requests/ISigningRequests.ts';
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
  secretOf,
  signBip340,
} from '../../support/keys.ts';
import { BTC, DAY, expectGuardRefuses, setLimits, setRow } from '../../support/limits.ts';
import { fill, fillingOf, mandateOf, place } from '../../support/mandates.ts';
import { header } from '../../support/preimages.ts';
import {
  EFFECT,
  intentOf,
  lastRequest,
  listModule,
  makeReady,
  type Request,
  request,
  STATE,
} from '../../support/requests.ts';

const secret = secretOf('closed');

describe('Closed', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const { signingRequests: requests, spendingLimits: limits, keyRegistry: keys } = it;
    const [delegate, watcher] = [it.operators[10]!, it.operators[12]!];
    await it.accessManager.connect(it.dao).grantRole(ROLES.settler, watcher, 0);
    const module = await it.mandates.getAddress();
    await listModule(it, module);
    const row = { guard: await limits.getAddress(), module };
    const rows = [rowFor(delegate.address, row)];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const signer = outputSecret(await claimDerived(it, keyId, secret, delegate.address));
    await setLimits(it, keyId, delegate);
    const closed = await it.closed.getAddress();
    return { it, requests, limits, keys, members, delegate, watcher, keyId, row, signer, closed };
  });

  const intent = async (change: Partial<IntentStruct> = {}) => {
    const deadline = (await made().it.helpers.time.latest()) + DAY;
    return intentOf(made().it, made().keyId, { deadline, ...change });
  };
  const asked = async (change?: Partial<IntentStruct>) => request(made().it, made().delegate, await intent(change));
  const dismiss = (change: { module?: string; delay?: number } = {}) =>
    setRow(made().it, made().keyId, rowFor(made().delegate.address, { guard: made().closed, ...change }));
  /** By vote, in the name of the delegate. */
  const emptying = async (change: Partial<IntentStruct> = {}): Promise<Request> => {
    const { it, requests, delegate } = made();
    const said = await intent(change);
    await requests.connect(it.dao).requestFor(said, delegate, ZeroHash);
    return lastRequest(it, delegate.address, said);
  };
  const fulfil = ({ header: its, intent: { digests } }: Request) =>
    made().requests.fulfil(
      its,
      digests,
      digests.map((digest) => signBip340(made().signer, String(digest))),
    );

  it('a delegate asks, is READY at once and fulfilled, and its place is settled', async () => {
    const { it, requests, limits, delegate, watcher, keyId } = made();
    const said = await intent();
    const asking = requests.connect(delegate).request(said);
    await expect(asking)
      .to.emit(requests, 'RequestReady')
      .and.to.emit(limits, 'LimitDrawn')
      .withArgs(requests, keyId, delegate, BTC, 1000, 9000)
      .and.to.emit(limits, 'PlaceTaken');
    const its = await lastRequest(it, delegate.address, said);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    await fulfil(its);
    expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    await limits.connect(watcher).settle(requests, its.header);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(0);
  });

  it('dismissed, it asks for nothing any more, whatever its limits say', async () => {
    const { it, requests, delegate, keyId } = made();
    await dismiss();
    const refusal = [keyId, delegate.address];
    await expectGuardRefuses(it, asked(), it.closed, 'ClosedRow', refusal);
    await expectGuardRefuses(it, asked({ effects: [] }), it.closed, 'ClosedRow', refusal);
    await setLimits(it, keyId, delegate);
    await expectGuardRefuses(it, asked(), it.closed, 'ClosedRow', refusal);
    expect(await requests.requestCount()).to.equal(0);
  });

  it('nor does a module in its name', async () => {
    const { it, delegate, keyId, row } = made();
    await dismiss({ module: row.module });
    const its = await place(it, delegate, await mandateOf(it, keyId));
    const filling = fillingOf(it, its).then((filled) => fill(it, its, filled));
    await expectGuardRefuses(it, filling, it.closed, 'ClosedRow', [keyId, delegate.address]);
  });

  it('what it had asked for is over, queued or READY', async () => {
    const { it, requests, delegate, keyId, row, keys } = made();
    await setRow(it, keyId, rowFor(delegate.address, { ...row, delay: 600 }));
    const [ready, queued] = [await asked(), await asked()];
    await makeReady(it, ready);
    const { epoch } = await keys.rowOf(keyId, delegate);
    await dismiss();
    await expect(requests.markReady(queued.header))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
      .withArgs(queued.id, epoch, epoch + 1n);
    for (const its of [ready, queued]) {
      await requests.expire(its.header);
      expect(await requests.stateOf(its.id)).to.equal(STATE.expired);
    }
  });

  it('a vote empties its address: no guard is asked, and it takes no place', async () => {
    const { requests, limits, delegate, keyId, it } = made();
    await dismiss();
    const effects = [
      { kind: EFFECT.transfer, asset: BTC, recipient: '0x00140da0', amount: 10n ** 15n, detail: ZeroHash },
    ];
    const its = await emptying({ effects });
    const word = await requests.wordOf(its.id);
    expect([word.state, word.voted]).to.deep.equal([STATE.ready, true]);
    await fulfil(its);
    expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(0);
    expect(await limits.hasPlace(requests, its.id)).to.equal(false);
    expect(await limits.available(requests, keyId, delegate, BTC)).to.equal(10_000);
    await expect(limits.connect(it.dao).settle(requests, its.header)).to.be.revertedWithCustomError(
      limits,
      'SpendingLimitsNothingToSettle',
    );
  });

  it('with a delay, it waits as all do, and is marked READY by anyone', async () => {
    const { it, requests } = made();
    await dismiss({ delay: 600 });
    const its = await emptying();
    expect(await requests.stateOf(its.id)).to.equal(STATE.queued);
    await expect(requests.connect(it.anyone).markReady(its.header)).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsTooEarly',
    );
    await makeReady(it, its);
    await fulfil(its);
  });

  it('the dismissed one cannot stop it: it neither cancels, nor abandons, nor raises the row', async () => {
    const { it, requests, keys, delegate, keyId } = made();
    await dismiss({ delay: 600 });
    const its = await emptying();
    const unauthorised = (call: Promise<unknown>, contract: typeof requests | typeof keys) =>
      expect(call).to.be.revertedWithCustomError(contract, 'AccessManagedUnauthorized').withArgs(delegate);
    await unauthorised(requests.connect(delegate).cancel(its.header), requests);
    await unauthorised(keys.connect(delegate).raise(keyId, delegate), keys);
    await makeReady(it, its);
    await unauthorised(requests.connect(delegate).abandon(its.header), requests);
    await requests.connect(it.dao).abandon(its.header);
  });

  it('nor can the limits that bound it before: a change of them raises nothing', async () => {
    const { it, requests, keyId, delegate, limits } = made();
    await dismiss({ delay: 600 });
    const its = await emptying();
    await setLimits(it, keyId, delegate);
    await limits.connect(it.dao).removeLimits(requests, keyId, delegate);
    await makeReady(it, its);
    expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
  });

  it('a vote asks for nobody who has no row, or beyond the kinds of one', async () => {
    const { it, requests, keys, keyId, delegate } = made();
    await dismiss();
    const voting = requests.connect(it.dao);
    await expect(voting.requestFor(await intent({ kind: KIND.raw }), delegate, ZeroHash))
      .to.be.revertedWithCustomError(keys, 'KeyRegistryKindNotAllowed')
      .withArgs(keyId, delegate, KIND.raw, 1 << KIND.psbt);
    await keys.connect(it.dao).removeRow(keyId, delegate);
    await expect(voting.requestFor(await intent(), delegate, ZeroHash))
      .to.be.revertedWithCustomError(keys, 'KeyRegistryKindNotAllowed')
      .withArgs(keyId, delegate, KIND.psbt, 0);
  });

  it('nobody but a vote asks in its name', async () => {
    const { it, requests, delegate } = made();
    await dismiss();
    for (const by of [it.guardian, it.anyone, delegate, it.deployer])
      await expect(requests.connect(by).requestFor(await intent(), delegate, ZeroHash))
        .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
        .withArgs(by);
  });

  it('a row that is opened again finds nothing of before, and its places', async () => {
    const { it, requests, limits, keyId, delegate, row } = made();
    const before = await asked();
    await dismiss();
    await setRow(it, keyId, rowFor(delegate.address, row));
    await requests.expire(before.header);
    expect(await limits.unsettledOf(requests, keyId, delegate, ZeroHash)).to.equal(1);
    const again = await asked();
    expect(await requests.stateOf(again.id)).to.equal(STATE.ready);
  });

  it('says no to what becomes READY, too', async () => {
    const { it, delegate, keyId } = made();
    await expect(it.closed.onReady(ZeroHash, header(await intent(), delegate.address, 1)))
      .to.be.revertedWithCustomError(it.closed, 'ClosedRow')
      .withArgs(keyId, delegate);
  });
});
