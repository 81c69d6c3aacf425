/** What a proposal is to its governor: calls, words, and the number that follows from both. */

import { encodeFunctionData, keccak256, stringToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { GOVERNOR_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';

export type Action = {
  readonly contract: string;
  readonly target: Hex;
  readonly data: Hex;
  /** wei that the timelock sends along; none unless said */
  readonly value?: bigint;
  readonly words: readonly string[];
};

/** What DAO tools index: `# Title` first, `#proposer=` last, so that nobody can copy and cancel it. */
export function descriptionOf(title: string, text: string, proposer: Hex | null): string {
  const lines = [
    `# ${title}`,
    ...(text === '' ? [] : ['', text, '']),
    ...(proposer === null ? [] : [`#proposer=${proposer}`]),
  ];
  return lines.join('\n');
}

export function proposeData(actions: readonly Action[], description: string): Hex {
  const args = [...listsOf(actions), description] as const;
  return encodeFunctionData({ abi: GOVERNOR_ABI, functionName: 'propose', args });
}

export function proposalIdOf(
  { rpc, record }: Pick<Source, 'rpc' | 'record'>,
  actions: readonly Action[],
  description: string,
): Promise<bigint> {
  const args = [...listsOf(actions), keccak256(stringToHex(description))] as const;
  return view(rpc, addressOf(record, 'governor'), GOVERNOR_ABI, 'getProposalId', args);
}

function listsOf(actions: readonly Action[]) {
  return [
    actions.map(({ target }) => target),
    actions.map(({ value = 0n }) => value),
    actions.map(({ data }) => data),
  ] as const;
}

export function listed(value: string | boolean | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(',').filter((one) => one !== '') : [];
}
