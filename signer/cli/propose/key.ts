/** `quorate propose key`: a vote for a new key. */

import { encodeFunctionData } from 'viem';
import { SCHEME_NUMBERS, type Scheme } from '../../formats/schemes.ts';
import { Fatal } from '../../host/errors.ts';
import { KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type Command, option } from '../command.ts';
import { type Finding, fine, problem } from '../finding.ts';
import { isMade } from '../look/whyKey.ts';
import { COMMITTEE, committeeIn, committeeProblems } from './committeeOptions.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';
import { ROW, rowIn, rowWarnings, rowWords } from './rowOptions.ts';

export const proposeKey: Command = {
  summary: 'propose a new key: its scheme, its operators, its threshold, and who may ask it for what',
  options: [
    { name: 'scheme', means: Object.keys(SCHEME_NUMBERS).join(', '), required: true },
    ...COMMITTEE,
    ...ROW,
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const scheme = schemeOf(option(options, 'scheme'));
  const row = rowIn(source, options);
  const committee = committeeIn(options);
  const { operators, threshold } = committee;
  const args = [{ scheme, committee, rows: [row] }] as const;
  const data = encodeFunctionData({ abi: KEYS_ABI, functionName: 'createKey', args });
  const words = [`a ${threshold}-of-${operators.length} key of scheme ${option(options, 'scheme')}`, ...rowWords(row)];
  const findings = [
    schemeFinding(scheme, option(options, 'scheme')),
    ...(await committeeProblems(source, committee)),
    ...rowWarnings(row, addressOf(source.record, 'timelock')),
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
