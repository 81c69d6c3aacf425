/** Attacks on the hand-over of a deployment: who gets a power while it lasts, and what a run takes for done. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardhatEthersProvider, HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import type { NetworkHelpers, SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import { expect } from 'chai';
import { AbiCoder, getCreateAddress, id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import { network } from 'hardhat';
import { NotHandedOver, requireHandedOver } from '../../../scripts/deploy/audit/audit.ts';
import { MissingEvents } from '../../../scripts/deploy/audit/timelock.ts';
import { type Progress, readJson, writeJson } from '../../../scripts/deploy/journal.ts';
import { type DeployOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { type DeploymentRecord, describeDeployment, NoCode, requireStanding } from '../../../scripts/deploy/record.ts';
import { type Deployment, deploy, deployTo } from '../../../scripts/deploy.ts';
import { QuorateAccessManager__factory } from '../../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { QuorateToken__factory } from '../../../types/factories/contracts/governance/QuorateToken__factory.ts';
import { Committees__factory } from '../../../types/factories/contracts/keys/Committees__factory.ts';
import { MEASUREMENT, RECORD } from '../support/enclaves.ts';
import { DyingSigner } from '../support/interruptions.ts';

describe('audit of a deployment', function () {
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
    options = localOptions([{ holder: others[0]!.address, amount: 10n ** 24n }]);
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

  it('writes no record where the timelock obeys a stranger [D3]', async () => {
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

  it('writes none where a stranger rules functions, roles and a contract [D3]', async () => {
    const thief = others[5]!;
    const { accessManager, keyRegistry, spendingLimits } = whole;
    const [createKey, setRow] = ['createKey', 'setRow'].map(
      (name) => keyRegistry.interface.getFunction(name as 'createKey').selector,
    );
    let own = '';
    const meanwhile = async () => {
      await accessManager.grantRole(99, thief, 0);
      await accessManager.setTargetFunctionRole(keyRegistry, [createKey!, setRow!], 99);
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
      `the access manager has function ${setRow} of ${keyRegistry.target} for role 99, which is not planned`,
      `spendingLimits obeys ${own}`,
      'the access manager says RoleAdminChanged(2, 99)',
      'the access manager says RoleGuardianChanged(3, 99)',
      `spendingLimits has AuthorityUpdated(${own}), which is not planned`,
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

  it('writes none where the deployer has voted for the DAO [D3]', async () => {
    const { enclaveRegistry, keyRegistry, measurementRegistry, spendingLimits, signingRequests } = whole;
    const thief = others[5]!.address;
    const [keyId, limits] = [id('a key'), spendingLimits.target];
    await refused(async () => {
      await measurementRegistry.approve(RECORD);
      await enclaveRegistry.setOperator(thief, id('EU'), 9);
      await keyRegistry.setBeat(300, 65_536, 900);
      await spendingLimits.removeLimits(signingRequests, keyId, thief);
      await signingRequests.listModule(limits, keccak256(await provider.getCode(limits)));
      await signingRequests.removeModule(whole.mandates);
      await whole.guardianContract.setGuardian(thief);
    }, [
      `measurementRegistry has MeasurementVoted(${MEASUREMENT}), which is not planned`,
      `enclaveRegistry has OperatorSet(${thief}), which is not planned`,
      'keyRegistry has BeatSet(300), which is not planned',
      `spendingLimits has LimitsRemoved(${signingRequests.target}), which is not planned`,
      `signingRequests has ModuleListed(${limits}), which is not planned`,
      `signingRequests has ModuleRemoved(${whole.mandates.target}), which is not planned`,
      `guardianContract has GuardianSet(${thief}), which is not planned`,
    ]);
  });

  it('writes none for another guardian than the options name, or a role that the guardian holds itself [D3]', async () => {
    const { accessManager } = whole;
    const [named, other] = [others[1]!.address, others[2]!.address];
    const before = options;
    options = { ...options, guardian: named };
    await refused(
      () => accessManager.grantRole(ROLES.guardian, other, 0),
      [`role guardian has member ${other} with a delay of 0 s, which is not planned`],
    );
    await untouched.restore();
    await rm(partial());
    const it = await deploy(deployer, options);
    options = before;
    expect(await it.guardianContract.guardian()).to.equal(named);
    const error = await requireHandedOver(provider, deployer.address, it, options, 0).catch(String);
    expect(error).to.contain(`guardianContract lacks GuardianSet(${ZeroAddress})`);
    expect(error).to.contain(`guardianContract has GuardianSet(${named}), which is not planned`);
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
    const other = await deploy(deployer, { ...options, guardian, settler: guardian });
    expect((await other.accessManager.hasRole(ROLES.settler, guardian)).isMember).to.equal(true);
    expect((await other.accessManager.hasRole(ROLES.guardian, guardian)).isMember).to.equal(false);
    expect(await other.guardianContract.guardian()).to.equal(others[1]!.address);
    expect(await readJson(path())).not.to.equal(null);
  });

  /** The node, but for how it answers for logs. */
  function answering(getLogs: HardhatEthersProvider['getLogs']): HardhatEthersProvider {
    return new Proxy(provider, {
      get: (of, name) => {
        if (name === 'getLogs') return getLogs;
        const value: unknown = Reflect.get(of, name);
        return typeof value === 'function' ? value.bind(of) : value;
      },
    });
  }

  it('takes no answer of a node that leaves events out', async () => {
    const deaf = answering(async () => []);
    await deploy(deployer, options);
    const error = await requireHandedOver(deaf, deployer.address, whole, options, 0).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(MissingEvents);
  });

  it('asks a node for as few blocks at a time as it answers for, and for no less than one', async () => {
    await deploy(deployer, options);
    let refused = 0;
    const ofAtMost = (most: number) =>
      answering(async (filter) => {
        const { fromBlock, toBlock } = filter as { fromBlock: number; toBlock: number };
        if (toBlock - fromBlock < most) return provider.getLogs(filter);
        refused += 1;
        throw new Error('no more, please');
      });
    await requireHandedOver(ofAtMost(7), deployer.address, whole, options, 0);
    expect(refused).to.be.greaterThan(0);
    const error = await requireHandedOver(ofAtMost(0), deployer.address, whole, options, 0).catch(String);
    expect(error).to.contain('no more, please');
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
    const { measurementRegistry } = whole;
    const next = await undone((nonce) => new Committees__factory(deployer).deploy(measurementRegistry, { nonce }));
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
});
