/** Proposals as the governor's events have them, and `quorate proposals`, which lists them. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal } from '../../host/errors.ts';
import { printableStart } from '../../host/printable.ts';
import { GOVERNOR_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { timingOf } from '../words/timing.ts';

export const PROPOSAL_STATES = [
  'pending',
  'active',
  'cancelled',
  'defeated',
  'succeeded',
  'queued',
  'expired',
  'executed',
] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export type Proposal = {
  readonly id: bigint;
  readonly proposer: Hex;
  readonly targets: readonly Hex[];
  readonly calldatas: readonly Hex[];
  readonly description: string;
  /** blocks */
  readonly voteStart: bigint;
};

export const proposals: Command = {
  summary: 'list the proposals: state, title, proposer',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const json = await reading(async () =>
      Promise.all((await proposalsOf(source)).map(async (one) => ({ ...one, state: await stateOf(source, one.id) }))),
    );
    const rows = json.map(({ id, state, description, proposer }) => [
      shortened(id),
      state,
      titleOf(description),
      proposer,
    ]);
    const text = rows.length === 0 ? 'no proposals yet' : table([['proposal', 'state', 'title', 'proposer'], ...rows]);
    return { json, text, ok: true };
  },
};

export async function proposalsOf(source: Source): Promise<readonly Proposal[]> {
  const governor = addressOf(source.record, 'governor');
  const topics = encodeEventTopics({ abi: GOVERNOR_ABI, eventName: 'ProposalCreated' }) as [Hex];
  const { block } = await timingOf(source);
  const logs = await logsOf(source, governor, topics, { from: source.startBlock, to: block });
  return logs.flatMap(({ data }) => {
    const { args } = decodeEventLog({ abi: GOVERNOR_ABI, eventName: 'ProposalCreated', data, topics: [...topics] });
    if (args === undefined) return [];
    const { proposalId: id, proposer, targets, calldatas, description, voteStart } = args;
    return [{ id, proposer, targets, calldatas, description, voteStart }];
  });
}

/** By its number or the first six digits of it or more. @throws Fatal CONFIG_INVALID */
export async function proposalOf(source: Source, text: string): Promise<Proposal> {
  const digits = text.replace(/…$/, '');
  if (/^\d{1,5}$/.test(digits))
    throw new Fatal('CONFIG_INVALID', `${digits} may be many proposals`, 'Name its first six digits, or more.');
  const known = /^\d{6,78}$/.test(digits) ? await proposalsOf(source) : [];
  const found = known.filter(({ id }) => id.toString().startsWith(digits));
  const [proposal] = found;
  if (proposal !== undefined && found.length === 1) return proposal;
  const detail = found.length === 0 ? `there is no proposal ${text}` : `${found.length} proposals begin with ${digits}`;
  throw new Fatal(
    'CONFIG_INVALID',
    detail,
    '`quorate proposals` lists them; the first digits, six or more, are enough.',
  );
}

export async function stateOf({ rpc, record }: Pick<Source, 'rpc' | 'record'>, id: bigint): Promise<ProposalState> {
  const state = await view(rpc, addressOf(record, 'governor'), GOVERNOR_ABI, 'state', [id]);
  return PROPOSAL_STATES[state] ?? 'pending';
}

/** Its first line; whoever proposed it wrote it. */
export function titleOf(description: string): string {
  const [line = ''] = description.split('\n');
  return printableStart(line.replace(/^#\s*/, ''), 80);
}

export function shortened(id: bigint): string {
  return `${id.toString().slice(0, 12)}…`;
}
