/** `quorate propose key`: a vote for a new key. */

import { encodeFunctionData } from 'viem';
import { SCHEME_NUMBERS, type Scheme } from '../formats/schemes.ts';
import { view } from '../host/adapters/rpcViews.ts';
import { Fatal } from '../host/errors.ts';
import { ENCLAVES_ABI, KEYS_ABI } from './abi.ts';
import { type Command, option } from './command.ts';
import { addressOf } from './deploymentRecord.ts';
import { type Finding, fine, problem } from './finding.ts';
import { type Draft, type Drafting, listed, PROPOSAL, proposing } from './propose.ts';
import { numberOf, secondsOf } from './quantities.ts';
import { ROW, rowIn, rowWarnings, rowWords } from './rowOptions.ts';
import { requireAddress } from './sender.ts';
import type { Source } from './source.ts';
import { isMade } from './whyKey.ts';

export const proposeKey: Command = {
  summary: 'propose a new key: its scheme, its operators, its threshold, and who may ask it for what',
  options: [
    { name: 'scheme', means: Object.keys(SCHEME_NUMBERS).join(', '), required: true },
    { name: 'operators', means: 'addresses of the operators, by commas', required: true },
    { name: 'threshold', means: 'how many of them sign together', required: true },
    { name: 'reserves', means: 'addresses of operators that step in, by commas' },
    { name: 'attempt-window', means: 'how long one attempt to make it may take', fallback: '1h' },
    { name: 'same-region', means: 'members that may share a region; one less than the threshold unless said' },
    ...ROW,
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const scheme = schemeOf(option(options, 'scheme'));
  const [operators, reserves] = [
    listed(options.operators).map(requireAddress),
    listed(options.reserves).map(requireAddress),
  ];
  const threshold = numberOf('threshold', options.threshold, 64);
  const region =
    options['same-region'] === undefined
      ? Math.max(0, threshold - 1)
      : numberOf('same-region', options['same-region'], 64);
  const row = rowIn(source, options);
  const committee = {
    ...{ threshold, operators, reserves, attemptWindow: secondsOf(option(options, 'attempt-window')) },
    diversity: { region, vendor: 0, platform: Math.max(0, threshold - 1), sealing: 0 },
  };
  const args = [{ scheme, committee, rows: [row] }] as const;
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'createKey', args });
  const words = [`a ${threshold}-of-${operators.length} key of scheme ${option(options, 'scheme')}`, ...rowWords(row)];
  const findings = [
    schemeFinding(scheme, option(options, 'scheme')),
    ...(await unknown(source, [...operators, ...reserves])),
    ...rowWarnings(row),
  ];
  return {
    actions: [{ contract: 'keyRegistry.createKey', target: addressOf(source.record, 'keyRegistry'), data, words }],
    findings,
  };
}

function schemeOf(text: string): number {
  if (Object.hasOwn(SCHEME_NUMBERS, text)) return SCHEME_NUMBERS[text as Scheme];
  throw new Fatal(
    'CONFIG_INVALID',
    `there is no scheme ${text}`,
    `There are ${Object.keys(SCHEME_NUMBERS).join(', ')}.`,
  );
}

function schemeFinding(scheme: number, name: string): Finding {
  if (isMade(scheme)) return fine(`enclaves of this release make keys of scheme ${name}`);
  return problem(`no enclave of this release makes keys of scheme ${name}: the key would never be made`);
}

/** Operators without an enclave that may take a seat. */
async function unknown({ rpc, record }: Source, operators: readonly `0x${string}`[]): Promise<Finding[]> {
  const registry = addressOf(record, 'enclaveRegistry');
  const views = await Promise.all(
    operators.map((operator) => view(rpc, registry, ENCLAVES_ABI, 'operator', [operator])),
  );
  return views.flatMap(({ cap, chosen }, at) => {
    if (cap === 0) return [problem(`no vote has admitted operator ${operators[at]}`)];
    return BigInt(chosen) === 0n ? [problem(`operator ${operators[at]} has no enclave yet`)] : [];
  });
}
