/** Attacks on who rules: every function of every contract by everybody, and a guardian that will not go. */

import { expect } from 'chai';
import { type BaseContract, FunctionFragment, Interface, id, ZeroHash } from 'ethers';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { QuorateAccessManager__factory } from '../../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { world } from '../support/chain.ts';
import { MEASUREMENT, RECORD } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

describe('review: governance', () => {
  const made = fresh(async () => ({ it: await world() }));

  const ruled = () => {
    const { measurementRegistry, enclaveRegistry, keyRegistry, signingRequests, spendingLimits } = made().it;
    return { measurementRegistry, enclaveRegistry, keyRegistry, signingRequests, spendingLimits };
  };
  const selectorsOf = (contract: BaseContract): FunctionFragment[] =>
    contract.interface.fragments.filter((fragment) => FunctionFragment.isFragment(fragment));

  it('of all functions of all contracts, a guardian may call seven, and nobody else any', async () => {
    const { it } = made();
    const granted: string[] = [];
    const callers = { guardian: it.guardian, deployer: it.deployer, anyone: it.anyone, governor: it.governor };
    for (const [name, contract] of Object.entries(ruled()))
      for (const { selector, name: of } of selectorsOf(contract))
        for (const [who, caller] of Object.entries(callers))
          if ((await it.accessManager.canCall(caller, contract, selector)).immediate)
            granted.push(`${who}: ${name}.${of}`);
    expect(granted.sort()).to.deep.equal([
      'guardian: enclaveRegistry.withdrawVerifier',
      'guardian: keyRegistry.suspend',
      'guardian: keyRegistry.suspendNetwork',
      'guardian: keyRegistry.withdrawCommittee',
      'guardian: measurementRegistry.withdraw',
      'guardian: signingRequests.cancel',
      'guardian: signingRequests.cancelMandate',
    ]);
  });

  it('the access manager itself obeys the timelock alone, function by function', async () => {
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

    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    await it.measurementRegistry.connect(it.guardian).withdraw(MEASUREMENT);
    await accessManager.connect(it.dao).revokeRole(ROLES.guardian, it.guardian);
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    await expect(it.measurementRegistry.connect(it.guardian).withdraw(MEASUREMENT)).to.be.revertedWithCustomError(
      it.measurementRegistry,
      'AccessManagedUnauthorized',
    );
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
