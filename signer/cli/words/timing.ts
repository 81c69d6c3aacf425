/** When a proposal that is made now could be executed, as its governor and timelock have it. */

import * as answers from '../../host/adapters/answers.ts';
import { quantity, type Rpc } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { Fatal } from '../../host/errors.ts';
import { GOVERNOR_ABI, TIMELOCK_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { time } from './named.ts';

export type Timing = {
  /** Unix time in seconds, at the latest block */
  readonly now: number;
  /** the same by this machine's clock, when that block was asked for */
  readonly here: number;
  readonly block: number;
  /** blocks */
  readonly votingDelay: number;
  readonly votingPeriod: number;
  /** seconds */
  readonly timelockDelay: number;
  /** seconds; as the latest blocks were */
  readonly blockTime: number;
  /** Unix time in seconds: nobody could execute it sooner */
  readonly earliest: number;
};

/** Blocks over which the time of one is averaged. */
const AVERAGED = 1_000;

export async function timingOf({ rpc, record }: Pick<Source, 'rpc' | 'record'>): Promise<Timing> {
  const governor = addressOf(record, 'governor');
  const [delay, period, wait, latest] = await Promise.all([
    view(rpc, governor, GOVERNOR_ABI, 'votingDelay', []),
    view(rpc, governor, GOVERNOR_ABI, 'votingPeriod', []),
    view(rpc, addressOf(record, 'timelock'), TIMELOCK_ABI, 'getMinDelay', []),
    blockOf(rpc, 'latest'),
  ]);
  const before = await blockOf(rpc, quantity(Math.max(0, latest.number - AVERAGED)));
  const blockTime = (latest.timestamp - before.timestamp) / Math.max(1, latest.number - before.number);
  const [votingDelay, votingPeriod, timelockDelay] = [Number(delay), Number(period), Number(wait)];
  const earliest = Math.ceil(latest.timestamp + (votingDelay + votingPeriod + 1) * blockTime + timelockDelay);
  return {
    ...{ now: latest.timestamp, here: Math.floor(Date.now() / 1_000), block: latest.number },
    ...{ votingDelay, votingPeriod, timelockDelay, blockTime, earliest },
  };
}

/** About when a block comes, or came. Unix time in seconds. */
export function timeOf(block: number, { now, block: latest, blockTime }: Timing): number {
  return Math.round(now + (block - latest) * blockTime);
}

/** A machine's clock and the chain's differ by more seconds than anybody could overlook. */
const APART = 30;

/** Where the chain's clock is another one than the reader's, how late it is there. */
export function clockWords({ now, here }: Pick<Timing, 'now' | 'here'>): string {
  return Math.abs(now - here) < APART ? '' : ` (by the chain's clock, where it is ${time(now)})`;
}

/** Unix time in seconds, by the latest block. */
export async function latestTime({ rpc }: Pick<Source, 'rpc'>): Promise<number> {
  return (await blockOf(rpc, 'latest')).timestamp;
}

export async function latestBlock({ rpc }: Pick<Source, 'rpc'>): Promise<number> {
  return (await blockOf(rpc, 'latest')).number;
}

async function blockOf(rpc: Rpc, tag: string) {
  const block = answers.block(await rpc('eth_getBlockByNumber', [tag, false]));
  if (block === null) throw new Fatal('CONFIG_INVALID', `the RPC does not have block ${tag}`, 'Name another RPC.');
  return block;
}
