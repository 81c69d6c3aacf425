/** Options that leave no time to answer, or nobody to answer with: refused off a local chain, before anything is sent. */

import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { network } from 'hardhat';
import { requireBounds } from '../../../scripts/deploy/bounds.ts';
import { daoOptions } from '../../../scripts/deploy/daoOptions.ts';
import { BEAT, type DeployOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { deploy } from '../../../scripts/deploy.ts';

const DAY = 86_400;
const YEARS = 3_650 * DAY;
const HOLDER = `0x${'11'.repeat(20)}`;

describe('options of a deployment', () => {
  const elsewhere = async () => {
    const { ethers } = await network.create({ network: 'default', override: { chainId: 100 } });
    const [deployer, holder] = await ethers.getSigners();
    const local = localOptions([{ holder: holder!.address, amount: 10n ** 24n }]);
    const slow = { timelockDelay: 2 * DAY, minimumCanaryTime: 7 * DAY, trustDelay: 7 * DAY, committeeDelay: 14 * DAY };
    const governor = { ...local.governor, votingDelay: 1_800, votingPeriod: 7_200, lateQuorumExtension: 1_800 };
    const minimumBeatBound = 480;
    const options: DeployOptions = { ...local, ...slow, governor, minimumBeatBound, beat: BEAT };
    return { ethers, deployer: deployer!, options };
  };

  it('refuses options without delays, a quorum or distinct operators, off a local chain, before it sends anything [D4]', async () => {
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
      [{ beat: { ...BEAT, beatBound: 479 } }, 'beat.beatBound'],
      [{ beat: { ...BEAT, releasesPerBeat: 0 } }, 'beat.releasesPerBeat'],
      [{ beat: { ...BEAT, releasesPerBeat: 2 ** 20 + 1 } }, 'beat.releasesPerBeat'],
      [{ minimumBeatBound: 479 }, 'minimumBeatBound'],
      [{ minimumBeatBound: 3_601 }, 'beat.beatBound must be at least minimumBeatBound'],
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
    const { accessManager, timelock, measurementRegistry, keyRegistry, ...verifiers } = await deploy(deployer, options);
    const { nitroVerifier, tdxVerifier, sgxVerifier } = verifiers;
    expect([nitroVerifier, tdxVerifier, sgxVerifier]).to.deep.equal([null, null, null]);
    for (const role of Object.values(ROLES))
      expect((await accessManager.hasRole(role, deployer)).isMember).to.equal(false);
    expect(await timelock.hasRole(await timelock.DEFAULT_ADMIN_ROLE(), deployer)).to.equal(false);
    expect(await timelock.getMinDelay()).to.equal(2 * DAY);
    expect(await measurementRegistry.minimumCanaryTime()).to.equal(7 * DAY);
    expect(await keyRegistry.committeeDelay()).to.equal(14 * DAY);
  });

  /** What `requireBounds` says of settings for a real DAO with this change. */
  const problemsOf = (change: Partial<DeployOptions>): string[] => {
    const allocations = [{ holder: HOLDER, amount: 10n ** 24n }];
    const good = daoOptions({ name: 'Example', symbol: 'EX', allocations }, null);
    requireBounds(good);
    try {
      requireBounds({ ...good, ...change });
    } catch (error) {
      const [, problems] = String(error).split('Error: these options are for a local chain only: ');
      return problems!.split('; ');
    }
    return [];
  };
  const wholeNumber = (field: string, minimum: number, maximum: number) =>
    `${field} must be a whole number from ${minimum} to ${maximum}`;

  it('refuses, off a local chain, a vote of a minute and a timelock of two seconds [D4]', () => {
    const { governor, ...local } = localOptions([{ holder: HOLDER, amount: 1n }]);
    expect([local.timelockDelay, governor.votingDelay, governor.votingPeriod]).to.deep.equal([2, 1, 5]);
    const { timelockDelay, trustDelay, minimumCanaryTime, committeeDelay } = local;
    const delays = { timelockDelay, trustDelay, minimumCanaryTime, committeeDelay };
    expect(problemsOf({ governor, ...delays })).to.deep.equal([
      ...['timelockDelay', 'minimumCanaryTime', 'trustDelay', 'committeeDelay'].map((field) =>
        wholeNumber(field, 86_400, YEARS),
      ),
      wholeNumber('governor.votingDelay', 1_800, YEARS),
      wholeNumber('governor.votingPeriod', 7_200, YEARS),
      wholeNumber('governor.lateQuorumExtension', 1_800, YEARS),
    ]);
  });

  it('refuses a token that nobody holds, a threshold beyond the supply, and a quorum beyond all votes [D4]', () => {
    const { governor } = daoOptions({ name: 'Example', symbol: 'EX', allocations: [] }, null);
    const threshold = 'governor.proposalThreshold must be less than the supply, in digits';
    const token = (holder: string, amount: unknown) => ({
      token: { name: 'Example', symbol: 'EX', allocations: [{ holder, amount: amount as bigint }] },
    });
    const holder = HOLDER;
    expect(problemsOf({ token: { name: '', symbol: '', allocations: [] } })).to.deep.equal([
      'token.allocations must hold something',
      threshold,
    ]);
    expect(problemsOf(token(holder, 0n))[0]).to.equal('token.allocations[0].amount must be more than 0, in digits');
    expect(problemsOf(token(holder, 10 ** 24))[0]).to.equal(
      'token.allocations[0].amount must be more than 0, in digits',
    );
    expect(problemsOf(token(ZeroAddress, 10n ** 24n))).to.deep.equal([
      'token.allocations[0].holder must be an address',
    ]);
    for (const proposalThreshold of [10n ** 24n, -1n, '0' as unknown as bigint])
      expect(problemsOf({ governor: { ...governor, proposalThreshold } })).to.deep.equal([threshold]);
    for (const proposalThreshold of [0n, 10n ** 24n - 1n])
      expect(problemsOf({ governor: { ...governor, proposalThreshold } })).to.deep.equal([]);
    for (const quorumPercent of [0, 101, 4.5])
      expect(problemsOf({ governor: { ...governor, quorumPercent } })).to.deep.equal([
        wholeNumber('governor.quorumPercent', 1, 100),
      ]);
    expect(problemsOf({ governor: { ...governor, quorumPercent: 100 } })).to.deep.equal([]);
  });

  it('refuses seconds that are strings, or no whole number', () => {
    const text = {
      timelockDelay: '172800',
      trustDelay: '900000',
      minimumCanaryTime: 604_800.5,
      committeeDelay: Number.NaN,
    };
    const problems = problemsOf(text as unknown as Partial<DeployOptions>);
    for (const field of Object.keys(text)) expect(problems).to.include(wholeNumber(field, 86_400, YEARS));
  });
});
