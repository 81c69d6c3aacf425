/** The last call of a proposal: what it reads is what then stands, and it reverts the rest. */

import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, MEASUREMENT } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, createKey, KEY_STATUS, parametersOf, secretOf } from '../support/keys.ts';

describe('LivenessGuard', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 4);
    const keyId = await activeKey(it, members, secretOf('liveness'), parametersOf(members));
    return { it, guard: it.livenessGuard, members, keyId };
  });
  const leave = async (count: number) => {
    const { it, members } = made();
    for (const { id: gone, operator } of members.slice(0, count))
      await it.enclaveRegistry.connect(operator).retire(gone);
  };

  it('passes while threshold and margin are there, and says how many are missing [G7]', async () => {
    const { it, guard, keyId } = made();
    expect(await guard.keys()).to.equal(it.keyRegistry);
    await guard.requireLive([keyId], 2);
    await expect(guard.requireLive([keyId], 3))
      .to.be.revertedWithCustomError(guard, 'LivenessGuardTooFewLive')
      .withArgs(keyId, 4, 5);
    await leave(2);
    await guard.requireLive([keyId], 0);
    await expect(guard.requireLive([keyId], 1))
      .to.be.revertedWithCustomError(guard, 'LivenessGuardTooFewLive')
      .withArgs(keyId, 2, 3);
    await expect(guard.requireLive([keyId], 65_535), 'no margin wraps')
      .to.be.revertedWithCustomError(guard, 'LivenessGuardTooFewLive')
      .withArgs(keyId, 2, 65_537);
  });

  it('refuses an empty list: it would guard nothing [G7]', async () => {
    const { guard } = made();
    await expect(guard.requireLive([], 0)).to.be.revertedWithCustomError(guard, 'LivenessGuardNothingNamed');
  });

  it('refuses a key that is not active, or not there, wherever it stands in the list', async () => {
    const { it, guard, members, keyId } = made();
    const unborn = await createKey(it, parametersOf(members));
    for (const [other, status] of [
      [unborn, KEY_STATUS.pending],
      [id('x'), KEY_STATUS.none],
    ] as const)
      for (const list of [
        [other, keyId],
        [keyId, other],
      ])
        await expect(guard.requireLive(list, 0))
          .to.be.revertedWithCustomError(guard, 'LivenessGuardNotActive')
          .withArgs(other, status);
  });

  it('reads each key of the list', async () => {
    const { it, guard, members, keyId } = made();
    const large = await activeKey(it, members, secretOf('larger'), parametersOf(members, { threshold: 4 }));
    await leave(1);
    await guard.requireLive([keyId], 1);
    for (const list of [
      [large, keyId],
      [keyId, large],
    ])
      await expect(guard.requireLive(list, 0))
        .to.be.revertedWithCustomError(guard, 'LivenessGuardTooFewLive')
        .withArgs(large, 3, 4);
  });

  it('as the last call reverts a revocation that would freeze a key, and lets one pass that does not [G7]', async () => {
    const { it, guard, keyId } = made();
    const revoke = it.measurementRegistry.interface.encodeFunctionData('revoke', [MEASUREMENT]);
    const live = guard.interface.encodeFunctionData('requireLive', [[keyId], 0]);
    const targets = [await it.measurementRegistry.getAddress(), await guard.getAddress()];
    const run = async (calls: readonly [string[], string[]]) => {
      const [to, data] = calls;
      const values = to.map(() => 0);
      const salt = id(`${data.length} ${data[0]} ${to.length}`);
      const byGovernor = it.timelock.connect(governor);
      const { timelock } = it;
      await byGovernor.scheduleBatch(to, values, data, ZeroHash, salt, await timelock.getMinDelay());
      await it.helpers.time.increase(await timelock.getMinDelay());
      return timelock.connect(it.anyone).executeBatch(to, values, data, ZeroHash, salt);
    };
    const governorAddress = await it.governor.getAddress();
    await it.helpers.impersonateAccount(governorAddress);
    await it.helpers.setBalance(governorAddress, 10n ** 18n);
    const governor = await it.ethers.getSigner(governorAddress);
    await expect(run([targets, [revoke, live]]))
      .to.be.revertedWithCustomError(guard, 'LivenessGuardTooFewLive')
      .withArgs(keyId, 0, 2);
    expect(await it.keyRegistry.liveMembers(keyId), 'nothing is revoked').to.equal(4);
    const retire = it.measurementRegistry.interface.encodeFunctionData('retire', [MEASUREMENT]);
    await run([targets, [retire, live]]);
    expect(await it.keyRegistry.liveMembers(keyId)).to.equal(4);
  });
});
