/** A committee as options say it: for a new key, and for the next epoch of one. */

import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVES_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requireAddress } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Option, Options } from '../command.ts';
import { type Finding, problem, warning } from '../finding.ts';
import { numberOf, secondsOf } from '../quantities.ts';
import { listed } from './proposal.ts';

/** > MAX_SEATS = 64 (CommitteeRules.sol) */
const MOST_SEATS = 64;
/** > threshold >= 2 (CommitteeRules.sol) */
const LEAST_THRESHOLD = 2;

export const COMMITTEE: readonly Option[] = [
  { name: 'operators', means: 'addresses of the operators, by commas', required: true },
  { name: 'threshold', means: 'how many of them sign together', required: true },
  { name: 'reserves', means: 'addresses of operators that step in, by commas' },
  { name: 'attempt-window', means: 'how long one attempt may take', fallback: '1h' },
  { name: 'same-region', means: 'members that may share a region; one less than the threshold unless said' },
];

export type Committee = ReturnType<typeof committeeIn>;

export function committeeIn(options: Options) {
  const [operators, reserves] = [
    listed(options.operators).map(requireAddress),
    listed(options.reserves).map(requireAddress),
  ];
  const threshold = numberOf('threshold', options.threshold, MOST_SEATS);
  const most = Math.max(0, threshold - 1);
  const region =
    options['same-region'] === undefined ? most : numberOf('same-region', options['same-region'], MOST_SEATS);
  const window = typeof options['attempt-window'] === 'string' ? options['attempt-window'] : '1h';
  return {
    ...{ threshold, operators, reserves, attemptWindow: secondsOf(window) },
    diversity: { region, vendor: 0, platform: most, sealing: 0 },
  };
}

/** Operators without an enclave that may take a seat; and a committee that so few members stop. */
export async function committeeProblems(source: Pick<Source, 'rpc' | 'record'>, committee: Committee) {
  const { operators, reserves, threshold } = committee;
  return [...(await withoutEnclave(source, [...operators, ...reserves])), ...live(operators.length, threshold)];
}

/** > n >= 2t-1 keeps it live against t-1 saboteurs */
export function live(size: number, threshold: number): Finding[] {
  if (threshold < LEAST_THRESHOLD)
    return [
      problem(`there can be no such committee: ${LEAST_THRESHOLD} members sign together at least, not ${threshold}`),
    ];
  if (size < threshold)
    return [problem(`there can be no such committee: ${threshold} members sign together, and it has ${size}`)];
  if (size >= 2 * threshold - 1) return [];
  const few = size - threshold + 1;
  return [
    warning(`${few} of ${size} members stop it, fewer than the ${threshold} that sign: a larger committee lasts`),
  ];
}

async function withoutEnclave(
  { rpc, record }: Pick<Source, 'rpc' | 'record'>,
  operators: readonly Hex[],
): Promise<Finding[]> {
  const registry = addressOf(record, 'enclaveRegistry');
  const views = await Promise.all(
    operators.map((operator) => view(rpc, registry, ENCLAVES_ABI, 'operator', [operator])),
  );
  return views.flatMap(({ cap, chosen }, at) => {
    if (cap === 0) return [problem(`no vote has admitted operator ${operators[at]}`)];
    return BigInt(chosen) === 0n ? [problem(`operator ${operators[at]} has no enclave yet`)] : [];
  });
}
