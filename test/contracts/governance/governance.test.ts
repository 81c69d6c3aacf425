/** Who rules what after a deployment, and the known ways to take it without a vote. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { expect } from 'chai';
import { id, Signature, ZeroAddress, ZeroHash } from 'ethers';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { SUPPLY, world } from '../support/chain.ts';
import { MEASUREMENT, RECORD } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

const STATE = { pending: 0n, active: 1n, canceled: 2n, defeated: 3n, succeeded: 4n, queued: 5n, executed: 7n };
const [AGAINST, FOR] = [0, 1];
const PAGE = join(import.meta.dirname, '../../../docs/contracts/README.md');

/** The cells of docs/contracts/README.md that say what each role may call, by role. */
const TABLE = [...readFileSync(PAGE, 'utf8').matchAll(/^\| (\d+) [^|]*\|[^|]*\|([^|]*)\|$/gm)].map(
  ([, , cell]) => cell!,
);

describe('governance', () => {
  const made = fresh(async () => {
    const it = await world();
    await it.helpers.mine();
    return { it, governor: it.governor };
  });

  /** Approving the example measurement, as a proposal. */
  async function proposal(title = '# Approve a release') {
    const { it } = made();
    const data = it.measurementRegistry.interface.encodeFunctionData('approve', [RECORD]);
    return proposalOf([[await it.measurementRegistry.getAddress(), data]], title);
  }
  function proposalOf(calls: readonly (readonly [to: string, data: string])[], title: string) {
    const [targets, calldatas] = [calls.map(([to]) => to), calls.map(([, data]) => data)];
    return { targets, values: calls.map(() => 0n), calldatas, description: title, hash: id(title) };
  }
  type Proposal = ReturnType<typeof proposalOf>;

  async function propose(it: Proposal, by: HardhatEthersSigner): Promise<bigint> {
    const { governor } = made();
    await governor.connect(by).propose(it.targets, it.values, it.calldatas, it.description);
    return governor.getProposalId(it.targets, it.values, it.calldatas, it.hash);
  }

  const queue = (it: Proposal) =>
    made().governor['queue(address[],uint256[],bytes[],bytes32)'](it.targets, it.values, it.calldatas, it.hash);
  const execute = (it: Proposal) =>
    made().governor['execute(address[],uint256[],bytes[],bytes32)'](it.targets, it.values, it.calldatas, it.hash);

  /** Up to its execution. */
  async function pass(its: Proposal): Promise<bigint> {
    const { it, governor } = made();
    const number = await propose(its, it.voters[0]);
    await it.helpers.mine(2);
    for (const voter of it.voters) await governor.connect(voter).castVote(number, FOR);
    await it.helpers.mine(6);
    expect(await governor.state(number)).to.equal(STATE.succeeded);
    await queue(its);
    await it.helpers.time.increase(3);
    return number;
  }

  it('carries a vote to the registry it rules', async () => {
    const { it, governor } = made();
    const its = await proposal();
    const number = await pass(its);
    await expect(execute(its)).to.emit(it.measurementRegistry, 'MeasurementVoted');
    expect(await it.measurementRegistry.status(MEASUREMENT)).to.equal(1);
    expect(await governor.state(number)).to.equal(STATE.executed);
  });

  it('lets a proposer take a proposal back before the vote', async () => {
    const { it, governor } = made();
    const its = await proposal();
    const number = await propose(its, it.voters[0]);
    const cancel = governor.connect(it.voters[0])['cancel(address[],uint256[],bytes[],bytes32)'];
    await cancel(its.targets, its.values, its.calldatas, its.hash);
    expect(await governor.state(number)).to.equal(STATE.canceled);
  });

  it('lets holders permit by signature', async () => {
    const { token, voters, anyone, helpers } = made().it;
    const [holder] = voters;
    const { name, version, chainId, verifyingContract } = await token.eip712Domain();
    const deadline = (await helpers.time.latest()) + 1000;
    const permit = { owner: holder.address, spender: anyone.address, value: 5n, nonce: 0n, deadline };
    const fields = [
      ['owner', 'address'],
      ['spender', 'address'],
      ['value', 'uint256'],
      ['nonce', 'uint256'],
      ['deadline', 'uint256'],
    ].map(([field, type]) => ({ name: field!, type: type! }));
    const signed = await holder.signTypedData(
      { name, version, chainId, verifyingContract },
      { Permit: fields },
      permit,
    );
    const { v, r, s } = Signature.from(signed);
    await token.connect(anyone).permit(holder, anyone, 5n, deadline, v, r, s);
    expect([await token.allowance(holder, anyone), await token.nonces(holder)]).to.deep.equal([5n, 1n]);
  });

  it('keeps what DAO tools read: a block-number clock and the proposals themselves', async () => {
    const { it, governor } = made();
    expect(await governor.CLOCK_MODE()).to.equal('mode=blocknumber&from=default');
    expect(await it.token.CLOCK_MODE()).to.equal('mode=blocknumber&from=default');
    const number = await propose(await proposal(), it.voters[0]);
    expect(await governor.proposalCount()).to.equal(1);
    expect((await governor.proposalDetailsAt(0))[0]).to.equal(number);
  });

  describe('after the deployment', () => {
    it('the timelock is the one admin', async () => {
      const { it } = made();
      const { accessManager, timelock, enclaveRegistry } = it;
      const everyone: [string, string][] = [
        ['deployer', it.deployer.address],
        ['guardian', it.guardian.address],
        ['Guardian', await it.guardianContract.getAddress()],
        ['anyone', it.anyone.address],
        ['governor', await it.governor.getAddress()],
        ['timelock', await timelock.getAddress()],
        ['enclaveRegistry', await enclaveRegistry.getAddress()],
        ['signingRequests', await it.signingRequests.getAddress()],
        ['keyRegistry', await it.keyRegistry.getAddress()],
      ];
      const holders = async (role: bigint) => {
        const found: string[] = [];
        for (const [name, address] of everyone)
          if ((await accessManager.hasRole(role, address)).isMember) found.push(name);
        return found;
      };
      expect(await holders(ROLES.admin)).to.deep.equal(['timelock']);
      expect(await holders(ROLES.enclaveRegistry)).to.deep.equal(['enclaveRegistry']);
      expect(await holders(ROLES.guardian)).to.deep.equal(['Guardian', 'timelock']);
      expect(await holders(ROLES.settler)).to.deep.equal(['timelock']);
    });

    /** docs/contracts/README.md, the table of roles. */
    async function documented() {
      const { it } = made();
      const [timelock, registry] = [await it.timelock.getAddress(), await it.enclaveRegistry.getAddress()];
      const guardians = [timelock, await it.guardianContract.getAddress()].sort();
      const directory = [await it.directory.getAddress()];
      const holders = { 0: [timelock], 1: [registry], 2: guardians, 3: [timelock], 4: directory };
      const functions = [];
      for (const [row, holder] of TABLE.entries())
        for (const [, name, method] of holder.matchAll(/`(\w+)\.(\w+)`/g)) {
          const contract = it[`${name![0]!.toLowerCase()}${name!.slice(1)}` as 'keyRegistry'];
          const { selector } = contract.interface.getFunction(method as 'suspend');
          functions.push(`${await contract.getAddress()},${selector},${row}`);
        }
      return { holders, functions: functions.sort() };
    }

    it('lists all role holders and functions as documented, from its views', async () => {
      const { accessManager } = made().it;
      const { holders, functions } = await documented();
      const found: Record<string, string[]> = {};
      for (const { id } of await accessManager.roles(0, 100))
        found[String(id)] = (await accessManager.members(id, 0, 100)).map(({ account }) => account).sort();
      expect(found).to.deep.equal(holders);
      expect((await accessManager.functionRoles(0, 100)).map(String).sort()).to.deep.equal(functions);
      const labels = (await accessManager.roles(0, 100)).map(({ label }) => label);
      expect(labels).to.deep.equal(['', 'ENCLAVE_REGISTRY', 'GUARDIAN', 'SETTLER', 'DIRECTORY']);
    });

    it('lists all role holders and functions as documented, from its events', async () => {
      const { accessManager } = made().it;
      const { holders, functions } = await documented();
      const granted: Record<string, Set<string>> = Object.fromEntries(
        Object.keys(holders).map((role) => [role, new Set<string>()]),
      );
      for (const { args } of await accessManager.queryFilter(accessManager.filters.RoleGranted()))
        granted[String(args.roleId)]!.add(args.account);
      for (const { args } of await accessManager.queryFilter(accessManager.filters.RoleRevoked()))
        granted[String(args.roleId)]?.delete(args.account);
      const found = Object.entries(granted).map(([role, accounts]) => [role, [...accounts].sort()]);
      expect(Object.fromEntries(found)).to.deep.equal(holders);
      const updated = await accessManager.queryFilter(accessManager.filters.TargetFunctionRoleUpdated());
      const set = updated.map(({ args }) => [args.target, args.selector, args.roleId].join());
      expect(set.sort()).to.deep.equal(functions);
    });

    it("the timelock's own roles are the governor's", async () => {
      const { timelock, governor, deployer } = made().it;
      const roles = [await timelock.PROPOSER_ROLE(), await timelock.CANCELLER_ROLE()];
      for (const role of roles) expect(await timelock.hasRole(role, governor)).to.equal(true);
      for (const role of [...roles, await timelock.DEFAULT_ADMIN_ROLE()])
        expect(await timelock.hasRole(role, deployer)).to.equal(false);
      expect(await timelock.hasRole(await timelock.DEFAULT_ADMIN_ROLE(), timelock)).to.equal(true);
      expect(await timelock.hasRole(await timelock.EXECUTOR_ROLE(), ZeroAddress)).to.equal(true);
    });

    it('every contract obeys the one access manager, and nobody can move it', async () => {
      const { it } = made();
      const authority = await it.accessManager.getAddress();
      for (const contract of [
        it.measurementRegistry,
        it.enclaveRegistry,
        it.committeeVotes,
        it.keyRegistry,
        it.spendingLimits,
        it.signingRequests,
        it.guardianContract,
      ]) {
        expect(await contract.authority()).to.equal(authority);
        await expect(contract.connect(it.deployer).setAuthority(authority)).to.be.revertedWithCustomError(
          contract,
          'AccessManagedUnauthorized',
        );
      }
    });
  });

  describe('without a vote', () => {
    it('borrowed tokens have no votes in a proposal made before [G2]', async () => {
      const { it, governor } = made();
      const number = await propose(await proposal(), it.voters[0]);
      await it.helpers.mine(2);
      // what a flash loan would do: hold everything, for one block, after the snapshot
      for (const voter of it.voters) await it.token.connect(voter).transfer(it.anyone, SUPPLY / 2n);
      await it.token.connect(it.anyone).delegate(it.anyone);
      await governor.connect(it.anyone).castVote(number, FOR);
      const { forVotes } = await governor.proposalVotes(number);
      expect(forVotes).to.equal(0);
    });

    it('a copied proposal cannot be front-run and cancelled where it names its proposer [G2]', async () => {
      const { it, governor } = made();
      const [victim] = it.voters;
      const its = await proposal(`# Approve a release\n#proposer=${victim.address}`);
      await expect(propose(its, it.anyone)).to.be.revertedWithCustomError(governor, 'GovernorRestrictedProposer');
      await propose(its, victim);
    });

    it('a late quorum leaves time to answer [G2]', async () => {
      const { it, governor } = made();
      const number = await propose(await proposal(), it.voters[0]);
      await it.helpers.mine(5);
      const before = await governor.proposalDeadline(number);
      await governor.connect(it.voters[0]).castVote(number, FOR);
      expect(await governor.proposalDeadline(number)).to.be.above(before);
      await governor.connect(it.voters[1]).castVote(number, AGAINST);
      await it.helpers.mine(5);
      expect(await governor.state(number)).to.equal(STATE.defeated);
    });

    it('nothing passes round the timelock [I10 G1]', async () => {
      const { it, governor } = made();
      const { timelock, measurementRegistry } = it;
      const its = await proposal();
      const number = await propose(its, it.voters[0]);
      await it.helpers.mine(2);
      for (const voter of it.voters) await governor.connect(voter).castVote(number, FOR);
      await it.helpers.mine(6);
      await expect(execute(its)).to.be.revertedWithCustomError(governor, 'GovernorUnexpectedProposalState');
      await queue(its);
      await expect(execute(its)).to.be.revertedWithCustomError(timelock, 'TimelockUnexpectedOperationState');
      const target = await measurementRegistry.getAddress();
      for (const caller of [it.deployer, it.guardian, it.anyone])
        await expect(
          timelock.connect(caller).schedule(target, 0, its.calldatas[0]!, ZeroHash, ZeroHash, 10),
        ).to.be.revertedWithCustomError(timelock, 'AccessControlUnauthorizedAccount');
    });

    it('a call through the access manager needs the role all the same', async () => {
      const { it } = made();
      const its = await proposal();
      for (const caller of [it.deployer, it.guardian, it.anyone])
        await expect(
          it.accessManager.connect(caller).execute(its.targets[0]!, its.calldatas[0]!),
        ).to.be.revertedWithCustomError(it.accessManager, 'AccessManagerUnauthorizedCall');
    });
  });

  it('lets the DAO dismiss the guardian, and the guardian do nothing about it', async () => {
    const { it } = made();
    for (const [role, account] of [
      [ROLES.guardian, it.timelock],
      [ROLES.admin, it.timelock],
      [ROLES.admin, it.guardian],
      [ROLES.guardian, it.guardianContract],
    ] as const) {
      await expect(it.accessManager.connect(it.guardian).revokeRole(role, account)).to.be.revertedWithCustomError(
        it.accessManager,
        'AccessManagerUnauthorizedAccount',
      );
      await expect(it.accessManager.connect(it.guardian).grantRole(role, it.anyone, 0)).to.be.revertedWithCustomError(
        it.accessManager,
        'AccessManagerUnauthorizedAccount',
      );
    }
    await expect(it.guardianContract.connect(it.guardian).setGuardian(it.guardian)).to.be.revertedWithCustomError(
      it.guardianContract,
      'AccessManagedUnauthorized',
    );
    await it.guardianContract.connect(it.dao).setGuardian(ZeroAddress);
    expect(await it.guardianContract.guardian()).to.equal(ZeroAddress);
  });

  it('dismisses by vote a guardian that has stopped everything, and starts it again with the same vote [I10 G4]', async () => {
    const { it } = made();
    const { guardianContract: guardian, keyRegistry } = it;
    await guardian.connect(it.guardian).suspendNetwork(7 * 86_400);
    const [itself, registry] = [await guardian.getAddress(), await keyRegistry.getAddress()];
    const dismiss = guardian.interface.encodeFunctionData('setGuardian', [ZeroAddress]);
    const goOn = keyRegistry.interface.encodeFunctionData('pauseNetwork', [0]);
    const title = '# Another guardian';
    const its = proposalOf(
      [
        [itself, dismiss],
        [registry, goOn],
      ],
      title,
    );
    await pass(its);
    await expect(execute(its)).to.emit(keyRegistry, 'NetworkPaused').withArgs(it.timelock, 0);
    expect((await keyRegistry.network()).pausedUntil).to.equal(0);
    await it.helpers.time.increase(100 * 86_400);
    await expect(guardian.connect(it.guardian).suspendNetwork(1))
      .to.be.revertedWithCustomError(guardian, 'GuardianNotGuardian')
      .withArgs(it.guardian, ZeroAddress);
  });

  it('records what was deployed, with the hash of each code', async () => {
    const { it } = made();
    const { record } = it;
    expect(record.chainId).to.equal('31337');
    for (const name of ['measurementRegistry', 'enclaveRegistry', 'keyRegistry', 'signingRequests'] as const) {
      const { address, codeHash } = record.contracts[name]!;
      expect(address).to.equal(await it[name].getAddress());
      expect(codeHash).to.equal(it.ethers.keccak256(await it.ethers.provider.getCode(address)));
    }
  });
});
