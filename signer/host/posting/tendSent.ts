/** What becomes of transactions: mined, reverted, replaced by another of the same account, or taken back by a reorg. */

import type { View } from '../chain/view/view.ts';
import type { Log } from '../log.ts';
import type { Chain, Receipt } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sent } from '../ports/store.ts';
import type { Known, Now } from './goals/rule.ts';
import { goalId, ruleOf } from './goals/rules.ts';
import type { Lane } from './lane.ts';
import type { Outcomes } from './outcomes.ts';
import type { Wishes } from './wishes.ts';

export type TendSent = {
  /** Looks up what is mined, under nonces that the chain has counted. */
  mined(lane: Lane): Promise<void>;
  /** Looks at what is mined once its block is final, or not there any more. */
  finished(lane: Lane): Promise<void>;
};

type Ports = {
  readonly chain: Pick<Chain, 'receipt'> & Now;
  readonly clock: Clock;
  readonly log: Log;
};

export function createTendSent(
  { chain, clock, log }: Ports,
  view: Known & Pick<View, 'head' | 'isCaughtUp'>,
  wishes: Wishes,
  outcomes: Outcomes,
  poll: number,
): TendSent {
  /** When a used nonce was first seen without a receipt of ours: a provider that lags may have counted it. */
  const missed = new Map<string, number>();
  const firstOf = async (hashes: readonly Sent['raw'][]): Promise<Receipt | null> => {
    for (const hash of [...hashes].reverse()) {
      const receipt = await chain.receipt(hash);
      if (receipt !== null) return receipt;
    }
    return null;
  };
  const isGone = (sent: Sent): boolean => {
    const name = `${sent.account} ${sent.nonce}`;
    const since = missed.get(name) ?? clock.now();
    missed.set(name, since);
    if (clock.now() - since < 2 * poll) return false;
    missed.delete(name);
    return true;
  };
  const look = async (lane: Lane, sent: Sent) => {
    const receipt = await firstOf(sent.hashes);
    if (receipt?.success) {
      lane.put({ ...sent, state: 'mined', minedAt: receipt.block });
      outcomes.mined(sent.goals);
      log('info', 'a transaction is mined', { goals: sent.goals.map(goalId), block: receipt.block });
    } else if (receipt !== null) {
      lane.over(sent);
      if (sent.goals.length > 0) await outcomes.reverted(sent.goals, receipt.block);
    } else if ((await firstOf(sent.former)) !== null) {
      lane.over(sent);
      outcomes.again(sent.goals, 'replaced');
    } else if (isGone(sent)) {
      lane.over(sent);
      outcomes.again(sent.goals, 'nonce-taken');
    }
  };
  const isFinal = ({ minedAt }: Sent) => view.head !== null && minedAt !== null && minedAt <= view.head.number;
  /** Taken back, it may be mined again: it is sent once more under its nonce, as it was. */
  const recheck = async (lane: Lane, sent: Sent) => {
    const open = sent.goals.filter((goal) => ruleOf(goal.kind).shown(goal, view) === 'open');
    const receipt =
      open.length === 0 && isFinal(sent) && sent.goals.length > 0 ? undefined : await firstOf(sent.hashes);
    if (receipt === null) {
      log('warn', 'a transaction was taken back', { goals: sent.goals.map(goalId), nonce: sent.nonce });
      lane.put({ ...sent, state: 'sent', minedAt: null, sentAt: clock.now() });
      lane.taken(sent, false);
      return;
    }
    const block = receipt?.block ?? sent.minedAt;
    if (block !== sent.minedAt) return lane.put({ ...sent, minedAt: block });
    if (!isFinal(sent)) return;
    lane.over(sent);
    for (const goal of sent.goals) if (!open.includes(goal)) wishes.drop(goal);
    if (open.length > 0) outcomes.again(open, 'skipped');
  };
  return {
    mined: async (lane) => {
      for (const sent of lane.rows('sent')) if (sent.nonce < lane.count) await look(lane, sent);
    },
    finished: async (lane) => {
      for (const sent of lane.rows('mined')) {
        if (sent.nonce >= lane.count || (isFinal(sent) && view.isCaughtUp)) await recheck(lane, sent);
      }
    },
  };
}
