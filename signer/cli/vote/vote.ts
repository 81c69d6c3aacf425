/** `quorate vote`, `queue`, `execute`: what happens to a proposal, one transaction each. */

import { setTimeout } from 'node:timers/promises';
import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal } from '../../host/errors.ts';
import { GOVERNOR_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requireSender, SENDER, type Sender } from '../chain/sender.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, type Options, option, type Shown, type Word } from '../command.ts';
import { duration, time } from '../words/named.ts';
import { clockWords, latestBlock, timingOf } from '../words/timing.ts';
import { nextOf, sameOptions } from './nextOf.ts';
import { type Proposal, type ProposalState, proposalOf, stateOf, titleOf } from './proposals.ts';
import { requestsOf } from './requestsOf.ts';

const SUPPORT: Readonly<Record<string, number>> = { against: 0, for: 1, abstain: 2 };
const WHICH: Word = { name: 'ID', means: 'number of the proposal, or its first digits' };

export const vote: Command = {
  summary: 'vote on a proposal',
  options: [
    { name: 'support', means: 'for, against or abstain', required: true },
    { name: 'reason', means: 'words that are kept beside the vote' },
    ...SENDER,
    ...SOURCE,
  ],
  file: WHICH,
  run: (options) =>
    act(options, 'active', (source, proposal, sender) => cast(source, options, proposal, sender), untilItBegins),
};

export const queue: Command = {
  summary: 'queue a proposal that has passed: the timelock begins to wait',
  options: [...SENDER, ...SOURCE],
  file: WHICH,
  run: (options) => act(options, 'succeeded', async () => governorCall('queue')),
};

export const execute: Command = {
  summary: 'execute a proposal that has waited',
  options: [...SENDER, ...SOURCE],
  file: WHICH,
  run: (options) =>
    act(options, 'queued', async (source, { id }) => {
      await requireWaited(source, id);
      return governorCall('execute');
    }),
};

type Act = (id: bigint) => Hex;

async function act(
  options: Options,
  needed: ProposalState,
  prepare: (source: Source, proposal: Proposal, sender: Sender) => Promise<Act>,
  wait: (source: Source, proposal: Proposal) => Promise<void> = async () => {},
): Promise<Shown> {
  const source = await openSource(options);
  const sender = requireSender(source, options);
  return reading(async () => {
    const proposal = await proposalOf(source, option(options, 'file'));
    await wait(source, proposal);
    await requireState(source, proposal, needed, options);
    const data = (await prepare(source, proposal, sender))(proposal.id);
    const sent = await sender.send({ to: addressOf(source.record, 'governor'), data });
    const state = await stateOf(source, proposal.id);
    const requests = state === 'executed' ? await requestsOf(source, proposal, sent) : [];
    const next = await nextOf(source, proposal, state, options);
    const said = { proposalId: proposal.id.toString(), title: titleOf(proposal.description), state };
    const json = { ...said, requests, sent, next };
    const lines = [`${state}: ${json.title}`, `transaction ${sent.hash} in block ${sent.block}`, next];
    return { json, text: [...lines, ...requests.map((id) => followed(id, options))].join('\n'), ok: true };
  });
}

/** Blocks that somebody who has just proposed waits for, rather than being told to come again; and for how long, in milliseconds. */
const [SOON, PATIENCE, EVERY] = [2n, 60_000, 1_000];

/** Voting is open once `voteStart` lies behind. */
async function untilItBegins(source: Source, { voteStart }: Proposal): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const left = voteStart - BigInt(await latestBlock(source));
    if (left < 0n || left > SOON || performance.now() > end) return;
    await setTimeout(EVERY);
  }
}

function followed(request: Hex, options: Options): string {
  const { rpc, deployment, config } = options;
  return `asked for ${request}: quorate request ${request} --watch${sameOptions({ rpc, deployment, config })}`;
}

function governorCall(functionName: 'queue' | 'execute'): Act {
  return (id) => encodeFunctionData({ abi: GOVERNOR_ABI, functionName, args: [id] });
}

async function cast(
  { rpc, record }: Source,
  options: Options,
  { id, voteStart }: Proposal,
  { address }: Sender,
): Promise<Act> {
  const support = SUPPORT[option(options, 'support')];
  if (support === undefined)
    throw new Fatal('CONFIG_INVALID', '--support is neither for, against nor abstain', 'Say one of them.');
  const governor = addressOf(record, 'governor');
  if (await view(rpc, governor, GOVERNOR_ABI, 'hasVoted', [id, address]))
    throw new Fatal('CONFIG_INVALID', `${address} has voted on it already`, 'A vote cannot be changed.');
  const weight = await view(rpc, governor, GOVERNOR_ABI, 'getVotes', [address, voteStart]);
  if (weight === 0n)
    throw new Fatal(
      'CONFIG_INVALID',
      `${address} had no votes when this vote began`,
      'Delegate before the next one begins, to yourself or to somebody.',
    );
  const reason = typeof options.reason === 'string' ? options.reason : '';
  return () =>
    encodeFunctionData({ abi: GOVERNOR_ABI, functionName: 'castVoteWithReason', args: [id, support, reason] });
}

async function requireState(
  source: Source,
  proposal: Proposal,
  needed: ProposalState,
  options: Options,
): Promise<void> {
  const state = await stateOf(source, proposal.id);
  if (state !== needed)
    throw new Fatal(
      'CONFIG_INVALID',
      `the proposal is ${state}, this needs one that is ${needed}`,
      await nextOf(source, proposal, state, options),
    );
}

async function requireWaited(source: Source, id: bigint): Promise<void> {
  const eta = Number(await view(source.rpc, addressOf(source.record, 'governor'), GOVERNOR_ABI, 'proposalEta', [id]));
  const timing = await timingOf(source);
  const { now } = timing;
  // the next block is a second later at least
  if (eta > Math.max(now + 1, Math.floor(Date.now() / 1_000)))
    throw new Fatal(
      'CONFIG_INVALID',
      `the timelock waits until ${time(eta)}${clockWords(timing)}`,
      `Execute it in ${duration(eta - now)}.`,
    );
}
