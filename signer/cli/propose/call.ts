/** `quorate propose call`: a vote on any call at all, decoded with the ABIs of the deployment where it is one of its contracts. */

import { type AbiFunction, encodeFunctionData, parseAbiItem } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { Fatal } from '../../host/errors.ts';
import type { DeploymentRecord } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { type Command, type Options, option } from '../command.ts';
import { type Finding, problem } from '../finding.ts';
import { nameOf } from '../look/roles.ts';
import { targetOf } from '../vote/explainFile.ts';
import { said, tellAction } from '../words/actionWords.ts';
import { callable } from '../words/callable.ts';
import { NETWORK, tellingOf } from '../words/effectWords.ts';
import { encodable } from './argumentsOf.ts';
import { type Draft, type Drafting, PROPOSAL, proposing } from './propose.ts';

export const proposeCall: Command = {
  summary: 'propose any call: of a contract of the deployment by name, or of any other; says in words what it is',
  options: [
    { name: 'to', means: 'the contract, by address or by its name in the record', required: true },
    { name: 'function', means: 'its name, or with its types: transfer(address,uint256)' },
    { name: 'args', means: 'its arguments as a JSON list; whole numbers may be text', fallback: '[]' },
    { name: 'data', means: 'or the calldata as it is, in hex' },
    { name: 'value', means: 'wei that the timelock sends along', fallback: '0' },
    NETWORK,
    ...PROPOSAL,
  ],
  run: proposing(draft),
};

async function draft({ source, options }: Drafting): Promise<Draft> {
  const target = targetOf(options, source.record);
  const { data, named } = calledIn(options, source.record, target);
  const value = weiOf(option(options, 'value'));
  const told = await tellAction({ ...source, telling: await tellingOf(options, source.record) }, target, data);
  const isKnown = told.findings.length === 0;
  const words = [
    `at ${target}`,
    ...(isKnown ? [] : named),
    ...told.words,
    ...(value === 0n ? [] : [`with ${value} wei of the timelock`]),
  ];
  const findings = [...told.findings, ...(await emptiness(source, target, data))];
  return { actions: [{ contract: told.call, target, data, value, words }], findings };
}

/** A call of an account without code succeeds, and does nothing. */
async function emptiness({ rpc }: Pick<Source, 'rpc'>, target: Hex, data: Hex): Promise<Finding[]> {
  if (data === '0x') return [];
  const code = answers.data(await rpc('eth_getCode', [target, 'latest']), 'the code of a contract');
  return code === '0x' ? [problem(`${target} has no code: the call would do nothing`)] : [];
}

type Called = { readonly data: Hex; readonly named: readonly string[] };

export function calledIn(options: Options, record: DeploymentRecord, target: Hex): Called {
  const { data, function: name } = options;
  if (typeof data === 'string' && name === undefined) return { data: calldataOf(data), named: [] };
  if (data !== undefined)
    throw new Fatal('CONFIG_INVALID', '--data and --function are both there', 'Leave one of them out.');
  if (typeof name !== 'string')
    throw new Fatal('CONFIG_INVALID', 'it is not said what is called', 'Add --function and --args, or --data in hex.');
  const item = functionOf(name, nameOf(record, target));
  const args = encodable(item.inputs, listIn(option(options, 'args')));
  const named = item.inputs.map((input, at) => `${input.name || input.type}: ${said(args[at])}`);
  return {
    data: encodeFunctionData({ abi: [item], functionName: item.name, args }),
    named: [`as its proposer names it: ${item.name}`, ...named],
  };
}

function calldataOf(text: string): Hex {
  if (/^0x(?:[0-9a-fA-F]{2})*$/.test(text)) return text.toLowerCase() as Hex;
  const detail = `--data is no hex: ${text === '' ? 'it is empty' : text.slice(0, 80)}`;
  throw new Fatal('CONFIG_INVALID', detail, 'It is 0x and two hexadecimal digits for each byte.');
}

/** By its bare name where the contract is known and has one of it; else with its types. */
function functionOf(text: string, contract: string | null): AbiFunction {
  if (text.includes('(')) return parsed(text);
  const known = (contract === null ? null : callable(contract)) ?? [];
  const found = known.filter((item): item is AbiFunction => item.type === 'function' && item.name === text);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const changing = known.flatMap((item) =>
    item.type === 'function' && !['view', 'pure'].includes(item.stateMutability) ? [item.name] : [],
  );
  throw new Fatal(
    'CONFIG_INVALID',
    `${contract ?? 'a contract that the record does not name'} has ${found.length === 0 ? 'no function' : `${found.length} functions`} ${text} that ${found.length > 1 ? 'are' : 'is'} known here`,
    `Say its types too: ${text}(address,uint256).${changing.length === 0 ? '' : ` Known here are ${[...new Set(changing)].join(', ')}.`}`,
  );
}

function parsed(text: string): AbiFunction {
  try {
    const item = parseAbiItem(`function ${text}` as string) as unknown as AbiFunction;
    if (item.type === 'function') return item;
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `${text} is no function`, 'Write it as transfer(address,uint256).', { cause });
  }
  throw new Fatal('CONFIG_INVALID', `${text} is no function`, 'Write it as transfer(address,uint256).');
}

function listIn(text: string): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    if (Array.isArray(found)) return found;
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', '--args is no JSON', 'Write a list: ["0x…", "1000", true].', { cause });
  }
  throw new Fatal('CONFIG_INVALID', '--args is no list', 'Write a list: ["0x…", "1000", true].');
}

function weiOf(text: string): bigint {
  if (/^\d{1,30}$/.test(text)) return BigInt(text);
  throw new Fatal('CONFIG_INVALID', `--value is ${text}`, 'It is a whole number of wei.');
}
