/** `quorate ask`: a delegate has a payload signed without a vote, within what its row and its guard let it ask for. */

import { decodeFunctionResult } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import * as answers from '../../host/adapters/answers.ts';
import { Fatal } from '../../host/errors.ts';
import { REQUESTS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type Call, requireSender, SENDER, type Sender, type Sent } from '../chain/sender.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, type Option, type Options, type Shown, table } from '../command.ts';
import { type Finding, findingLines, fine, problem } from '../finding.ts';
import { type Asking, askingOf, INTENT, KIND, PAYLOAD, PSBT, type Unaskable } from '../payload/intent.ts';
import type { Action } from '../propose/proposal.ts';
import { sameOptions } from '../vote/nextOf.ts';
import { duration, time } from '../words/named.ts';
import { revertWords } from '../words/revertWords.ts';
import { latestTime } from '../words/timing.ts';
import { askedIn } from './askedIn.ts';
import { askLimits } from './askLimits.ts';

const OPTIONS: readonly Option[] = [
  ...INTENT,
  { name: 'valid', means: 'how long it may be signed, from the time on at which it is READY: 1d, 12h', fallback: '1d' },
  { name: 'dry-run', means: 'say what would happen, and send nothing', isSwitch: true },
  ...SENDER,
  ...SOURCE,
];

export const askPayload: Command = {
  summary: 'as a delegate, ask for one payload to be signed, without a vote; says before what it does and what is left',
  options: [KIND, ...OPTIONS],
  file: PAYLOAD,
  run: ask,
};

export const askBitcoin: Command = {
  summary: 'as a delegate, ask for a Bitcoin transaction (PSBT) to be signed, without a vote',
  options: OPTIONS,
  file: PSBT,
  run: (options) => ask({ ...options, kind: 'bitcoin-psbt' }),
};

async function ask(options: Options): Promise<Shown> {
  const source = await openSource(options);
  const sender = requireSender(source, options);
  requireDelegate(sender, source);
  return reading(async () => {
    const now = await latestTime(source);
    const asking = await askingOf(source, options, { requester: sender.address, now, earliest: now });
    if (asking.action === null) return refused(unaskable(asking, sender), sender);
    const tried = await attempt(source, sender.address, asking.action);
    const findings = [...asking.findings, ...rowFindings(asking, sender), ...(await askLimits(source, asking, sender))];
    return conclude({ source, options, sender, asking, tried, findings: [...findings, tried.finding] });
  });
}

function requireDelegate({ address }: Sender, { record }: Source): void {
  if (address !== addressOf(record, 'timelock')) return;
  throw new Fatal('CONFIG_INVALID', "the DAO's own timelock asks by votes", 'Use `quorate propose payload` for it.');
}

/** Where no vote has given the account anything, its payload is that of somebody else: who that is tells it nothing. */
function unaskable({ row, findings }: Unaskable, { address }: Pick<Sender, 'address'>): readonly Finding[] {
  if (row.kinds !== 0) return findings;
  return [
    problem(
      `no vote has set a row or limits of this key for ${address}, so it may ask for nothing: is it another --key-file, --from or --key? Else a vote has to (\`quorate propose guard\`)`,
    ),
  ];
}

/** As enclaves refuse it, there is nothing that could be declared and so nothing to send. */
function refused(findings: readonly Finding[], { address }: Sender): Shown {
  const json = { requester: address, words: [], findings, transaction: null, requestId: null, sent: null, next: null };
  return { json, text: [...findingLines(findings), '', NOT_ASKED].join('\n'), ok: false };
}

const NOT_ASKED = 'not asked: it would fail as it stands. Mend what is marked PROBLEM.';

function rowFindings({ row: { kinds, delay }, intent: { kind } }: Asking, { address }: Sender): Finding[] {
  if ((kinds >> kind) % 2 === 0) {
    const name = payloadKind(kind) ?? `kind ${kind}`;
    return [problem(`no row of this key lets ${address} ask for ${name}: a vote has to (\`quorate propose guard\`)`)];
  }
  return [fine(delay === 0 ? 'READY at once' : `it waits ${duration(delay)}; until then the guardian can cancel it`)];
}

type Tried = { readonly finding: Finding; readonly id: Hex | null };

/** As if it were sent now: the row, the guard and the requests contract all say whether they take it. */
async function attempt({ rpc }: Source, from: Hex, { target, data }: Action): Promise<Tried> {
  try {
    const result = answers.data(await rpc('eth_call', [{ from, to: target, data }, 'latest']), 'the id of a request');
    const id = decodeFunctionResult({ abi: REQUESTS_ABI, functionName: 'request', data: result });
    return { finding: fine('asked now, the contracts and the guard take it'), id };
  } catch (error) {
    const words = revertWords(error);
    if (words === null) throw error;
    return { finding: problem(`asked now, it would revert: ${words}`), id: null };
  }
}

type Concluding = {
  readonly source: Source;
  readonly options: Options;
  readonly sender: Sender;
  readonly asking: Asking;
  readonly tried: Tried;
  readonly findings: readonly Finding[];
};

async function conclude({ source, options, sender, asking, tried, findings }: Concluding): Promise<Shown> {
  const { action, details, intent } = asking;
  const transaction: Call = { to: action.target, data: action.data };
  const ok = findings.every(({ is }) => is !== 'problem');
  const sent = ok && options['dry-run'] !== true ? await sender.send(transaction) : null;
  const requestId = sent === null ? tried.id : await askedIn(source, sender.address, sent, intent);
  const next = sent === null ? null : `quorate request ${requestId} --watch${readingOptions(options)}`;
  const { words } = action;
  const json = { requester: sender.address, words, findings, transaction, requestId, sent, next, ...details };
  const head = table([
    ['asked by', sender.address],
    ['until', time(intent.deadline)],
  ]);
  const lines = [head, ...words.map((line) => `  ${line}`), ...findingLines(findings), '', ...ending(ok, json)];
  return { json, text: lines.join('\n'), ok };
}

type End = { readonly requestId: Hex | null; readonly sent: Sent | null; readonly next: string | null };

function ending(ok: boolean, { requestId, sent, next }: End): string[] {
  if (!ok) return [NOT_ASKED];
  if (sent === null) return ['nothing was sent (--dry-run)', `it would be request ${requestId}, if nobody asks before`];
  return [`asked: request ${requestId}, in block ${sent.block}`, `next: ${next}`];
}

/** Whoever looks at it needs no account. */
function readingOptions({ 'key-file': _, from: __, ...options }: Options): string {
  return sameOptions(options);
}
