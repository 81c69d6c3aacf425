/** The poster of one host: wishes, gas accounts and what tends them, wired in a straight line. */

import type { View } from '../chain/view/view.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { createGather } from './gather.ts';
import type { Contracts, Now } from './goals/rule.ts';
import type { Goal } from './goals/rules.ts';
import { ruleOf } from './goals/rules.ts';
import { Grudges } from './grudges.ts';
import { Lane } from './lane.ts';
import { createOutcomes } from './outcomes.ts';
import type { Poster } from './poster.ts';
import { createPricing } from './pricing.ts';
import { resend } from './resend.ts';
import { createReview } from './review.ts';
import { createSend } from './send.ts';
import { createSendDue } from './sendDue.ts';
import { Spending } from './spending.ts';
import { createStuck } from './stuck.ts';
import { createTendSent } from './tendSent.ts';
import { createWant, isForgotten } from './wanting.ts';
import { createWatchGas } from './watchGas.ts';
import { LARGEST_BATCH, type Wish, Wishes } from './wishes.ts';

export type PosterPorts = {
  readonly chain: Now & Pick<Chain, 'nonce' | 'balance' | 'fees' | 'estimateGas' | 'succeeds' | 'send' | 'receipt'>;
  readonly store: Pick<Store, 'fact' | 'setFact' | 'sent' | 'putSent' | 'dropSent'>;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
};

export function createPoster(
  ports: PosterPorts,
  view: View,
  problems: Problems,
  contracts: Contracts,
  { times, fees }: Pick<Settings, 'times' | 'fees'>,
): Poster {
  const { chain, store, clock } = ports;
  const wishes = new Wishes();
  const spending = new Spending(store, clock);
  const rows = store.sent();
  const lanes = ports.wallet.gasAccounts.map(
    (account) =>
      new Lane(
        account,
        store,
        spending,
        rows.filter((row) => row.account === account),
      ),
  );
  for (const goal of rows.flatMap(({ goals }) => goals)) wishes.put(underWay(goal, clock.now()));
  const want = createWant(ports, view, wishes, times);
  const grudges = new Grudges(clock);
  const outcomes = createOutcomes(ports, view, wishes, want, grudges, times, problems);
  const gather = createGather(ports, view, contracts, wishes, outcomes, want, grudges);
  const pricing = createPricing(ports, view, problems, spending, fees);
  const send = createSend(ports);
  const parts = { outcomes, gather, pricing, send };
  const tendSent = createTendSent(ports, view, wishes, outcomes, times.poll);
  const stuck = createStuck(ports, view, problems, parts, times.bump);
  const sendDue = createSendDue(parts, problems, lanes);
  const review = createReview(ports, view, wishes, want);
  const watchGas = createWatchGas(ports, pricing, problems, lanes);

  const tendLane = async (lane: Lane) => {
    lane.count = await chain.nonce(lane.account);
    await tendSent.mined(lane);
    await tendSent.finished(lane);
    await resend(lane, send, outcomes);
    await stuck.tend(lane);
  };
  const tend = async () => {
    await review();
    await watchGas();
    if (!wishes.hasDue(clock.now())) problems.clear('fees');
    if (!wishes.hasDue(clock.now()) && !lanes.some(({ isBusy }) => isBusy)) return;
    for (const lane of lanes) await tendLane(lane);
    await sendDue();
  };
  let tending: Promise<void> | null = null;
  return {
    want,
    isPursued: (goal) => {
      const wish = wishes.get(goal);
      const isWished = wish !== undefined && !isForgotten(wish, clock.now());
      return isWished || ruleOf(goal.kind).shown(goal, view) === 'reached';
    },
    /** One step at a time: who asks meanwhile gets the one that is under way. */
    tend: () => {
      tending ??= tend().finally(() => {
        tending = null;
      });
      return tending;
    },
  };
}

/** After a restart: what was sent is all that is known. */
function underWay(goal: Goal, now: number): Wish {
  return { goal, rank: 0, state: 'sent', notBefore: now, failures: 0, most: LARGEST_BATCH, isContested: true };
}
