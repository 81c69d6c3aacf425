/** A deployment that is stopped anywhere and run again: the same end, nothing twice. */

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HardhatEthersProvider, HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import type { NetworkHelpers, SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import { expect } from 'chai';
import { getCreateAddress, hexlify, id } from 'ethers';
import { network } from 'hardhat';
import { fileJournal, type Progress, readJson, volatileJournal } from '../../../scripts/deploy/journal.ts';
import { type DeployOptions, type IntelOptions, localOptions } from '../../../scripts/deploy/options.ts';
import { OtherDeployment } from '../../../scripts/deploy/origin.ts';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import type { DeploymentRecord } from '../../../scripts/deploy/record.ts';
import { PendingTransaction } from '../../../scripts/deploy/steps.ts';
import { type Deployment, deploy, deployTo } from '../../../scripts/deploy.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { DyingSigner, endState, type Kind, powersOf } from '../support/interruptions.ts';

/** So that the registry is told of verifiers too. */
const INTEL: IntelOptions = {
  ...{ root: hexlify(intelAuthority(new Uint8Array(32).fill(7)).root), platformSalt: id('salt'), sgx: true },
  policy: {
    ...{ registrationSeconds: 86_400, overdueSeconds: 0, evaluationGraceSeconds: 0 },
    ...{ leastTcbEvaluation: 0, leastQeEvaluation: 0 },
  },
};

describe('deployment', function () {
  this.timeout(600_000); // dozens of deployments

  let provider: HardhatEthersProvider;
  let deployer: HardhatEthersSigner;
  let others: HardhatEthersSigner[];
  let helpers: NetworkHelpers;
  let untouched: SnapshotRestorer;
  let options: DeployOptions;
  let folder: string;
  let undisturbed: Awaited<ReturnType<typeof endState>>;
  let whole: Deployment;
  let steps: number;
  const path = () => join(folder, '31337.json');
  const partial = () => join(folder, '31337.partial.json');
  const nonce = () => provider.getTransactionCount(deployer);

  before(async () => {
    const { ethers, networkHelpers } = await network.create();
    const [first, ...rest] = await ethers.getSigners();
    [provider, deployer, others, helpers] = [ethers.provider, first!, rest, networkHelpers];
    const allocations = [{ holder: others[0]!.address, amount: 10n ** 24n }];
    const [guardian, settler] = [others[1]!.address, others[2]!.address];
    options = { ...localOptions(allocations, { intel: INTEL }), guardian, settler };
    untouched = await helpers.takeSnapshot();
    const counting = new DyingSigner(deployer);
    whole = await deploy(counting, options);
    [undisturbed, steps] = [await endState(whole), counting.sent];
  });

  beforeEach(async () => {
    await untouched.restore();
    folder = await mkdtemp(join(tmpdir(), 'quorate-deployment-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** Stops at transaction `last`; what is on chain then is in `whole`, whose addresses depend on nonces alone. */
  async function interrupted(last: number, kind: Kind): Promise<void> {
    const dying = new DyingSigner(deployer, last, kind);
    expect(await deployTo(path(), dying, options).catch((error: Error) => error.message)).to.equal('the node is gone');
  }

  const finish = async () => {
    await deployTo(path(), deployer, options);
    const record = (await readJson<DeploymentRecord>(path()))!;
    return endState({ ...whole, record });
  };

  it('takes one transaction for each contract, each grant and each vote of the beginning', async () => {
    expect(steps).to.equal(Object.keys(undisturbed.contracts).length + 29);
    expect(await nonce()).to.equal(0);
  });

  /** Stops at each transaction in turn, and runs again; `meanwhile` looks at what is there between. */
  async function stoppedAnywhere(kind: Kind, meanwhile: (last: number) => Promise<void>): Promise<void> {
    for (let last = 1; last <= steps; ++last) {
      await interrupted(last, kind);
      expect(await readJson(path()), `${last}`).to.equal(null);
      await meanwhile(last);
      expect(await finish(), `${last}`).to.deep.equal(undisturbed);
      expect(await nonce(), `${last}`).to.equal(steps);
      expect(await readdir(folder), `${last}`).to.deep.equal(['31337.json']);
      await untouched.restore();
      await rm(path());
    }
  }

  it('goes on after any transaction that was unsent, to the same end, with none sent twice [D1]', async () => {
    await stoppedAnywhere('unsent', async () => {});
  });

  it('and after any that was lost; the deployer has the two administrations meanwhile, and then nothing [I10 D1 D2]', async () => {
    const planned = ['accessManager admin', 'timelock DEFAULT_ADMIN_ROLE'];
    const seen = new Set<string>();
    const GOVERNED = 5; // from then on both are there
    await stoppedAnywhere('lost', async (last) => {
      if (last < GOVERNED) return;
      const powers = await powersOf(deployer.address, whole);
      for (const power of powers) expect(planned).to.include(power);
      seen.add(powers.join());
    });
    expect([...seen]).to.deep.equal([planned.join(), planned[1], '']);
  });

  it('goes on when every run ends after one transaction [D1]', async () => {
    for (let run = 1; run <= steps; ++run) await interrupted(1, 'lost');
    expect(await finish()).to.deep.equal(undisturbed);
    expect(await nonce()).to.equal(steps);
  });

  it('goes on when the process ends before it has noted a step [D1]', async () => {
    for (let last = 1; last < 2 * steps; last += 2) {
      let notes = 0;
      const origin = { chainId: '31337', deployer: deployer.address, options: '', code: '' };
      const journal = fileJournal(partial(), { origin, firstBlock: 0, steps: {} });
      const dying = {
        ...journal,
        note: async (...noted: Parameters<typeof journal.note>) => {
          notes += 1;
          if (notes === last) throw new Error('the process is gone');
          await journal.note(...noted);
        },
      };
      expect(String(await deploy(deployer, options, dying).catch(String))).to.contain('the process is gone');
      const progress = (await readJson<Progress>(partial())) ?? { origin, firstBlock: 0, steps: {} };
      const resumed = await deploy(deployer, options, fileJournal(partial(), progress));
      expect(await endState(resumed), `${last}`).to.deep.equal(undisturbed);
      expect(await nonce(), `${last}`).to.equal(steps);
      await untouched.restore();
      await rm(partial());
    }
  });

  it('sends nothing once it is complete [D2]', async () => {
    const record = await deployTo(path(), deployer, options);
    const text = await readFile(path(), 'utf8');
    const silent = new DyingSigner(deployer);
    expect(await deployTo(path(), silent, options)).to.deep.equal(record);
    expect([silent.sent, await nonce()]).to.deep.equal([0, steps]);
    expect(await readFile(path(), 'utf8')).to.equal(text);
  });

  it('sends nothing once it is complete, whoever has given up a role since', async () => {
    await deployTo(path(), deployer, options);
    await whole.accessManager.connect(others[2]!).renounceRole(ROLES.settler, others[2]!);
    const silent = new DyingSigner(deployer);
    await deployTo(path(), silent, options);
    expect(silent.sent).to.equal(0);
  });

  it('does not give a settler its role again that it has renounced meanwhile', async () => {
    await interrupted(steps - 1, 'lost');
    await whole.accessManager.connect(others[2]!).renounceRole(ROLES.settler, others[2]!);
    await deployTo(path(), deployer, options);
    expect(await nonce()).to.equal(steps);
    expect((await whole.accessManager.hasRole(ROLES.settler, others[2]!)).isMember).to.equal(false);
  });

  it('takes another nonce where the transaction failed or was another one, and only there', async () => {
    const creation = 3;
    const grant = Object.keys(undisturbed.contracts).length + 4;
    for (const last of [creation, grant]) {
      await interrupted(last, 'unsent');
      await deployer.sendTransaction({ to: deployer, value: 1n });
      await deployTo(path(), deployer, options);
      expect(await nonce(), `${last}`).to.equal(steps + 1);
      const { contracts } = (await readJson<DeploymentRecord>(path()))!;
      expect(contracts.timelock?.address).to.equal(getCreateAddress({ from: deployer.address, nonce: 1 }));
      const governor = getCreateAddress({ from: deployer.address, nonce: last === creation ? 3 : 2 });
      expect(contracts.governor?.address).to.equal(governor);
      if (last === grant) expect(await powersOf(deployer.address, whole)).to.deep.equal([]);
      await untouched.restore();
      await rm(path());
    }
  });

  it('takes no other contract at the expected address for its own', async () => {
    await interrupted(3, 'unsent');
    await deployer.sendTransaction({ data: '0x60015f5360015ff3' });
    const taken = await provider.getCode(getCreateAddress({ from: deployer.address, nonce: 2 }));
    expect(taken).to.equal('0x01');
    await deployTo(path(), deployer, options);
    const { contracts } = (await readJson<DeploymentRecord>(path()))!;
    expect(contracts.governor?.address).to.equal(getCreateAddress({ from: deployer.address, nonce: 3 }));
  });

  it('waits for what is sent and not mined instead of sending it again', async () => {
    await interrupted(2, 'unsent');
    const progress = (await readJson<Progress>(partial()))!;
    expect(progress.steps.timelock).to.deep.equal({ nonce: 1, mined: false, block: 1 });
    await provider.send('evm_setAutomine', [false]);
    await deployer.sendTransaction({ to: deployer, nonce: 1 });
    const error = await deployTo(path(), deployer, options).catch((thrown: unknown) => thrown);
    await provider.send('evm_setAutomine', [true]);
    expect(error).to.be.instanceOf(PendingTransaction);
    expect(String(error)).to.contain('timelock: a transaction with nonce 1 is not mined yet');
  });

  it('refuses to go on with other options, another deployer or other code, and says what to do [D2]', async () => {
    await interrupted(4, 'lost');
    const refused = async (by: HardhatEthersSigner, its: DeployOptions) => {
      const error = await deployTo(path(), by, its).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(OtherDeployment);
      return String(error);
    };
    const advice = 'run again with what it was begun with, or move the file away to deploy anew';
    expect(await refused(deployer, { ...options, timelockDelay: 3 })).to.contain(`another options: ${advice}`);
    expect(await refused(others[0]!, options)).to.contain(`another deployer: ${advice}`);
    const progress = (await readJson<Progress>(partial()))!;
    const changed = { ...progress, origin: { ...progress.origin, code: `0x${'00'.repeat(32)}` } };
    await writeFile(partial(), JSON.stringify(changed));
    expect(await refused(deployer, options)).to.contain(`another code: ${advice}`);
    expect(await nonce()).to.equal(4);
  });

  it('refuses to overwrite the record of another deployment', async () => {
    await deployTo(path(), deployer, options);
    const other = await deployTo(path(), deployer, { ...options, trustDelay: 11 }).catch((thrown: unknown) => thrown);
    expect(other).to.be.instanceOf(OtherDeployment);
    await untouched.restore();
    expect(await deployTo(path(), deployer, options).catch(String)).to.contain('the chain has other code at');
    expect(await nonce()).to.equal(0);
  });

  it('takes the same options in another order for the same', async () => {
    await interrupted(4, 'lost');
    const { token, ...rest } = options;
    await deployTo(path(), deployer, { ...rest, token });
    expect(await nonce()).to.equal(steps);
  });

  it('writes no record while anyone else is admin', async () => {
    await interrupted(steps - 2, 'lost');
    await whole.accessManager.grantRole(0, others[3]!, 0);
    expect(await deployTo(path(), deployer, options).catch(String)).to.contain(others[3]!.address);
    expect(await readJson(path())).to.equal(null);
  });

  it('keeps nothing where nothing is to be kept', async () => {
    await deploy(deployer, options, volatileJournal());
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
