/** One DAO proposal from idea to execution on a local chain: propose, vote, queue, wait, execute. */

import { type BaseContract, type ContractTransactionReceipt, id, keccak256, type Provider, type Signer } from 'ethers';
import type { CodeHashGuard } from '../../types/contracts/governance/CodeHashGuard.ts';
import type { QuorateGovernor } from '../../types/contracts/governance/QuorateGovernor.ts';
import type { Chain } from './chain.ts';

/** What a vote needs of a chain. */
export type VotingChain = Pick<Chain, 'mine' | 'passTime'> & { readonly provider: Provider };

/** A call that the DAO makes if the vote passes. */
export type Action = { readonly target: string; readonly data: string };
export type Executed = { readonly proposalId: bigint; readonly receipt: ContractTransactionReceipt };

const FOR = 1;
/** EIP-7702 */
const DELEGATION = '0xef0100';

/** `contract.method(...values)` as an action of a proposal. */
export async function action(contract: BaseContract, method: string, values: readonly unknown[]): Promise<Action> {
  return { target: await contract.getAddress(), data: contract.interface.encodeFunctionData(method, values) };
}

export class NothingToGuard extends Error {
  constructor(target: string, why: string) {
    super(`${target} ${why}: a guard of it would guard nothing`);
  }
}

/** Makes the proposal that it opens revert if other code is at `target` by then. */
export async function codeGuard(guard: CodeHashGuard, provider: Provider, target: string): Promise<Action> {
  const code = await provider.getCode(target);
  if (code === '0x') throw new NothingToGuard(target, 'has no code');
  if (code.startsWith(DELEGATION)) throw new NothingToGuard(target, 'delegates to code that its key can change');
  return action(guard, 'requireCode', [target, keccak256(code)]);
}

/** What DAO tools index: `# Title` first, `#proposer=` last, so that nobody can copy and cancel it. */
export async function descriptionOf(title: string, proposer: Signer): Promise<string> {
  return `# ${title}\n#proposer=${await proposer.getAddress()}`;
}

export async function vote(
  chain: VotingChain,
  governor: QuorateGovernor,
  voters: readonly [Signer, ...Signer[]],
  title: string,
  actions: readonly Action[],
): Promise<Executed> {
  const description = await descriptionOf(title, voters[0]);
  const targets = actions.map(({ target }) => target);
  const data = actions.map((call) => call.data);
  const values = actions.map(() => 0n);

  await (await governor.connect(voters[0]).propose(targets, values, data, description)).wait();
  const proposalId = await governor.getProposalId(targets, values, data, id(description));
  await chain.mine(Number(await governor.votingDelay()) + 1);

  for (const voter of voters) await (await governor.connect(voter).castVote(proposalId, FOR)).wait();
  await chain.mine(
    Number((await governor.proposalDeadline(proposalId)) - BigInt(await chain.provider.getBlockNumber())) + 1,
  );

  await (await governor['queue(uint256)'](proposalId)).wait();
  await waitForTimelock(chain, Number(await governor.proposalEta(proposalId)));
  const receipt = await (await governor['execute(uint256)'](proposalId)).wait();
  if (receipt === null) throw new Error(`proposal ${proposalId} was not executed`);
  return { proposalId, receipt };
}

async function waitForTimelock(chain: VotingChain, eta: number): Promise<void> {
  const block = await chain.provider.getBlock('latest');
  if (block !== null && block.timestamp < eta) await chain.passTime(eta - block.timestamp);
}
