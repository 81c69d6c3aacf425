/** Wanting something on chain: once each, not what is there already, and what it needs before it. */

import type { View } from '../chain/view/view.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Times } from '../settings.ts';
import type { Goal } from './goals/goal.ts';
import { ruleOf } from './goals/rules.ts';
import { LARGEST_BATCH, type Wish, type Wishes } from './wishes.ts';

export type Want = (goal: Goal, rank: number) => void;

export function createWant(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  view: Pick<View, 'ledger'>,
  wishes: Wishes,
  times: Pick<Times, 'post'>,
): Want {
  const want: Want = (goal, rank) => {
    const rule = ruleOf(goal.kind);
    const complete = rule.complete === undefined ? goal : rule.complete(goal, view.ledger);
    if (complete === null) return log('info', 'a result that nobody waits for', { goal: rule.id(goal) });
    const shown = rule.shown(complete, view.ledger);
    if (shown === 'out-of-reach' && rule.otherwise !== undefined) return want(rule.otherwise(complete), rank);
    if (shown !== 'open') return;
    const needed = rule.needs?.(complete, view.ledger) ?? null;
    if (needed !== null) want(needed, rank);
    wish(complete, rank);
  };
  const wish = (goal: Goal, rank: number) => {
    const notBefore = clock.now() + rank * times.post;
    const known = wishes.get(goal);
    if (known?.state === 'wanted' && known.failures === 0 && notBefore < known.notBefore)
      wishes.change(goal, { rank, notBefore });
    if (known !== undefined && !isForgotten(known, clock.now())) return;
    wishes.put(wished(goal, rank, notBefore));
    log('info', 'wants a transaction', { goal: ruleOf(goal.kind).id(goal), rank });
  };
  return want;
}

/** Whoever still wants it may want it again. */
export function isForgotten({ state, notBefore }: Wish, now: number): boolean {
  return state === 'resting' && now >= notBefore;
}

function wished(goal: Goal, rank: number, notBefore: number): Wish {
  return { goal, rank, state: 'wanted', notBefore, failures: 0, most: LARGEST_BATCH, isContested: rank > 0 };
}
