/** Attacks on a deployment: options that leave no time to answer, and whoever watches its transactions. */

import { expect } from 'chai';
import { network } from 'hardhat';
import { BEAT, type DeployOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { deploy } from '../../../scripts/deploy.ts';
import { developmentRoot } from '../support/developmentTee.ts';

const DAY = 86400;

describe('review: deployment', () => {
  const elsewhere = async () => {
    const { ethers } = await network.create({ network: 'default', override: { chainId: 100 } });
    const [deployer, holder] = await ethers.getSigners();
    const local = localOptions([{ holder: holder!.address, amount: 10n ** 24n }], developmentRoot(1));
    const slow = { timelockDelay: 2 * DAY, minimumCanaryTime: 7 * DAY, trustDelay: 7 * DAY, committeeDelay: 14 * DAY };
    const governor = { ...local.governor, votingDelay: 1_800, votingPeriod: 7_200, lateQuorumExtension: 1_800 };
    const options: DeployOptions = { ...local, ...slow, governor, beat: BEAT, developmentRoot: null };
    return { ethers, deployer: deployer!, options };
  };

  it('refuses options without delays, a quorum or distinct operators, off a local chain, before it sends anything', async () => {
    const { ethers, deployer, options } = await elsewhere();
    const wrong: [Partial<DeployOptions>, string][] = [
      [{ timelockDelay: 0 }, 'timelockDelay'],
      [{ timelockDelay: DAY - 1 }, 'timelockDelay'],
      [{ trustDelay: DAY }, 'trustDelay'],
      [{ minimumCanaryTime: 0 }, 'minimumCanaryTime'],
      [{ committeeDelay: 7 * DAY - 1 }, 'committeeDelay'],
      [{ promotionCount: 1 }, 'promotionCount'],
      [{ governor: { ...options.governor, quorumPercent: 0 } }, 'governor.quorumPercent'],
      [{ governor: { ...options.governor, votingDelay: 1_799 } }, 'governor.votingDelay'],
      [{ governor: { ...options.governor, votingPeriod: 7_199 } }, 'governor.votingPeriod'],
      [{ governor: { ...options.governor, lateQuorumExtension: 1_799 } }, 'governor.lateQuorumExtension'],
      [{ beat: undefined as unknown as typeof BEAT }, 'beat.margin'],
      [{ beat: { ...BEAT, beatBound: 299 } }, 'beat.beatBound'],
      [{ beat: { ...BEAT, releasesPerBeat: 0 } }, 'beat.releasesPerBeat'],
      [{ beat: { ...BEAT, margin: 86_401 } }, 'beat.margin'],
      [{ guardian: undefined as unknown as null }, 'guardian'],
      [{ settler: 'nobody' }, 'settler'],
    ];
    for (const [change, name] of wrong)
      expect(await deploy(deployer, { ...options, ...change }).catch(String), name).to.contain(name);
    expect(await ethers.provider.getTransactionCount(deployer)).to.equal(0);
  });

  it('leaves the deployer nothing on any chain, and no verifier', async () => {
    const { deployer, options } = await elsewhere();
    const { accessManager, timelock, measurementRegistry, keyRegistry, developmentVerifier } = await deploy(
      deployer,
      options,
    );
    expect(developmentVerifier).to.equal(null);
    for (const role of [0n, 1n, 2n, 3n]) expect((await accessManager.hasRole(role, deployer)).isMember).to.equal(false);
    expect(await timelock.hasRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer)).to.equal(false);
    expect(await timelock.getMinDelay()).to.equal(2 * DAY);
    expect(await measurementRegistry.minimumCanaryTime()).to.equal(7 * DAY);
    expect(await keyRegistry.committeeDelay()).to.equal(14 * DAY);
  });

  it('lets a named settler settle, and do nothing else', async () => {
    const { ethers, deployer, options } = await elsewhere();
    const [, , settler] = await ethers.getSigners();
    const { accessManager, signingRequests } = await deploy(deployer, { ...options, settler: settler!.address });
    const roles = [0n, 1n, 2n, 3n];
    const held = await Promise.all(roles.map(async (role) => (await accessManager.hasRole(role, settler!)).isMember));
    expect(held).to.deep.equal([false, false, false, true]);
    const may = async (name: 'settle' | 'cancel') =>
      (await accessManager.canCall(settler!, signingRequests, signingRequests.interface.getFunction(name).selector))[0];
    expect([await may('settle'), await may('cancel')]).to.deep.equal([true, false]);
  });
});
