/** Who rules: every function of every contract by everybody, and a guardian that will not go. */

import { expect } from 'chai';
import { type AddressLike, type BaseContract, FunctionFragment, Interface, id, ZeroAddress, ZeroHash } from 'ethers';
import { MANAGED, ROLES } from '../../../scripts/deploy/plan.ts';
import { QuorateAccessManager__factory } from '../../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { world } from '../support/chain.ts';
import { MEASUREMENT, RECORD } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

describe('roles', () => {
  const made = fresh(async () => ({ it: await world() }));

  const selectorsOf = (contract: BaseContract): FunctionFragment[] =>
    contract.interface.fragments.filter((fragment) => FunctionFragment.isFragment(fragment));

  const callable = async (callers: Readonly<Record<string, AddressLike>>): Promise<string[]> => {
    const { it } = made();
    const granted: string[] = [];
    for (const name of MANAGED)
      for (const { selector, name: of } of selectorsOf(it[name]))
        for (const [who, caller] of Object.entries(callers))
          if ((await it.accessManager.canCall(caller, it[name], selector)).immediate)
            granted.push(`${who}: ${name}.${of}`);
    return granted.sort();
  };

  it('of all functions of all contracts, the Guardian may call nine, and no person any [I10 G1]', async () => {
    const { it } = made();
    const { guardian, deployer, anyone, governor, guardianContract } = it;
    expect(await callable({ guardian, deployer, anyone, governor })).to.deep.equal([]);
    expect(await callable({ guardian: guardianContract })).to.deep.equal([
      'guardian: enclaveRegistry.withdrawVerifier',
      'guardian: keyRegistry.suspend',
      'guardian: keyRegistry.suspendNetwork',
      'guardian: keyRegistry.withdrawCommittee',
      'guardian: keyRegistry.withdrawFork',
      'guardian: measurementRegistry.withdraw',
      'guardian: signingRequests.cancel',
      'guardian: signingRequests.withdraw',
      'guardian: signingRequests.withdrawModule',
    ]);
  });

  it('a registry, a module and a settler may call what their role names, and nothing else', async () => {
    const { it } = made();
    const { enclaveRegistry, mandates, refusals, closed } = it;
    await it.accessManager.connect(it.dao).grantRole(ROLES.settler, it.anyone, 0);
    expect(await callable({ registry: enclaveRegistry, mandates, refusals, closed, settler: it.anyone })).to.deep.equal(
      ['registry: measurementRegistry.noteAttestation', 'settler: spendingLimits.settle'],
    );
  });

  it('the access manager itself obeys the timelock alone, function by function [I10 G1]', async () => {
    const { it } = made();
    const manager = it.accessManager;
    const { keyRegistry } = it;
    const calls: [string, readonly unknown[]][] = [
      ['grantRole', [ROLES.admin, it.guardian.address, 0]],
      ['revokeRole', [ROLES.guardian, await it.timelock.getAddress()]],
      ['setRoleAdmin', [ROLES.admin, ROLES.guardian]],
      ['setRoleGuardian', [ROLES.admin, ROLES.guardian]],
      ['setGrantDelay', [ROLES.guardian, 1]],
      ['setTargetFunctionRole', [await keyRegistry.getAddress(), ['0x00000000'], ROLES.guardian]],
      ['setTargetClosed', [await keyRegistry.getAddress(), true]],
      ['setTargetAdminDelay', [await keyRegistry.getAddress(), 0]],
      ['updateAuthority', [await keyRegistry.getAddress(), it.guardian.address]],
      ['labelRole', [ROLES.guardian, 'KING']],
    ];
    const { interface: abi } = manager;
    for (const [name, args] of calls)
      for (const caller of [it.guardian, it.deployer, it.anyone])
        await expect(
          caller.sendTransaction({
            to: manager,
            data: new Interface(QuorateAccessManager__factory.abi).encodeFunctionData(name, [...args]),
          }),
          `${name} ${abi.hasFunction(name)}`,
        ).to.be.revertedWithCustomError(manager, 'AccessManagerUnauthorizedAccount');
  });

  it('a guardian cannot take back what is to dismiss it, and has no power once dismissed', async () => {
    const { it } = made();
    const { timelock, accessManager } = it;
    for (const role of [await timelock.CANCELLER_ROLE(), await timelock.PROPOSER_ROLE(), ZeroHash])
      expect(await timelock.hasRole(role, it.guardian)).to.equal(false);
    expect(await accessManager.getRoleAdmin(ROLES.guardian)).to.equal(ROLES.admin);
    expect(await accessManager.getRoleGuardian(ROLES.guardian)).to.equal(ROLES.admin);
    expect(await accessManager.getRoleGrantDelay(ROLES.guardian)).to.equal(0);

    const { guardianContract, measurementRegistry } = it;
    await measurementRegistry.connect(it.dao).approve(RECORD);
    await guardianContract.connect(it.guardian).withdrawMeasurement(MEASUREMENT);
    await measurementRegistry.connect(it.dao).approve(RECORD);
    await guardianContract.connect(it.dao).setGuardian(ZeroAddress);
    await expect(guardianContract.connect(it.guardian).withdrawMeasurement(MEASUREMENT))
      .to.be.revertedWithCustomError(guardianContract, 'GuardianNotGuardian')
      .withArgs(it.guardian.address, ZeroAddress);
  });

  it('and neither has the contract, once a vote takes its role', async () => {
    const { guardianContract, measurementRegistry, accessManager, dao, guardian } = made().it;
    await measurementRegistry.connect(dao).approve(RECORD);
    await accessManager.connect(dao).revokeRole(ROLES.guardian, guardianContract);
    await expect(guardianContract.connect(guardian).withdrawMeasurement(MEASUREMENT))
      .to.be.revertedWithCustomError(measurementRegistry, 'AccessManagedUnauthorized')
      .withArgs(guardianContract.target);
  });

  it('what was queued may be executed at the timelock itself, in its time and no earlier, and once', async () => {
    const { it } = made();
    const { governor, timelock, measurementRegistry } = it;
    const title = 'executed by a stranger';
    const targets = [await measurementRegistry.getAddress()];
    const calldatas = [measurementRegistry.interface.encodeFunctionData('approve', [RECORD])];
    await it.helpers.mine();
    await governor.connect(it.voters[0]).propose(targets, [0n], calldatas, title);
    const proposal = await governor.getProposalId(targets, [0n], calldatas, id(title));
    await it.helpers.mine(2);
    for (const voter of it.voters) await governor.connect(voter).castVote(proposal, 1);
    await it.helpers.mine(6);
    await governor['queue(address[],uint256[],bytes[],bytes32)'](targets, [0n], calldatas, id(title));
    // GovernorTimelockControl: the governor's address, and the description's hash
    const salt = `0x${(BigInt(`${(await governor.getAddress()).padEnd(66, '0')}`) ^ BigInt(id(title))).toString(16).padStart(64, '0')}`;
    const direct = () => timelock.connect(it.anyone).executeBatch(targets, [0n], calldatas, ZeroHash, salt);
    await it.helpers.time.increase(3);
    await expect(direct()).to.emit(measurementRegistry, 'MeasurementVoted');
    expect(await governor.state(proposal)).to.equal(7);
    await expect(direct()).to.be.revertedWithCustomError(timelock, 'TimelockUnexpectedOperationState');
  });
});
