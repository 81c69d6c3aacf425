/** What all proposals have in common: they are built, looked at as if they had passed, and only then sent. */

import { Fatal } from '../../host/errors.ts';
import { printable } from '../../host/printable.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requireSender, SENDER, type Sender, senderOf } from '../chain/sender.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Option, type Options, option, type Shown } from '../command.ts';
import { type Finding, findingLines } from '../finding.ts';
import { sameOptions, votingWords } from '../vote/nextOf.ts';
import { duration, time } from '../words/named.ts';
import { type Timing, timingOf } from '../words/timing.ts';
import { examined } from './checks.ts';
import { guarded, guardsOf } from './guards.ts';
import { type Action, descriptionOf, proposalIdOf, proposeData } from './proposal.ts';

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
  {
    name: 'keep-live',
    means: 'ids of keys (or their first characters), by commas, that must still be able to sign when this is executed',
  },
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
      const drafted = await draft({ source, options, timing });
      const actions = guarded(drafted.actions, await guardsOf(source, options));
      const description = descriptionOf(
        title,
        typeof options.text === 'string' ? options.text : '',
        sender?.address ?? null,
      );
      const findings = [...drafted.findings, ...(await examined(source, actions, description, sender))];
      return conclude({ source, options, timing, sender, description, drafted: { ...drafted, actions, findings } });
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
  const end = ending({ isBad, isSent: sent !== null, isEmpty: actions.length === 0 }, id, options);
  const voting = `${votingWords(timing, sent?.block ?? timing.block + 1)}; then the timelock waits ${duration(timing.timelockDelay)}`;
  return { json, text: [...worded(description, drafted, timing, voting), ...end].join('\n'), ok: !isBad };
}

function worded(description: string, { actions, findings }: Draft, timing: Timing, voting: string): string[] {
  return [
    ...description.split('\n').map((line) => `| ${printable(line)}`),
    '',
    ...actions.flatMap(({ contract, words }, at) => [`${at + 1}. ${contract}`, ...words.map((line) => `     ${line}`)]),
    '',
    `${voting}: executable from about ${time(timing.earliest)} on`,
    ...findingLines(findings),
    '',
  ];
}

type End = { readonly isBad: boolean; readonly isSent: boolean; readonly isEmpty: boolean };

function ending({ isBad, isSent, isEmpty }: End, id: bigint, options: Options): string[] {
  if (isEmpty && options['despite-problems'] === true)
    return ['not proposed, --despite-problems or not: without what is marked PROBLEM there is nothing to call.'];
  if (isBad) return ['not proposed: it would fail as it stands. Mend what is marked PROBLEM.'];
  if (!isSent) return ['nothing was sent (--dry-run)', `it would be proposal ${id}`];
  return [`proposed: ${id}`, `next: quorate vote ${id} --support for${sameOptions(options)}`];
}

function requireTitle(title: string): string {
  if (/^[^\n#][^\n]{0,199}$/.test(title)) return title;
  throw new Fatal(
    'CONFIG_INVALID',
    '--title is no line of 1 to 200 characters',
    'The title is one line and begins without `#`.',
  );
}
