/** Transactions that nobody mines: for more, or, where nobody needs them any more, with something else under their nonce. */

import { isRetryable } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sent } from '../ports/store.ts';
import type { Problems } from '../problems.ts';
import type { Gather } from './gather.ts';
import type { Known, Now } from './goals/rule.ts';
import { standingOf } from './goals/rules.ts';
import type { Lane } from './lane.ts';
import type { Load } from './load.ts';
import type { Outcomes } from './outcomes.ts';
import { type Pricing, priceOf } from './pricing.ts';
import { EMPTY_GAS, type Send } from './send.ts';

export type Stuck = {
  /** Looks after the first in flight of an account, and after those whose fee the market has left behind. */
  tend(lane: Lane): Promise<void>;
};

export function createStuck(
  { chain, clock }: { readonly chain: Now; readonly clock: Clock },
  view: Known,
  problems: Problems,
  parts: {
    readonly outcomes: Outcomes;
    readonly gather: Gather;
    readonly pricing: Pricing;
    readonly send: Send;
  },
  bump: number,
): Stuck {
  const { outcomes, gather, pricing, send } = parts;
  const isOpen = async ({ goals }: Sent): Promise<boolean> => {
    for (const goal of goals) if ((await standingOf(goal, chain, view)) === 'open') return true;
    return false;
  };
  /** What nobody needs any more gives its nonce to the next posting, at the last acceptable fee where no higher one is. */
  const replace = async (lane: Lane, sent: Sent): Promise<void> => {
    for (const goal of sent.goals) {
      const standing = await standingOf(goal, chain, view);
      if (standing !== 'open') outcomes.found(goal, standing);
    }
    const load = await gather(0);
    const gas = await gasOf(lane, load);
    const price = (await pricing.raised(sent, gas)) ?? priceOf(sent);
    const other = gas === EMPTY_GAS ? null : load;
    const delivery = await send.instead(lane, sent, other, gas, price);
    if (other !== null && (delivery === 'taken' || delivery === 'later')) outcomes.sent(other.goals);
  };
  const gasOf = async (lane: Lane, load: Load | null): Promise<bigint> => {
    if (load === null) return EMPTY_GAS;
    try {
      return await send.gasFor(lane, load);
    } catch (error) {
      if (!isRetryable(error, 'TRANSACTION_REVERTS')) throw error;
      return EMPTY_GAS; // the nonce is freed all the same, and why it would revert is found out in its own turn
    }
  };
  const raise = async (lane: Lane, sent: Sent): Promise<void> => {
    if (sent.goals.length === 0 || !(await isOpen(sent))) return replace(lane, sent);
    const price = await pricing.raised(sent, BigInt(sent.gas));
    lane.isStuck = price === null;
    if (lane.isStuck) problems.set(`stuck ${lane.account}`, wordsFor(sent));
    if (price !== null) return void (await send.raised(lane, sent, price));
    lane.put({ ...sent, sentAt: clock.now() });
    await send.again(lane, sent); // a pool may have forgotten it
  };
  /** Filling so many nonces would cost more than what waits behind them: it is sent anew under those that are next. */
  const leave = (lane: Lane): void => {
    for (const sent of lane.stranded) {
      lane.strand(sent);
      outcomes.again(sent.goals, 'stranded');
    }
  };
  /** What had these nonces was another's, and is gone. */
  const fill = async (lane: Lane, first: Sent): Promise<void> => {
    lane.isStuck = false;
    const price = await pricing.first(EMPTY_GAS, lane.counted(lane.gap[0] ?? lane.next));
    if (price === 'waits' || price === 'dear') return;
    for (const nonce of lane.gap) if ((await send.fill(lane, nonce, price)) !== 'taken') break;
    lane.put({ ...first, sentAt: clock.now() });
  };
  return {
    tend: async (lane) => {
      const now = clock.now();
      const first = lane.line(now);
      if (!lane.isStuck) problems.clear(`stuck ${lane.account}`);
      if (first === undefined || now - Math.max(first.sentAt, lane.firstSince) < bump) return;
      if (lane.stranded.length > 0) return leave(lane);
      if (lane.gap.length > 0) return fill(lane, first);
      await raise(lane, first);
      const { baseFee } = await pricing.market();
      const isLeftBehind = ({ nonce, sentAt, maxFeePerGas }: Sent) =>
        nonce > first.nonce && now - sentAt >= bump && BigInt(maxFeePerGas) < baseFee;
      for (const sent of lane.rows('sent').filter(isLeftBehind)) await raise(lane, sent);
    },
  };
}

function wordsFor({ account, nonce, maxFeePerGas, gas }: Sent): string {
  return `transaction ${nonce} of the gas account ${account} is stuck at the highest fee that \`fees\` allows (${maxFeePerGas} wei per gas, ${gas} gas): raise it, or wait for the market`;
}
