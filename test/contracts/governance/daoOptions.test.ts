/** Settings for a real DAO: accepted off a local chain, and a whole vote under them. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { id } from 'ethers';
import { network } from 'hardhat';
import { requireBounds } from '../../../scripts/deploy/bounds.ts';
import { daoOptions } from '../../../scripts/deploy/daoOptions.ts';
import { parseOptions } from '../../../scripts/deploy/optionsFile.ts';
import { deploy } from '../../../scripts/deploy.ts';
import { action, vote } from '../../../scripts/local/vote.ts';
import { RECORD } from '../support/enclaves.ts';
import { votingChain } from '../support/votingChain.ts';

const DAY = 86_400;
const SUPPLY = 1_000_000n * 10n ** 18n;
const BLOCK = 12;

describe('settings for a real DAO', () => {
  const optionsFor = (holders: readonly string[], guardian: string | null) => {
    const allocations = holders.map((holder) => ({ holder, amount: SUPPLY / BigInt(holders.length) }));
    return daoOptions({ name: 'Example', symbol: 'EX', allocations }, guardian);
  };

  async function founded() {
    const { ethers, networkHelpers: helpers } = await network.create({
      network: 'default',
      override: { chainId: 100 },
    });
    const [deployer, guardian, first, second, anyone] = await ethers.getSigners();
    const options = optionsFor([first!.address, second!.address], guardian!.address);
    const it = await deploy(deployer!, options);
    for (const voter of [first!, second!]) await it.token.connect(voter).delegate(voter);
    await helpers.mine();
    return { ...it, ethers, helpers, options, voters: [first!, second!] as const, anyone: anyone! };
  }

  it('leave time to answer wherever a local chain does not', () => {
    const options = optionsFor([`0x${'11'.repeat(20)}`], null);
    expect(() => requireBounds(options)).to.not.throw();
    expect(options.governor.proposalThreshold).to.equal(SUPPLY / 1000n);
  });

  it('are what the example file says', async () => {
    const holders = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`];
    const file = join(import.meta.dirname, '../../../scripts/deploy/options.example.json');
    const example = parseOptions(await readFile(file, 'utf8'));
    expect(example).to.deep.equal(optionsFor(holders, `0x${'33'.repeat(20)}`));
  });

  it('let the DAO take a verifier back by another vote before it counts', () => {
    const { governor, timelockDelay, trustDelay } = optionsFor([`0x${'11'.repeat(20)}`], null);
    const { votingDelay, votingPeriod, lateQuorumExtension } = governor;
    const longestVote = (votingDelay + votingPeriod + lateQuorumExtension) * BLOCK + timelockDelay;
    expect([longestVote, trustDelay]).to.deep.equal([10 * DAY, 14 * DAY]);
  });

  it('carry a whole vote, which takes eight days', async () => {
    const { ethers, helpers, governor, measurementRegistry, timelock, voters } = await founded();
    const started = await helpers.time.latest();
    const approve = await action(measurementRegistry, 'approve', [RECORD]);
    const chain = votingChain(ethers, helpers, BLOCK);
    const { proposalId, receipt } = await vote(chain, governor, voters, 'Approve a release', [approve]);
    expect(await governor.state(proposalId)).to.equal(7);
    expect(receipt.logs.map(({ address }) => address)).to.include(await measurementRegistry.getAddress());
    expect((await helpers.time.latest()) - started).to.be.closeTo(8 * DAY, 10 * BLOCK);
    expect(await timelock.getMinDelay()).to.equal(2 * DAY);
  });

  it('take no proposal of somebody with less than a thousandth', async () => {
    const { governor, measurementRegistry, anyone, helpers, token, voters, options } = await founded();
    const threshold = options.governor.proposalThreshold;
    const propose = async () => {
      const { target, data } = await action(measurementRegistry, 'approve', [RECORD]);
      return governor.connect(anyone).propose([target], [0], [data], '# Approve');
    };
    await token.connect(voters[0]).transfer(anyone, threshold - 1n);
    await token.connect(anyone).delegate(anyone);
    await helpers.mine();
    await expect(propose())
      .to.be.revertedWithCustomError(governor, 'GovernorInsufficientProposerVotes')
      .withArgs(anyone.address, threshold - 1n, threshold);
    await token.connect(voters[0]).transfer(anyone, 1n);
    await helpers.mine();
    await expect(propose()).to.emit(governor, 'ProposalCreated');
  });

  it('are what proposals made by scripts run under: with a title, and by their proposer alone', async () => {
    const { ethers, helpers, governor, measurementRegistry, voters, anyone } = await founded();
    const approve = await action(measurementRegistry, 'approve', [RECORD]);
    const chain = votingChain(ethers, helpers, BLOCK);
    const { proposalId } = await vote(chain, governor, voters, 'Approve a release', [approve]);
    const [created] = await governor.queryFilter(governor.filters.ProposalCreated());
    const { description } = created!.args;
    expect(description).to.equal(`# Approve a release\n#proposer=${voters[0].address}`);
    const { descriptionHash } = await governor.proposalDetails(proposalId);
    expect(descriptionHash).to.equal(id(description));
    const other = description.replace('release', 'copy');
    await expect(governor.connect(anyone).propose([approve.target], [0], [approve.data], other))
      .to.be.revertedWithCustomError(governor, 'GovernorRestrictedProposer')
      .withArgs(anyone.address);
  });
});
