/** A guardian stops a key for a while; a vote stops it for as long as it likes, and lets it go on. */

import { expect } from 'chai';
import { id } from 'ethers';
import { Guardian__factory } from '../../../types/factories/contracts/governance/Guardian__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, KIND, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { header } from '../support/preimages.ts';
import { intentOf } from '../support/requests.ts';

const WEEK = 7 * 86400;

describe('KeyRegistry: pauses', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const rows = [rowFor(requester.address, { delay: 1 })];
    const keyId = await activeKey(it, members, secretOf('pause'), parametersOf(members, { rows }));
    const { keyRegistry: registry } = it;
    return {
      it,
      registry,
      byGuardian: it.guardianContract.connect(it.guardian),
      byDao: registry.connect(it.dao),
      keyId,
      requester,
    };
  });
  const pausedUntil = async () => Number((await made().registry.key(made().keyId)).pausedUntil);
  const now = () => made().it.helpers.time.latest();
  const ask = async () => {
    const { it, keyId, requester } = made();
    const intent = await intentOf(it, keyId, { deadline: (await now()) + 10_000 });
    await it.signingRequests.connect(requester).request(intent);
    return header(intent, requester.address, await it.signingRequests.requestCount());
  };

  it('lets the guardian stop requests, and what is queued from becoming ready [I7 K5]', async () => {
    const { it, registry, byGuardian, keyId, requester } = made();
    const queued = await ask();
    await expect(byGuardian.suspend(keyId, 3000))
      .to.emit(registry, 'KeySuspended')
      .withArgs(keyId, it.guardianContract, (await now()) + 3001);
    const until = await pausedUntil();
    for (const call of [
      ask,
      () => it.signingRequests.markReady(queued),
      () => registry.requireRequestable(keyId, requester, KIND.psbt),
    ])
      await expect(call())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryPaused')
        .withArgs(keyId, until, (time: bigint) => time < until);
    await it.helpers.time.setNextBlockTimestamp(until - 1);
    await expect(it.signingRequests.markReady(queued))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryPaused')
      .withArgs(keyId, until, until - 1);
    await it.helpers.time.setNextBlockTimestamp(until);
    await it.signingRequests.markReady(queued);
  });

  it('bounds a suspension and makes it cool down [K5]', async () => {
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
    const { it, registry, byGuardian, byDao, keyId } = made();
    await byGuardian.suspend(keyId, WEEK);
    const coolsUntil = await registry.suspendableAt(keyId);
    await expect(byDao.pause(keyId, 0)).to.emit(registry, 'KeyPaused').withArgs(keyId, it.dao, 0);
    await ask();
    expect(await registry.suspendableAt(keyId)).to.equal(coolsUntil);
    await expect(byGuardian.suspend(keyId, 1)).to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown');
  });

  it('lets a vote pause for longer, and no guardian shorten that [K5]', async () => {
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
    for (const caller of [it.guardian, it.anyone])
      await expect(registry.connect(caller).pause(keyId, 0))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(caller);
    for (const caller of [it.guardian, it.anyone, it.deployer])
      await expect(registry.connect(caller).suspend(keyId, 1))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(caller);
    await expect(byDao.suspend(keyId, 1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryMayPause')
      .withArgs(it.dao);
    for (const call of [() => byGuardian.suspend(id('x'), 1), () => byDao.pause(id('x'), 1)])
      await expect(call()).to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey').withArgs(id('x'));
  });

  describe('however many guardians there are', () => {
    const second = async () => {
      const { it } = made();
      const another = await new Guardian__factory(it.deployer).deploy(
        it.accessManager,
        it.operators[12]!,
        it.keyRegistry,
        it.enclaveRegistry,
        it.measurementRegistry,
        it.signingRequests,
      );
      const byDao = it.accessManager.connect(it.dao);
      await byDao.grantRole(2, another, 0);
      await byDao.grantRole(2, it.operators[13]!, 0);
      return [another.connect(it.operators[12]!), it.keyRegistry.connect(it.operators[13]!)] as const;
    };

    it('a key is suspended for no longer: the cool-down is its own [G5 K5]', async () => {
      const { it, registry, byGuardian, keyId } = made();
      const others = await second();
      await byGuardian.suspend(keyId, WEEK);
      const until = await pausedUntil();
      const refused = async () => {
        for (const other of others)
          await expect(other.suspend(keyId, WEEK))
            .to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown')
            .withArgs(keyId, until + WEEK, (time: bigint) => time < until + WEEK);
      };
      await refused();
      await it.helpers.time.increaseTo(until + WEEK - 10);
      await refused();
      expect(await pausedUntil()).to.equal(until);
    });

    it('the network is suspended for no longer, and no key after it [G5 K5]', async () => {
      const { it, registry, byGuardian, keyId } = made();
      const others = await second();
      await byGuardian.suspendNetwork(WEEK);
      const until = Number((await registry.network()).pausedUntil);
      await it.helpers.time.increaseTo(until + WEEK - 10);
      for (const other of others)
        for (const call of [() => other.suspendNetwork(1), () => other.suspend(keyId, 1)])
          await expect(call()).to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown');
      expect((await registry.network()).pausedUntil).to.equal(until);
    });

    it('none pauses, and none lifts what a vote has paused', async () => {
      const { it, registry, byDao, keyId } = made();
      const [, account] = await second();
      const far = (await now()) + 100 * WEEK;
      await byDao.pause(keyId, far);
      await account.suspend(keyId, 0);
      expect(await pausedUntil()).to.equal(far);
      await expect(account.pause(keyId, 0))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(it.operators[13]!);
    });
  });

  it('stops a guardian that was dismissed', async () => {
    const { it, byGuardian, keyId } = made();
    await it.guardianContract.connect(it.dao).setGuardian(it.anyone);
    await expect(byGuardian.suspend(keyId, 1))
      .to.be.revertedWithCustomError(it.guardianContract, 'GuardianNotGuardian')
      .withArgs(it.guardian, it.anyone);
  });
});
