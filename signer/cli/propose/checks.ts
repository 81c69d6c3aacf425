/** A proposal looked at as if it had passed, before anybody votes. */

import { quantity } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { GOVERNOR_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Sender } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';
import { revertWords, wordsOf } from '../words/revertWords.ts';
import { type Action, proposalIdOf } from './proposal.ts';
import { MOST_GAS, rehearse } from './rehearsal.ts';

/** As if it had passed: all calls by the timelock, at the latest block; and whether it can be proposed at all. */
export async function examined(
  source: Source,
  actions: readonly Action[],
  description: string,
  sender: Sender | null,
): Promise<Finding[]> {
  const calls = actions.length === 0 ? [] : await rehearsed(source, actions);
  return [...calls, ...(await proposer(source, sender)), ...(await former(source, actions, description))];
}

async function rehearsed(source: Source, actions: readonly Action[]): Promise<Finding[]> {
  const found = await rehearse(source, actions);
  switch (found.outcome) {
    case 'passes':
      return [enough(found.gas, actions)];
    case 'reverts': {
      const { contract } = actions[found.at] ?? { contract: 'a call' };
      return [problem(`call ${found.at + 1}, ${contract}, would revert: ${wordsOf(found.data)}`)];
    }
    case 'unknown': {
      const alone = 'the RPC cannot make all calls in order: each was tried alone, without what those before it change';
      return [...(await Promise.all(actions.map((action) => simulated(source, action)))), warning(alone)];
    }
  }
}

/** Governor and timelock need some gas of their own, and calldata costs 16 for each byte at most. */
function enough(gas: bigint, actions: readonly Action[]): Finding {
  const bytes = actions.reduce((sum, { data }) => sum + (data.length - 2) / 2, 0);
  const whole = gas + 150_000n + 60_000n * BigInt(actions.length) + 16n * BigInt(bytes);
  const words = `executed by the timelock now, no call would revert; execution takes about ${whole} gas`;
  if (whole <= MOST_GAS) return fine(words);
  return problem(`${words}, and no transaction may have more than ${MOST_GAS}: propose it in parts`);
}

async function simulated({ rpc, record }: Source, { contract, target, data, value = 0n }: Action): Promise<Finding> {
  try {
    const call = { from: addressOf(record, 'timelock'), to: target, data, value: quantity(value) };
    await rpc('eth_call', [call, 'latest']);
    return fine(`${contract} would not revert, executed by the timelock now`);
  } catch (error) {
    const words = revertWords(error);
    if (words === null) throw error;
    return problem(`${contract} would revert: ${words}`);
  }
}

async function proposer({ rpc, record }: Source, sender: Sender | null): Promise<Finding[]> {
  if (sender === null)
    return [warning('nobody is named as the proposer: anybody who sees it could propose it first, and cancel it')];
  const governor = addressOf(record, 'governor');
  const clock = await view(rpc, governor, GOVERNOR_ABI, 'clock', []);
  const [votes, threshold] = await Promise.all([
    view(rpc, governor, GOVERNOR_ABI, 'getVotes', [sender.address, BigInt(clock - 1)]),
    view(rpc, governor, GOVERNOR_ABI, 'proposalThreshold', []),
  ]);
  if (votes >= threshold) return [fine(`${sender.address} may propose: ${votes} votes, ${threshold} needed`)];
  return [problem(`${sender.address} may not propose: ${votes} votes, ${threshold} needed; delegate to it first`)];
}

async function former(source: Source, actions: readonly Action[], description: string): Promise<Finding[]> {
  const governor = addressOf(source.record, 'governor');
  const id = await proposalIdOf(source, actions, description);
  try {
    await view(source.rpc, governor, GOVERNOR_ABI, 'state', [id]);
    return [problem(`the very same proposal was made before (${id}): change its title or its text`)];
  } catch (error) {
    if (revertWords(error) === null) throw error;
    return [];
  }
}
