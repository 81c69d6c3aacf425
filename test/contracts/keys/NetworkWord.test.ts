/** The one word for every key: pauses of the whole network, and what enclaves are told about beats. */

import { expect } from 'chai';
import { ZeroHash } from 'ethers';
import { BEAT, type Beat } from '../../../scripts/deploy/options.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  confirm,
  confirmationOf,
  createKey,
  KEY_STATUS,
  parametersOf,
  publicKeyOf,
  rowFor,
  SCHEME,
  secretOf,
  sign,
} from '../support/keys.ts';
import { header } from '../support/preimages.ts';
import { intentOf } from '../support/requests.ts';

const WEEK = 7 * 86400;

describe('KeyRegistry: the network word', () => {
  const made = fresh(async () => {
    const it = await world({ minimumBeatBound: 36 });
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const rows = [rowFor(requester.address, { delay: 1 })];
    const parameters = parametersOf(members, { rows });
    const keyId = await activeKey(it, members, secretOf('network'), parameters);
    const { keyRegistry: registry } = it;
    const [byGuardian, byDao] = [it.guardianContract.connect(it.guardian), registry.connect(it.dao)];
    return { it, registry, byGuardian, byDao, members, parameters, keyId, requester };
  });
  const now = () => made().it.helpers.time.latest();
  const pausedUntil = async () => Number((await made().registry.network()).pausedUntil);
  const asking = async (seconds = 2 * WEEK) => {
    const { it, keyId, requester } = made();
    const intent = await intentOf(it, keyId, { deadline: (await now()) + seconds });
    await it.signingRequests.connect(requester).request(intent);
    return header(intent, requester.address, await it.signingRequests.requestCount());
  };

  describe('a vote', () => {
    it('stops every request, and what is queued from becoming ready, until the second it names [I7 K5]', async () => {
      const { it, registry, byDao } = made();
      const queued = await asking();
      const until = (await now()) + 5000;
      await expect(byDao.pauseNetwork(until)).to.emit(registry, 'NetworkPaused').withArgs(it.dao, until);
      for (const call of [() => asking(), () => it.signingRequests.markReady(queued)])
        await expect(call())
          .to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused')
          .withArgs(until, (time: bigint) => time < until);
      await it.helpers.time.setNextBlockTimestamp(until - 1);
      await expect(it.signingRequests.markReady(queued))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused')
        .withArgs(until, until - 1);
      await it.helpers.time.setNextBlockTimestamp(until);
      await it.signingRequests.markReady(queued);
    });

    it('ends a pause with a time that has passed, its own or a suspension', async () => {
      const { it, registry, byGuardian, byDao } = made();
      await byDao.pauseNetwork((await now()) + 100 * WEEK);
      await expect(byDao.pauseNetwork(1)).to.emit(registry, 'NetworkPaused').withArgs(it.dao, 1);
      await asking();
      await byGuardian.suspendNetwork(WEEK);
      await expect(asking()).to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused');
      await byDao.pauseNetwork(0);
      await asking();
    });

    it('leaves the pause of one key when it ends that of all', async () => {
      const { registry, byDao, keyId } = made();
      const until = (await now()) + WEEK;
      await byDao.pause(keyId, until);
      await byDao.pauseNetwork(until);
      await byDao.pauseNetwork(0);
      await expect(asking())
        .to.be.revertedWithCustomError(registry, 'KeyRegistryPaused')
        .withArgs(keyId, until, (time: bigint) => time < until);
    });

    it('stops no key from being made and activated, and no request from ending [K6]', async () => {
      const { it, registry, byDao, members, parameters, requester } = made();
      const [queued, ready, late] = [await asking(3600), await asking(3600), await asking(3600)];
      for (const one of [ready, late]) await it.signingRequests.markReady(one);
      await byDao.pauseNetwork((await now()) + 100 * WEEK);

      const other = await createKey(it, parameters);
      const secret = secretOf('made in a pause');
      await it.helpers.time.increase(601);
      await registry.openAttempt(other);
      for (const member of members) await confirm(it, member, await confirmationOf(it, other, publicKeyOf(secret)));
      await registry.activate(other, sign(SCHEME.bip340, secret, await registry.activationMessage(other)));
      expect((await registry.key(other)).status).to.equal(KEY_STATUS.active);

      await it.signingRequests.connect(requester).cancel(queued);
      await it.helpers.time.increase(3601);
      for (const one of [ready, late]) await it.signingRequests.expire(one);
    });
  });

  describe('a guardian', () => {
    it('stops every key for a week at most', async () => {
      const { it, registry, byGuardian } = made();
      await expect(byGuardian.suspendNetwork(WEEK + 1))
        .to.be.revertedWithCustomError(registry, 'KeyRegistrySuspensionTooLong')
        .withArgs(ZeroHash, WEEK + 1, WEEK);
      const until = (await now()) + 10 + WEEK;
      await it.helpers.time.setNextBlockTimestamp(until - WEEK);
      await expect(byGuardian.suspendNetwork(WEEK))
        .to.emit(registry, 'NetworkSuspended')
        .withArgs(it.guardianContract, until);
      await expect(asking()).to.be.revertedWithCustomError(registry, 'KeyRegistryNetworkPaused');
      await it.helpers.time.increaseTo(until);
      await asking();
    });

    it('cools down for a week, for the network and for every key [K5]', async () => {
      const { it, registry, byGuardian, keyId } = made();
      await byGuardian.suspendNetwork(10);
      const until = await pausedUntil();
      expect(await registry.suspendableAt(ZeroHash)).to.equal(until + WEEK);
      expect(await registry.suspendableAt(keyId)).to.equal(until + WEEK);
      const calls = [
        { subject: ZeroHash, call: () => byGuardian.suspendNetwork(1) },
        { subject: keyId, call: () => byGuardian.suspend(keyId, 1) },
      ];
      await it.helpers.time.increaseTo(until + WEEK - 10);
      for (const { subject, call } of calls)
        await expect(call())
          .to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown')
          .withArgs(subject, until + WEEK, (time: bigint) => time < until + WEEK);
      await it.helpers.time.increaseTo(until + WEEK);
      await byGuardian.suspend(keyId, 1);
      await byGuardian.suspendNetwork(1);
    });

    it('may go from one key to the network, and has then two weeks at a stretch', async () => {
      const { it, registry, byGuardian, keyId } = made();
      await byGuardian.suspend(keyId, WEEK);
      const first = Number((await registry.key(keyId)).pausedUntil);
      await it.helpers.time.setNextBlockTimestamp(first);
      await byGuardian.suspendNetwork(WEEK);
      expect(await pausedUntil()).to.equal(first + WEEK);
      await it.helpers.time.increaseTo(first + WEEK);
      await asking();
      await expect(byGuardian.suspend(keyId, 1))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryCoolingDown')
        .withArgs(keyId, first + 2 * WEEK, (time: bigint) => time < first + 2 * WEEK);
    });

    it('changes nothing while a vote has paused for longer, and then starts no cool-down', async () => {
      const { registry, byGuardian, byDao } = made();
      const far = (await now()) + 100 * WEEK;
      await byDao.pauseNetwork(far);
      await expect(byGuardian.suspendNetwork(WEEK)).not.to.emit(registry, 'NetworkSuspended');
      expect(await pausedUntil()).to.equal(far);
      expect(await registry.suspendableAt(ZeroHash)).to.equal(0);
    });

    it('changes nothing up to the very second that a vote has set, and something from the next on', async () => {
      const { it, registry, byGuardian, byDao } = made();
      const until = (await now()) + WEEK;
      await byDao.pauseNetwork(until);
      await it.helpers.time.setNextBlockTimestamp(until - 100);
      await expect(byGuardian.suspendNetwork(100)).not.to.emit(registry, 'NetworkSuspended');
      expect(await registry.suspendableAt(ZeroHash)).to.equal(0);
      await it.helpers.time.setNextBlockTimestamp(until - 99);
      await expect(byGuardian.suspendNetwork(100))
        .to.emit(registry, 'NetworkSuspended')
        .withArgs(it.guardianContract, until + 1);
    });
  });

  it('is for the guardian and for votes, each their own way', async () => {
    const { it, registry, byDao } = made();
    const { guardian, anyone, deployer } = it;
    const denied = [
      ...[guardian, anyone, deployer].flatMap((caller) => [
        { caller, call: () => registry.connect(caller).pauseNetwork(0) },
        { caller, call: () => registry.connect(caller).suspendNetwork(1) },
        { caller, call: () => registry.connect(caller).setBeat(3600, 1, 900) },
      ]),
    ];
    for (const { caller, call } of denied)
      await expect(call()).to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized').withArgs(caller);
    await expect(byDao.suspendNetwork(1))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryMayPause')
      .withArgs(it.dao);
  });

  it('stops a guardian that was dismissed, and its suspension with it', async () => {
    const { it, registry, byGuardian, byDao } = made();
    await byGuardian.suspendNetwork(WEEK);
    await it.accessManager.connect(it.dao).revokeRole(2, it.guardianContract);
    await byDao.pauseNetwork(0);
    await asking();
    await it.helpers.time.increase(3 * WEEK);
    await expect(byGuardian.suspendNetwork(1))
      .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
      .withArgs(it.guardianContract);
  });

  it('has what was deployed, and what a vote sets, whatever is paused', async () => {
    const { registry, byDao } = made();
    const shown = async () => [...(await registry.network())];
    expect(await shown()).to.deep.equal([0n, 600n, 1024n, 900n]);
    const until = (await now()) + WEEK;
    await byDao.pauseNetwork(until);
    await expect(byDao.setBeat(7200, 5, 1000))
      .to.emit(registry, 'BeatSet')
      .withArgs(7200, 5, 1000);
    expect(await shown()).to.deep.equal([BigInt(until), 7200n, 5n, 1000n]);
  });

  const bounds = [
    { field: 'beatBound', minimum: 36, maximum: 86_400 },
    { field: 'releasesPerBeat', minimum: 1, maximum: 2 ** 20 },
    { field: 'margin', minimum: 900, maximum: 1_200 },
  ] as const;
  for (const { field, minimum, maximum } of bounds)
    it(`bounds ${field}, in a vote and at deployment [K7]`, async () => {
      const { registry, byDao } = made();
      const set = (value: number) => {
        const beat: Beat = { ...BEAT, [field]: value };
        return byDao.setBeat(beat.beatBound, beat.releasesPerBeat, beat.margin);
      };
      for (const value of [minimum, maximum]) {
        await set(value);
        expect((await registry.network())[field]).to.equal(value);
      }
      for (const value of [minimum - 1, maximum + 1]) {
        await expect(set(value))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryBeatOutOfBounds')
          .withArgs(value, minimum, maximum);
        await expect(world({ minimumBeatBound: 36, beat: { ...BEAT, [field]: value } }))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryBeatOutOfBounds')
          .withArgs(value, minimum, maximum);
      }
    });

  it('has a least bound of a beat from 1 second to a day, which no vote changes [K7]', async () => {
    const { registry } = made();
    expect(await registry.minimumBeatBound()).to.equal(36);
    for (const minimumBeatBound of [0, 86_401])
      await expect(world({ minimumBeatBound, beat: { ...BEAT, beatBound: 86_400 } }))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryBeatOutOfBounds')
        .withArgs(minimumBeatBound, 1, 86_400);
    const day = await world({ minimumBeatBound: 86_400, beat: { ...BEAT, beatBound: 86_400 } });
    await expect(day.keyRegistry.connect(day.dao).setBeat(86_399, 1, 900))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryBeatOutOfBounds')
      .withArgs(86_399, 86_400, 86_400);
  });
});
