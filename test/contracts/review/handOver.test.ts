/** Attacks on the hand-over of a deployment: who gets a power while it lasts, and what a run takes for done. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardhatEthersProvider, HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import type { NetworkHelpers, SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import { expect } from 'chai';
import { AbiCoder, getCreateAddress, id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import { network } from 'hardhat';
import { daoOptions } from '../../../scripts/deploy/daoOptions.ts';
import { NotHandedOver, requireHandedOver } from '../../../scripts/deploy/handedOver.ts';
import { type Progress, readJson, writeJson } from '../../../scripts/deploy/journal.ts';
import { BEAT, type DeployOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { type DeploymentRecord, describeDeployment, NoCode, requireStanding } from '../../../scripts/deploy/record.ts';
import { requireDelays } from '../../../scripts/deploy/requireDelays.ts';
import { MissingEvents } from '../../../scripts/deploy/timelocked.ts';
import { type Deployment, deploy, deployTo } from '../../../scripts/deploy.ts';
import { QuorateAccessManager__factory } from '../../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { QuorateToken__factory } from '../../../types/factories/contracts/governance/QuorateToken__factory.ts';
import { Committees__factory } from '../../../types/factories/contracts/keys/Committees__factory.ts';
import { developmentRoot } from '../support/developmentTee.ts';
import { RECORD } from '../support/enclaves.ts';
import { DyingSigner } from '../support/interruptions.ts';

describe('review: hand-over', function () {
  this.timeout(300_000);

  let provider: HardhatEthersProvider;
  let deployer: HardhatEthersSigner;
  let others: HardhatEthersSigner[];
  let helpers: NetworkHelpers;
  let untouched: SnapshotRestorer;
  let options: DeployOptions;
  let folder: string;
  let whole: Deployment;
  let steps: number;
  const path = () => join(folder, '31337.json');
  const partial = () => join(folder, '31337.partial.json');

  before(async () => {
    const { ethers, networkHelpers } = await network.create();
    const [first, ...rest] = await ethers.getSigners();
    [provider, deployer, others, helpers] = [ethers.provider, first!, rest, networkHelpers];
    options = localOptions([{ holder: others[0]!.address, amount: 10n ** 24n }], developmentRoot(1));
    untouched = await helpers.takeSnapshot();
    const counting = new DyingSigner(deployer);
    [whole, steps] = [await deploy(counting, options), counting.sent];
  });

  beforeEach(async () => {
    await untouched.restore();
    folder = await mkdtemp(join(tmpdir(), 'quorate-review-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Runs up to the last three transactions, which renounce; then `meanwhile`, and another run. */
  async function disturbed(meanwhile: () => Promise<unknown>): Promise<DeploymentRecord> {
    const dying = new DyingSigner(deployer, steps - 2, 'unsent');
    expect(String(await deployTo(path(), dying, options).catch(String))).to.contain('the node is gone');
    await meanwhile();
    return deployTo(path(), deployer, options);
  }

  /** `meanwhile` ends the run that would write the record, which says `differences`. */
  async function refused(meanwhile: () => Promise<unknown>, differences: readonly string[]): Promise<void> {
    const error = await disturbed(meanwhile).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NotHandedOver);
    expect(String(error)).to.equal(
      `Error: not handed over as planned: ${differences.join('; ')}. No record is written: if you cannot explain this, ` +
        "the deployer's key is known to others. Use none of these contracts: move the partial record away and deploy " +
        'anew, with another key',
    );
    expect(await readJson(path())).to.equal(null);
  }

  it('writes no record where the timelock obeys a stranger', async () => {
    const { timelock } = whole;
    const thief = others[5]!.address;
    const roles = ['DEFAULT_ADMIN_ROLE', 'PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE'] as const;
    await refused(
      async () => {
        await helpers.mine(12_000); // more than a node tells of at a time
        for (const role of roles) await timelock.grantRole(await timelock[role](), thief);
      },
      roles.map((role) => `the timelock has ${role} of ${thief}, which is not planned`),
    );
  });

  it('writes a record where a stranger lost again what it had, and did nothing with it', async () => {
    const { timelock } = whole;
    await disturbed(async () => {
      const role = await timelock.PROPOSER_ROLE();
      await timelock.grantRole(role, others[5]!);
      await timelock.revokeRole(role, others[5]!);
    });
    expect(await readJson(path())).not.to.equal(null);
  });

  it('writes none where a stranger rules functions, roles and a contract', async () => {
    const thief = others[5]!;
    const { accessManager, keyRegistry, spendingLimits } = whole;
    const [createKey, setPolicy] = ['createKey', 'setPolicy'].map(
      (name) => keyRegistry.interface.getFunction(name as 'createKey').selector,
    );
    let own = '';
    const meanwhile = async () => {
      await accessManager.grantRole(99, thief, 0);
      await accessManager.setTargetFunctionRole(keyRegistry, [createKey!, setPolicy!], 99);
      await accessManager.grantRole(1, thief, 7); // ENCLAVE_REGISTRY
      await accessManager.setRoleAdmin(2, 99); // GUARDIAN
      await accessManager.setRoleGuardian(3, 99); // SETTLER
      own = await (await new QuorateAccessManager__factory(thief).deploy(thief)).getAddress();
      await accessManager.updateAuthority(spendingLimits, own);
    };
    const error = String(await disturbed(meanwhile).catch(String));
    for (const each of [
      'the access manager lacks role 2 "GUARDIAN" with admin 0 and guardian 0',
      'the access manager has role 2 "GUARDIAN" with admin 99 and guardian 0, which is not planned',
      'the access manager has role 3 "SETTLER" with admin 0 and guardian 99, which is not planned',
      'the access manager has role 99 "" with admin 0 and guardian 0, which is not planned',
      `role enclaveRegistry has member ${thief.address} with a delay of 7 s, which is not planned`,
      `the access manager has function ${createKey} of ${keyRegistry.target} for role 99, which is not planned`,
      `the access manager has function ${setPolicy} of ${keyRegistry.target} for role 99, which is not planned`,
      `spendingLimits obeys ${own}`,
      'the access manager says RoleAdminChanged(2, 99)',
      'the access manager says RoleGuardianChanged(3, 99)',
      'spendingLimits has AuthorityUpdated, which is not planned',
    ])
      expect(error).to.contain(each);
    expect(await readJson(path())).to.equal(null);
  });

  it('writes none where what the access manager does not list was changed', async () => {
    const { accessManager, keyRegistry, signingRequests } = whole;
    const week = 7 * 86_400;
    const meanwhile = async () => {
      await accessManager.setTargetClosed(signingRequests, true);
      await accessManager.setTargetAdminDelay(keyRegistry, week);
      await accessManager.setGrantDelay(2, week);
      await helpers.time.increase(week);
    };
    const error = String(await disturbed(meanwhile).catch(String));
    for (const each of [
      `role guardian is granted with a delay of ${week} s`,
      `keyRegistry has an admin delay of ${week} s`,
      'signingRequests is closed',
      `the access manager says TargetClosed(${signingRequests.target}, true)`,
      `the access manager says TargetAdminDelayUpdated(${keyRegistry.target}, ${week}, `,
      `the access manager says RoleGrantDelayChanged(2, ${week}, `,
    ])
      expect(error).to.contain(each);
    expect(await readJson(path())).to.equal(null);
  });

  it('writes none where the deployer has voted for the DAO', async () => {
    const { enclaveRegistry, keyRegistry, measurementRegistry } = whole;
    await refused(async () => {
      await measurementRegistry.approve(RECORD);
      await enclaveRegistry.setOperator(others[5]!, id('EU'), 9);
      await keyRegistry.setBeat(300, 65_536, 900);
    }, [
      'measurementRegistry has MeasurementVoted, which is not planned',
      'enclaveRegistry has OperatorSet, which is not planned',
      'keyRegistry has BeatSet, which is not planned',
    ]);
  });

  it('writes none where the timelock holds what nobody voted for', async () => {
    const { timelock, accessManager } = whole;
    const data = accessManager.interface.encodeFunctionData('grantRole', [0, others[5]!.address, 0]);
    const types = ['address', 'uint256', 'bytes', 'bytes32', 'bytes32'];
    const operation = keccak256(
      AbiCoder.defaultAbiCoder().encode(types, [accessManager.target, 0, data, ZeroHash, id('later')]),
    );
    await refused(async () => {
      const proposer = await timelock.PROPOSER_ROLE();
      await timelock.grantRole(proposer, deployer);
      await timelock.schedule(accessManager, 0, data, ZeroHash, id('later'), options.timelockDelay);
      await timelock.revokeRole(proposer, deployer);
    }, [`the timelock holds operation ${operation}, a call of ${accessManager.target}`]);
  });

  it('writes none for a governor that cannot propose anything to its timelock any more, or for nobody as executor', async () => {
    const { timelock, governor } = whole;
    await refused(async () => {
      await timelock.revokeRole(await timelock.PROPOSER_ROLE(), governor);
      await timelock.revokeRole(await timelock.EXECUTOR_ROLE(), ZeroAddress);
    }, [
      `the timelock lacks PROPOSER_ROLE of ${governor.target}`,
      `the timelock lacks EXECUTOR_ROLE of ${ZeroAddress}`,
    ]);
  });

  it('writes none while the deployer is the admin of anything', async () => {
    const { timelock, accessManager } = whole;
    await refused(async () => {
      const progress = (await readJson<Progress>(partial()))!;
      const nonce = (await provider.getTransactionCount(deployer)) - 1;
      const done = { nonce, mined: true, block: await provider.getBlockNumber() };
      const names = ['accessManager: renounce admin', 'timelock: renounce admin'];
      const steps = { ...progress.steps, ...Object.fromEntries(names.map((name) => [name, done])) };
      await writeJson(partial(), { ...progress, steps });
      await accessManager.grantRole(0, timelock, 0);
    }, [
      `role admin has member ${deployer.address} with a delay of 0 s, which is not planned`,
      `the timelock has DEFAULT_ADMIN_ROLE of ${deployer.address}, which is not planned`,
    ]);
  });

  it('writes one for a guardian and a settler in small letters, and if they are the same', async () => {
    const [guardian, settler] = [others[1]!.address.toLowerCase(), others[2]!.address.toLowerCase()];
    await deployTo(path(), deployer, { ...options, guardian, settler });
    await deployTo(join(folder, 'other.json'), deployer, { ...options, guardian, settler: guardian });
    expect(await readJson(path())).not.to.equal(null);
  });

  it('takes no answer of a node that leaves events out', async () => {
    const deaf = new Proxy(provider, {
      get: (of, name) => {
        if (name === 'getLogs') return async () => [];
        const value: unknown = Reflect.get(of, name);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
    await deploy(deployer, options);
    const error = await requireHandedOver(deaf, deployer.address, whole, options, 0).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(MissingEvents);
  });

  /** Up to the committees, mined and noted, then undone by a reorg; then the deployer's nonce went to `instead`. */
  async function undone(instead: (nonce: number) => Promise<unknown>): Promise<string> {
    const { address } = whole.record.contracts.committees!;
    const nonces = [...Array(Object.keys(whole.record.contracts).length).keys()];
    const nonce = nonces.find((each) => getCreateAddress({ from: deployer.address, nonce: each }) === address)!;
    await deployTo(path(), new DyingSigner(deployer, nonce + 1, 'unsent'), options).catch(String);
    const progress = (await readJson<Progress>(partial()))!;
    const { block } = progress.steps.committees!;
    await writeJson(partial(), {
      ...progress,
      steps: { ...progress.steps, committees: { nonce, mined: true, block } },
    });
    await instead(nonce);
    return getCreateAddress({ from: deployer.address, nonce: nonce + 1 });
  }

  it('creates a contract again whose creation was undone, if the nonce went to something else', async () => {
    const next = await undone(() => deployer.sendTransaction({ to: deployer, value: 1n }));
    const record = await deployTo(path(), deployer, options);
    expect(record.contracts.committees?.address).to.equal(next);
    expect(keccak256(await provider.getCode(next))).to.equal(record.contracts.committees?.codeHash);
    const { address } = record.contracts.keyRegistry!;
    const registry = whole.keyRegistry.attach(address) as typeof whole.keyRegistry;
    expect(await provider.getCode(address)).to.contain(next.slice(2).toLowerCase());
    expect(await registry.authority()).to.equal(record.contracts.accessManager?.address);
  });

  it('and if it went to the same contract with other arguments', async () => {
    const { enclaveRegistry } = whole;
    const next = await undone((nonce) =>
      new Committees__factory(deployer).deploy(enclaveRegistry, enclaveRegistry, { nonce }),
    );
    const record = await deployTo(path(), deployer, options);
    expect(record.contracts.committees?.address).to.equal(next);
  });

  it('creates it again too where the transaction is too far from where its nonce was noted to be found', async () => {
    const { name, symbol, allocations } = options.token;
    const token = () => new QuorateToken__factory(deployer).deploy(name, symbol, [...allocations], { nonce: 0 });
    for (const [blocks, made] of [
      [1_999, 0],
      [2_000, 1],
    ] as const) {
      await deployTo(path(), new DyingSigner(deployer, 1, 'unsent'), options).catch(String);
      await helpers.mine(blocks);
      await token();
      const { contracts } = await deployTo(path(), deployer, options);
      expect(contracts.token?.address).to.equal(getCreateAddress({ from: deployer.address, nonce: made }));
      await untouched.restore();
      await rm(path());
    }
  });

  it('makes no record of an address without code, and takes none for one that stands', async () => {
    const { record, ...contracts } = await deploy(deployer, options);
    const emptied = record.contracts.spendReceipt!;
    await helpers.setCode(emptied.address, '0x');
    const { spendReceipt } = contracts;
    const error = await describeDeployment(provider, { spendReceipt }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(NoCode);
    expect(String(error)).to.contain(`spendReceipt: no code at ${emptied.address}`);
    const nothing = { ...record, contracts: { spendReceipt: { ...emptied, codeHash: keccak256('0x') } } };
    expect(await requireStanding(provider, 'it', nothing).catch(String)).to.contain('other code at');
  });

  it('takes no token of another deployment for its own, with holders that its options do not name', async () => {
    const [holder, stranger] = [others[0]!, others[7]!];
    const dying = new DyingSigner(deployer, 1, 'unsent');
    await deployTo(path(), dying, options).catch(String);
    const theirs = { ...options.token, allocations: [{ holder: stranger.address, amount: 10n ** 24n }] };
    const other = await deployTo(join(folder, 'other.json'), deployer, { ...options, token: theirs });

    const record = await deployTo(path(), deployer, options);
    expect(record.contracts.token?.address).not.to.equal(other.contracts.token?.address);
    const token = whole.token.attach(record.contracts.token!.address) as typeof whole.token;
    expect([await token.balanceOf(holder), await token.balanceOf(stranger)]).to.deep.equal([10n ** 24n, 0n]);
    const governor = whole.governor.attach(record.contracts.governor!.address) as typeof whole.governor;
    expect(await governor.token()).to.equal(token.target);
  });

  /** What `requireDelays` says of settings for a real DAO with this change. */
  const problemsOf = (change: Partial<DeployOptions>): string[] => {
    const allocations = [{ holder: others[0]!.address, amount: 10n ** 24n }];
    const good = daoOptions({ name: 'Example', symbol: 'EX', allocations }, null);
    requireDelays(good);
    try {
      requireDelays({ ...good, ...change });
    } catch (error) {
      const [, problems] = String(error).split('Error: these options are for a local chain only: ');
      return problems!.split('; ');
    }
    return [];
  };
  const wholeNumber = (field: string, minimum: number, maximum: number) =>
    `${field} must be a whole number from ${minimum} to ${maximum}`;
  const YEARS = 3_650 * 86_400;

  it('refuses, off a local chain, a vote of a minute and a timelock of two seconds', () => {
    const { governor, ...local } = localOptions([{ holder: others[0]!.address, amount: 1n }], developmentRoot(1));
    expect([local.timelockDelay, governor.votingDelay, governor.votingPeriod]).to.deep.equal([2, 1, 5]);
    const { timelockDelay, trustDelay, minimumCanaryTime, committeeDelay } = local;
    const delays = { timelockDelay, trustDelay, minimumCanaryTime, committeeDelay };
    expect(problemsOf({ governor, ...delays, beat: BEAT })).to.deep.equal([
      ...['timelockDelay', 'minimumCanaryTime', 'trustDelay', 'committeeDelay'].map((field) =>
        wholeNumber(field, 86_400, YEARS),
      ),
      wholeNumber('governor.votingDelay', 1_800, YEARS),
      wholeNumber('governor.votingPeriod', 7_200, YEARS),
      wholeNumber('governor.lateQuorumExtension', 1_800, YEARS),
    ]);
  });

  it('refuses a token that nobody holds, a threshold beyond the supply, and a quorum beyond all votes', () => {
    const { governor } = daoOptions({ name: 'Example', symbol: 'EX', allocations: [] }, null);
    const threshold = 'governor.proposalThreshold must be less than the supply, in digits';
    const token = (holder: string, amount: unknown) => ({
      token: { name: 'Example', symbol: 'EX', allocations: [{ holder, amount: amount as bigint }] },
    });
    const holder = others[0]!.address;
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
