/** What may change between a vote and its execution, and a guardian that will not go. */

import { expect } from 'chai';
import {
  type BaseContract,
  EventLog,
  FunctionFragment,
  getCreateAddress,
  id,
  keccak256,
  type ParamType,
  ZeroAddress,
  ZeroHash,
} from 'ethers';
import { ROLES } from '../../../scripts/deploy/plan.ts';
import { type Action, action, codeGuard } from '../../../scripts/local/vote.ts';
import { SUPPLY, world } from '../support/chain.ts';
import { fresh } from '../support/fresh.ts';

const QUEUED = 5n;
/** Answers one zero word. */
const GOOD = '0x60205ff3';
/** Answers one word, 1. */
const OTHER = '0x60015f5260205ff3';
/** Destroys itself when called. */
const MORTAL = '0x33ff';
/** Returns the runtime that follows, which is shorter than 256 bytes. */
const creationOf = (runtime: string) =>
  `0x60${((runtime.length - 2) / 2).toString(16).padStart(2, '0')}80600a5f395ff300${runtime.slice(2)}`;

describe('between vote and execution', () => {
  const made = fresh(async () => {
    const it = await world();
    await it.helpers.mine();
    const factory = await it.ethers.deployContract('MetamorphicMock');
    return { it, factory };
  });

  const codeAt = (address: string) => made().it.ethers.provider.getCode(address);

  async function make(runtime: string, called: boolean): Promise<string> {
    const { factory } = made();
    const receipt = await (await factory.getFunction('make')(runtime, called)).wait();
    const [event] = receipt?.logs ?? [];
    if (!(event instanceof EventLog)) throw new Error('nothing was made');
    return event.args.made;
  }

  /** Votes for the actions and queues them; returns what executes them. */
  async function queued(actions: readonly Action[]) {
    const { it } = made();
    const { governor, helpers } = it;
    const [targets, data] = [actions.map(({ target }) => target), actions.map((each) => each.data)];
    const values = actions.map(() => 0n);
    const description = '# Trust this address';
    await governor.connect(it.voters[0]).propose(targets, values, data, description);
    const proposal = await governor.getProposalId(targets, values, data, id(description));
    await helpers.mine(2);
    for (const voter of it.voters) await governor.connect(voter).castVote(proposal, 1);
    await helpers.mine(6);
    await governor['queue(uint256)'](proposal);
    await helpers.time.increase(3);
    const operation = await it.timelock.hashOperationBatch(targets, values, data, ZeroHash, saltOf(description));
    expect(await it.timelock.isOperationReady(operation)).to.equal(true);
    const execute = () => governor.connect(it.anyone)['execute(uint256)'](proposal);
    return { execute, proposal, operation, targets, values, data, description };
  }

  /** GovernorTimelockControl: the governor's address and the description's hash. */
  function saltOf(description: string): string {
    const governor = BigInt(String(made().it.governor.target).padEnd(66, '0'));
    return `0x${(governor ^ BigInt(id(description))).toString(16).padStart(64, '0')}`;
  }

  const guard = async (target: string) => codeGuard(made().it.codeHashGuard, made().it.ethers.provider, target);

  it('counts no votes that are borrowed and given back within the block that counts [G2]', async () => {
    const { it } = made();
    const { governor, token, ethers, anyone } = it;
    const [lender] = it.voters;
    const { target, data } = await action(token, 'approve', [anyone.address, 1]);
    await governor.connect(lender).propose([target], [0], [data], '# Lend');
    const proposal = await governor.getProposalId([target], [0], [data], id('# Lend'));
    const proposed = await it.helpers.takeSnapshot();
    for (const givenBack of [true, false]) {
      const gas = (tip: bigint) => ({ gasLimit: 500_000, maxPriorityFeePerGas: tip * 10n ** 9n });
      await ethers.provider.send('evm_setAutomine', [false]);
      await token.connect(lender).transfer(anyone, SUPPLY / 2n, gas(3n));
      await token.connect(anyone).delegate(anyone, gas(2n));
      if (givenBack) await token.connect(anyone).transfer(lender, SUPPLY / 2n, gas(1n));
      await ethers.provider.send('evm_mine');
      await ethers.provider.send('evm_setAutomine', [true]);
      const block = await ethers.provider.getBlock('latest', true);
      expect([block!.number, block!.length]).to.deep.equal([
        Number(await governor.proposalSnapshot(proposal)),
        givenBack ? 3 : 2,
      ]);
      await it.helpers.mine();
      await governor.connect(anyone).castVote(proposal, 1);
      expect((await governor.proposalVotes(proposal)).forVotes).to.equal(givenBack ? 0n : SUPPLY / 2n);
      await proposed.restore();
    }
  });

  describe('code at a target', () => {
    it('outlives its own destruction, so that nothing can take its place (EIP-6780)', async () => {
      const { it, factory } = made();
      const target = await make(MORTAL, false);
      await it.anyone.sendTransaction({ to: target });
      expect(await codeAt(target)).to.equal(MORTAL);
      await expect(factory.getFunction('make')(OTHER, false)).to.be.revertedWithCustomError(
        factory,
        'MetamorphicMockTaken',
      );
    });

    it('is gone at the end of a transaction that makes and destroys it, and may come again as something else', async () => {
      const target = await make(MORTAL, true);
      expect(await codeAt(target)).to.equal('0x');
      expect(await make(GOOD, false)).to.equal(target);
      expect(await codeAt(target)).to.equal(GOOD);
    });

    it('may come after the vote where there was none: a call to nothing succeeds, and so does one to anything [G6]', async () => {
      const { it } = made();
      const nonce = await it.ethers.provider.getTransactionCount(it.anyone);
      const target = getCreateAddress({ from: it.anyone.address, nonce });
      const { execute } = await queued([{ target, data: '0x12345678' }]);
      const before = await it.helpers.takeSnapshot();
      await expect(execute()).to.emit(it.governor, 'ProposalExecuted');
      await before.restore();
      await it.anyone.sendTransaction({ data: creationOf(OTHER) });
      expect(await codeAt(target)).to.equal(OTHER);
      await expect(execute()).to.emit(it.governor, 'ProposalExecuted');
    });

    it('stops the whole execution where the proposal is guarded and it is not what was voted for [G6]', async () => {
      const { it } = made();
      const nonce = await it.ethers.provider.getTransactionCount(it.anyone);
      const target = getCreateAddress({ from: it.anyone.address, nonce });
      const shown = keccak256(GOOD);
      const { execute } = await queued([
        await action(it.codeHashGuard, 'requireCode', [target, shown]),
        { target, data: '0x12345678' },
      ]);
      await expect(execute())
        .to.be.revertedWithCustomError(it.codeHashGuard, 'CodeHashGuardOtherCode')
        .withArgs(target, ZeroHash, shown);
      const before = await it.helpers.takeSnapshot();
      await it.anyone.sendTransaction({ data: creationOf(OTHER) });
      await expect(execute())
        .to.be.revertedWithCustomError(it.codeHashGuard, 'CodeHashGuardOtherCode')
        .withArgs(target, keccak256(OTHER), shown);
      await before.restore();
      await it.anyone.sendTransaction({ data: creationOf(GOOD) });
      await expect(execute()).to.emit(it.governor, 'ProposalExecuted');
    });

    it('is guarded by the hash that is there when the proposal is written', async () => {
      const { it } = made();
      const target = await make(GOOD, false);
      expect(await guard(target)).to.deep.equal(
        await action(it.codeHashGuard, 'requireCode', [target, keccak256(GOOD)]),
      );
      const { execute } = await queued([await guard(target), { target, data: '0x' }]);
      await expect(execute()).to.emit(it.governor, 'ProposalExecuted');
    });
  });

  describe('a guardian', () => {
    /** Arguments that mean this proposal wherever a type allows it. */
    function argument(it: ParamType, about: Awaited<ReturnType<typeof queued>>): unknown {
      const { guardian } = made().it;
      const known: Record<string, unknown> = {
        'address[]': about.targets,
        'uint256[]': about.values,
        'bytes[]': about.data,
        uint256: about.proposal,
        uint64: ROLES.guardian,
        address: guardian.address,
        string: about.description,
      };
      if (it.type in known) return known[it.type];
      if (it.type === 'bytes32')
        return (
          { descriptionHash: id(about.description), salt: saltOf(about.description) }[it.name] ??
          (it.name === 'predecessor' ? ZeroHash : about.operation)
        );
      if (it.isArray()) return [];
      if (it.isTuple()) return it.components.map((each) => argument(each, about));
      if (it.type === 'bool') return true;
      return it.type.startsWith('bytes')
        ? it.type === 'bytes'
          ? '0x'
          : `0x${'00'.repeat(Number(it.type.slice(5)))}`
        : 1;
    }

    /** Every function of every contract, called by the guardian, that keeps it from being dismissed by what is queued. */
    async function stoppers() {
      const { it } = made();
      const about = await queued([await action(it.guardianContract, 'setGuardian', [ZeroAddress])]);
      const found: string[] = [];
      let [tried, took] = [0, 0];
      for (const name of Object.keys(it.record.contracts)) {
        const contract: BaseContract = it[name as 'governor'];
        for (const fragment of contract.interface.fragments) {
          if (!FunctionFragment.isFragment(fragment) || fragment.constant) continue;
          const args = fragment.inputs.map((input) => argument(input, about));
          const data = contract.interface.encodeFunctionData(fragment, args);
          const before = await it.helpers.takeSnapshot();
          const sent = await it.guardian.sendTransaction({ to: contract, data }).catch(() => null);
          [tried, took] = [tried + 1, took + (sent === null ? 0 : 1)];
          if ((await it.governor.state(about.proposal)) === QUEUED) await about.execute();
          if ((await it.guardianContract.guardian()) === it.guardian.address) found.push(`${name}.${fragment.name}`);
          await before.restore();
        }
      }
      expect(tried).to.be.above(80);
      expect(took).to.be.above(5);
      return found;
    }

    it('stops its dismissal by no function of any contract, once that is queued [I10 G4]', async () => {
      expect(await stoppers()).to.deep.equal([]);
    });

    it('would be found out if it could', async () => {
      const { it } = made();
      await it.timelock.connect(it.dao).grantRole(await it.timelock.CANCELLER_ROLE(), it.guardian);
      expect(await stoppers()).to.deep.equal(['timelock.cancel']);
    });

    it('takes no role by way of the access manager itself', async () => {
      const { it } = made();
      const { interface: abi } = it.accessManager;
      const calls = [
        abi.encodeFunctionData('grantRole', [ROLES.admin, it.guardian.address, 0]),
        abi.encodeFunctionData('grantRole', [ROLES.guardian, it.anyone.address, 0]),
        abi.encodeFunctionData('setRoleAdmin', [ROLES.guardian, ROLES.guardian]),
        abi.encodeFunctionData('labelRole', [ROLES.guardian, 'KING']),
      ];
      for (const call of calls) {
        const manager = it.accessManager.connect(it.guardian);
        await expect(manager.execute(it.accessManager, call)).to.be.revertedWithCustomError(
          it.accessManager,
          'AccessManagerUnauthorizedCall',
        );
        await expect(manager.schedule(it.accessManager, call, 0)).to.be.revertedWithCustomError(
          it.accessManager,
          'AccessManagerUnauthorizedCall',
        );
        await expect(manager.multicall([call])).to.be.revertedWithCustomError(
          it.accessManager,
          'AccessManagerUnauthorizedAccount',
        );
      }
      expect(await it.accessManager.getRoleAdmin(ROLES.guardian)).to.equal(ROLES.admin);
      expect(await it.timelock.hasRole(ZeroHash, ZeroAddress)).to.equal(false);
    });
  });
});
