/** What comes next for a proposal: when, and the command that does it, as the same person would type it. */

import { view } from '../../host/adapters/rpcViews.ts';
import { GOVERNOR_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import type { Options } from '../command.ts';
import { duration, time } from '../words/named.ts';
import { clockWords, type Timing, timeOf, timingOf } from '../words/timing.ts';
import type { Proposal, ProposalState } from './proposals.ts';

type Deployed = Pick<Source, 'rpc' | 'record'>;
type Vote = Pick<Proposal, 'id' | 'voteStart' | 'targets'>;

export async function nextOf(
  source: Deployed,
  proposal: Vote,
  state: ProposalState,
  options: Options = {},
): Promise<string> {
  const { id, voteStart } = proposal;
  const ask = (functionName: 'proposalDeadline' | 'proposalEta') =>
    view(source.rpc, addressOf(source.record, 'governor'), GOVERNOR_ABI, functionName, [id]).then(Number);
  const type = (verb: string, more = '') => `quorate ${verb} ${id}${more}${sameOptions(options)}`;
  switch (state) {
    case 'pending': {
      const timing = await timingOf(source);
      const when = at(Number(voteStart) + 1, timing);
      return `voting begins ${when}${clockWords(timing)}; then: ${type('vote', ' --support for')}`;
    }
    case 'active': {
      const timing = await timingOf(source);
      const end = at(await ask('proposalDeadline'), timing);
      return `voting ends ${end}${clockWords(timing)}; then: ${type('queue')}`;
    }
    case 'succeeded':
      return `next: ${type('queue')}`;
    case 'queued': {
      const [eta, timing] = [await ask('proposalEta'), await timingOf(source)];
      const wait = eta > timing.now ? `, in ${duration(eta - timing.now)}` : '';
      return `from ${time(eta)} on${wait}${clockWords(timing)}: ${type('execute')}`;
    }
    case 'executed':
      return asks(source, proposal) ? 'done; the request that came of it: quorate requests' : 'done';
    case 'defeated':
      return `${await whyDefeated(source, proposal)}; nothing comes of it any more: propose it anew, under another title or text`;
    case 'cancelled':
      return 'it was cancelled; nothing comes of it any more: propose it anew, under another title or text';
    case 'expired':
      return 'nobody executed it in time; nothing comes of it any more: propose it anew, under another title or text';
  }
}

/** When a vote on what is proposed now would begin and end. */
export function votingWords(timing: Timing, proposedIn: number): string {
  const first = proposedIn + timing.votingDelay + 1;
  const last = proposedIn + timing.votingDelay + timing.votingPeriod;
  const long = `${timing.votingPeriod} blocks, some ${duration(Math.max(1, Math.round(timing.votingPeriod * timing.blockTime)))}`;
  return `voting begins ${at(first, timing)} and ends ${at(last, timing)}, ${long}${clockWords(timing)}`;
}

function at(block: number, timing: Timing): string {
  return `with block ${block} (about ${time(timeOf(block, timing))})`;
}

/** A request is asked for by a call of SigningRequests alone. */
function asks({ record }: Deployed, { targets }: Vote): boolean {
  const requests = addressOf(record, 'signingRequests');
  return targets.some((target) => target.toLowerCase() === requests);
}

async function whyDefeated({ rpc, record }: Deployed, { id, voteStart }: Vote): Promise<string> {
  const governor = addressOf(record, 'governor');
  const [[against, inFavour, abstained], quorum] = await Promise.all([
    view(rpc, governor, GOVERNOR_ABI, 'proposalVotes', [id]),
    view(rpc, governor, GOVERNOR_ABI, 'quorum', [voteStart]),
  ]);
  return defeatWords({ against, inFavour, abstained, quorum });
}

type Count = Readonly<Record<'against' | 'inFavour' | 'abstained' | 'quorum', bigint>>;

/** > quorum: for and abstain; success: more for than against (GovernorCountingSimple) */
export function defeatWords({ against, inFavour, abstained, quorum }: Count): string {
  const [taken, votes] = [inFavour + abstained, `${inFavour} for, ${against} against, ${abstained} abstained`];
  if (taken + against === 0n) return 'nobody voted';
  if (taken < quorum) return `its quorum was not reached: ${taken} of ${quorum} (${votes})`;
  return `no more votes for it than against it: ${votes}`;
}

/** Who acts, and where it is read: what was said on this line has to be said on the next one. */
const KEPT = ['key-file', 'from', 'rpc', 'deployment'] as const;

export function sameOptions(options: Options): string {
  const config = typeof options.config === 'string' ? ['config'] : [];
  return [...KEPT, ...config]
    .flatMap((name) => (typeof options[name] === 'string' ? [` --${name} ${quoted(options[name])}`] : []))
    .join('');
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
