/** A guardian stops a key for a while; a vote stops it for as long as it likes, and lets it go on. */

import { expect } from 'chai';
import { id } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../support/keys.ts';
import { intentOf, request } from '../support/requests.ts';

const WEEK = 7 * 86400;

describe('KeyRegistry: pause', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secretOf('pause'), parametersOf(members, { policy }));
    const { keyRegistry: registry } = it;
    return {
      it,
      registry,
      byGuardian: registry.connect(it.guardian),
      byDao: registry.connect(it.dao),
      keyId,
      requester,
    };
  });
  const pausedUntil = async () => Number((await made().registry.key(made().keyId)).pausedUntil);
  const now = () => made().it.helpers.time.latest();

  it('lets the guardian stop requests, and what is queued from becoming ready', async () => {
    const { it, registry, byGuardian, keyId, requester } = made();
    const queued = await request(it, requester, await intentOf(it, keyId, { deadline: (await now()) + 10_000 }));
    await expect(byGuardian.suspend(keyId, 3000))
      .to.emit(registry, 'KeySuspended')
      .withArgs(keyId, it.guardian, (await now()) + 3001);
    const until = await pausedUntil();
    const asked = await intentOf(it, keyId, { deadline: (await now()) + 10_000 });
    for (const call of [
      () => it.signingRequests.connect(requester).requestSignature(asked),
      () => it.signingRequests.markReady(queued.header),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryPaused')
        .withArgs(keyId, until, (time: bigint) => time < until);
    await it.helpers.time.setNextBlockTimestamp(until - 1);
    await expect(it.signingRequests.markReady(queued.header))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryPaused')
      .withArgs(keyId, until, until - 1);
    await it.helpers.time.setNextBlockTimestamp(until);
    await it.signingRequests.markReady(queued.header);
  });

  it('bounds a suspension and makes it cool down', async () => {
    const { it, registry, byGuardian, keyId } = made();
    await expect(byGuardian.suspend(keyId, WEEK + 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistrySuspensionTooLong')
      .withArgs(keyId, WEEK + 1, WEEK);
    await byGuardian.suspend(keyId, WEEK);
    const until = await pausedUntil();
    await expect(byGuardian.suspend(keyId, 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown')
      .withArgs(keyId, until + WEEK, (time: bigint) => time < until);
    await it.helpers.time.increaseTo(until + 1);
    await expect(byGuardian.suspend(keyId, 1)).to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown');
    expect(await registry.suspendableAt(keyId)).to.equal(until + WEEK);
    await it.helpers.time.setNextBlockTimestamp(until + WEEK - 1);
    await expect(byGuardian.suspend(keyId, 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown')
      .withArgs(keyId, until + WEEK, until + WEEK - 1);
    await it.helpers.time.setNextBlockTimestamp(until + WEEK);
    await byGuardian.suspend(keyId, 1);
  });

  it('lets a vote end a suspension at once', async () => {
    const { it, registry, byGuardian, byDao, keyId, requester } = made();
    await byGuardian.suspend(keyId, WEEK);
    const coolsUntil = await registry.suspendableAt(keyId);
    await expect(byDao.pause(keyId, 0)).to.emit(registry, 'KeyPaused').withArgs(keyId, it.dao, 0);
    await request(it, requester, await intentOf(it, keyId));
    expect(await registry.suspendableAt(keyId)).to.equal(coolsUntil);
    await expect(byGuardian.suspend(keyId, 1)).to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown');
  });

  it('lets a vote pause for longer, and no guardian shorten that', async () => {
    const { registry, byGuardian, byDao, keyId } = made();
    const far = (await now()) + 100 * WEEK;
    await byDao.pause(keyId, far);
    await expect(byGuardian.suspend(keyId, 10)).not.to.emit(registry, 'KeySuspended');
    expect(await pausedUntil()).to.equal(far);
    expect(await registry.suspendableAt(keyId)).to.equal(0);
    await byDao.pause(keyId, 0);
    await byGuardian.suspend(keyId, 10);
  });

  it('is for the guardian and for votes, each their own way', async () => {
    const { it, registry, byGuardian, byDao, keyId } = made();
    await expect(byGuardian.pause(keyId, 0))
      .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
      .withArgs(it.guardian);
    for (const caller of [it.anyone, it.deployer])
      await expect(registry.connect(caller).suspend(keyId, 1))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(caller);
    await expect(byDao.suspend(keyId, 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryMayPause')
      .withArgs(it.dao);
    for (const call of [() => byGuardian.suspend(id('x'), 1), () => byDao.pause(id('x'), 1)])
      await expect(call()).to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey').withArgs(id('x'));
  });

  it('stops a guardian that was dismissed', async () => {
    const { it, registry, byGuardian, keyId } = made();
    await it.accessManager.connect(it.dao).revokeRole(2, it.guardian);
    await expect(byGuardian.suspend(keyId, 1)).to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized');
  });
});
