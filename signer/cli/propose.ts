/** What all proposals have in common: they are built, looked at as if they had passed, and only then sent. */

import { encodeFunctionData, keccak256, stringToHex } from 'viem';
import type { Hex } from '../formats/hex.ts';
import * as answers from '../host/adapters/answers.ts';
import { view } from '../host/adapters/rpcViews.ts';
import { Fatal } from '../host/errors.ts';
import { CODE_HASH_GUARD_ABI, GOVERNOR_ABI, LIVENESS_GUARD_ABI } from './abi.ts';
import { type Option, type Options, option, type Shown } from './command.ts';
import { addressOf } from './deploymentRecord.ts';
import { type Finding, findingLines, fine, problem, warning } from './finding.ts';
import { duration, time } from './named.ts';
import { revertWords } from './revertWords.ts';
import { requireAddress, requireSender, SENDER, type Sender, senderOf } from './sender.ts';
import { openSource, reading, SOURCE, type Source } from './source.ts';
import { type Timing, timingOf } from './timing.ts';

export type Action = {
  readonly contract: string;
  readonly target: Hex;
  readonly data: Hex;
  readonly words: readonly string[];
};
/** `details` goes into the JSON beside what all proposals have. */
export type Draft = {
  readonly actions: readonly Action[];
  readonly findings: readonly Finding[];
  readonly details?: object;
};

export const PROPOSAL: readonly Option[] = [
  { name: 'title', means: 'one line: what voters see first', required: true },
  { name: 'text', means: 'more words for voters' },
  { name: 'guard-code', means: 'addresses, by commas, whose code must still be what it is now when this is executed' },
  { name: 'keep-live', means: 'ids of keys, by commas, that must still be able to sign when this is executed' },
  { name: 'dry-run', means: 'say what would happen, and send nothing', isSwitch: true },
  { name: 'despite-problems', means: 'send it although a check has failed', isSwitch: true },
  ...SENDER,
  ...SOURCE,
];

export type Drafting = { readonly source: Source; readonly options: Options; readonly timing: Timing };

export function proposing(draft: (drafting: Drafting) => Promise<Draft>): (options: Options) => Promise<Shown> {
  return async (options) => {
    const title = requireTitle(option(options, 'title'));
    const source = await openSource(options);
    const sender = options['dry-run'] === true ? senderOf(source, options) : requireSender(source, options);
    return reading(async () => {
      const timing = await timingOf(source);
      const drafted = guarded(await draft({ source, options, timing }), await guardsOf(source, options));
      const description = descriptionOf(
        title,
        typeof options.text === 'string' ? options.text : '',
        sender?.address ?? null,
      );
      const findings = [...drafted.findings, ...(await examined(source, drafted.actions, description, sender))];
      return conclude({ source, options, timing, sender, description, drafted: { ...drafted, findings } });
    });
  };
}

type Concluding = Drafting & { readonly sender: Sender | null; readonly description: string; readonly drafted: Draft };

async function conclude({ source, options, timing, sender, description, drafted }: Concluding): Promise<Shown> {
  const { actions, findings, details = {} } = drafted;
  const isWanted = options['despite-problems'] === true && actions.length > 0;
  const isBad = findings.some(({ is }) => is === 'problem') && !isWanted;
  const call = { to: addressOf(source.record, 'governor'), data: proposeData(actions, description) };
  const isSent = options['dry-run'] !== true && !isBad && sender !== null;
  const sent = isSent ? await sender.send(call) : null;
  const id = await proposalIdOf(source, actions, description);
  const json = {
    ...{
      proposalId: id.toString(),
      description,
      actions,
      findings,
      timing: { ...timing, earliestText: time(timing.earliest) },
    },
    ...{ transaction: call, sent, ...details },
  };
  const end = ending(isBad, sent !== null, id);
  return { json, text: [...worded(description, drafted, timing), ...end].join('\n'), ok: !isBad };
}

function worded(description: string, { actions, findings }: Draft, timing: Timing): string[] {
  const voting = `voting begins after ${timing.votingDelay} blocks and lasts ${timing.votingPeriod}; then the timelock waits ${duration(timing.timelockDelay)}`;
  return [
    ...description.split('\n').map((line) => `| ${line}`),
    '',
    ...actions.flatMap(({ contract, words }, at) => [`${at + 1}. ${contract}`, ...words.map((line) => `     ${line}`)]),
    '',
    `${voting}: executable from about ${time(timing.earliest)} on`,
    ...findingLines(findings),
    '',
  ];
}

function ending(isBad: boolean, isSent: boolean, id: bigint): string[] {
  if (isBad) return ['not proposed: it would fail as it stands. Mend what is marked PROBLEM.'];
  if (!isSent) return ['nothing was sent (--dry-run)', `it would be proposal ${id}`];
  return [`proposed: ${id}`, `next: quorate vote ${id} --support for`];
}

function requireTitle(title: string): string {
  if (/^[^\n#][^\n]{0,199}$/.test(title)) return title;
  throw new Fatal(
    'CONFIG_INVALID',
    '--title is no line of 1 to 200 characters',
    'The title is one line and begins without `#`.',
  );
}

/** What DAO tools index: `# Title` first, `#proposer=` last, so that nobody can copy and cancel it. */
export function descriptionOf(title: string, text: string, proposer: Hex | null): string {
  const lines = [
    `# ${title}`,
    ...(text === '' ? [] : ['', text, '']),
    ...(proposer === null ? [] : [`#proposer=${proposer}`]),
  ];
  return lines.join('\n');
}

function proposeData(actions: readonly Action[], description: string): Hex {
  const args = [...listsOf(actions), description] as const;
  return encodeFunctionData({ abi: GOVERNOR_ABI, functionName: 'propose', args });
}

function proposalIdOf({ rpc, record }: Source, actions: readonly Action[], description: string): Promise<bigint> {
  const args = [...listsOf(actions), keccak256(stringToHex(description))] as const;
  return view(rpc, addressOf(record, 'governor'), GOVERNOR_ABI, 'getProposalId', args);
}

function listsOf(actions: readonly Action[]) {
  return [actions.map(({ target }) => target), actions.map(() => 0n), actions.map(({ data }) => data)] as const;
}

type Guards = { readonly first: readonly Action[]; readonly last: readonly Action[] };

function guarded(draft: Draft, { first, last }: Guards): Draft {
  return { ...draft, actions: [...first, ...draft.actions, ...last] };
}

async function guardsOf({ rpc, record }: Source, options: Options): Promise<Guards> {
  const first = await Promise.all(listed(options['guard-code']).map((text) => codeGuard(requireAddress(text))));
  const keys = listed(options['keep-live']);
  return { first, last: keys.length === 0 ? [] : [livenessGuard(keys)] };

  async function codeGuard(account: Hex): Promise<Action> {
    const code = answers.data(await rpc('eth_getCode', [account, 'latest']), 'the code of a contract');
    const why =
      code === '0x' ? 'has no code' : code.startsWith('0xef0100') ? 'delegates to code that its key can change' : null;
    if (why !== null)
      throw new Fatal(
        'CONFIG_INVALID',
        `${account} ${why}: a guard of it would guard nothing`,
        'Leave it out of --guard-code.',
      );
    const data = encodeFunctionData({
      abi: CODE_HASH_GUARD_ABI,
      functionName: 'requireCode',
      args: [account, keccak256(code)],
    });
    const words = [`stop here unless the code at ${account} is still what it is now`];
    return { contract: 'codeHashGuard.requireCode', target: addressOf(record, 'codeHashGuard'), data, words };
  }

  function livenessGuard(ids: readonly string[]): Action {
    const bad = ids.find((id) => !/^0x[0-9a-f]{64}$/.test(id));
    if (bad !== undefined)
      throw new Fatal(
        'CONFIG_INVALID',
        `${bad} is no id of a key`,
        '--keep-live takes whole ids; `quorate keys --json` has them.',
      );
    const data = encodeFunctionData({ abi: LIVENESS_GUARD_ABI, functionName: 'requireLive', args: [ids as Hex[], 0] });
    const words = [`undo all of it unless enough members of ${ids.join(', ')} still serve`];
    return { contract: 'livenessGuard.requireLive', target: addressOf(record, 'livenessGuard'), data, words };
  }
}

export function listed(value: string | boolean | undefined): readonly string[] {
  return typeof value === 'string' ? value.split(',').filter((one) => one !== '') : [];
}

/** As if it had passed: each call by the timelock, at the latest block; and whether it can be proposed at all. */
async function examined(
  source: Source,
  actions: readonly Action[],
  description: string,
  sender: Sender | null,
): Promise<Finding[]> {
  const calls = await Promise.all(actions.map((action) => simulated(source, action)));
  return [...calls, ...(await proposer(source, sender)), ...(await former(source, actions, description))];
}

async function simulated({ rpc, record }: Source, { contract, target, data }: Action): Promise<Finding> {
  try {
    await rpc('eth_call', [{ from: addressOf(record, 'timelock'), to: target, data }, 'latest']);
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
