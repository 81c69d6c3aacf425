/** What this host wants brought about on chain, and the transactions for it. Its only owner. */

import type { View } from '../chain/view/view.ts';
import { describe, isRetryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sent, Store } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { createGather, type Load, standingOf } from './gather.ts';
import type { Goal } from './goals/goal.ts';
import type { Contracts } from './goals/rule.ts';
import { goalId, KINDS, ruleOf } from './goals/rules.ts';
import { costOf, Lane } from './lane.ts';
import { createOutcomes, LOOK_AGAIN } from './outcomes.ts';
import { createPricing } from './pricing.ts';
import { createSend } from './send.ts';
import { createStuck } from './stuck.ts';
import { createTendSent } from './tendSent.ts';
import { createWant, isForgotten } from './wanting.ts';
import { createWatchGas } from './watchGas.ts';
import { LARGEST_BATCH, Wishes } from './wishes.ts';

export type Poster = {
  /** The same goal twice is one. `rank`: how many other hosts go first. Nothing is lost when it is forgotten: whoever wants it asks again. */
  want(goal: Goal, rank: number): void;
  /** Whether this goal is pursued: wanted, sent, mined, or reached and not taken back. */
  isPursued(goal: Goal): boolean;
  /** One step: tends what is under way, sends what is due. */
  tend(): Promise<void>;
};
