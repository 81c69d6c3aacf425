/** Wanting something on chain: once each, not what is there already, and what it needs before it. */

import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Times } from '../settings.ts';
import type { Known } from './goals/rule.ts';
import type { Goal } from './goals/rules.ts';
import { ruleOf } from './goals/rules.ts';
import { LARGEST_BATCH, type Wish, type Wishes } from './wishes.ts';

export type Want = (goal: Goal, rank: number) => void;

export function createWant(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  known: Known,
  wishes: Wishes,
  times: Pick<Times, 'post'>,
): Want {
  const want: Want = (goal, rank) => {
    const rule = ruleOf(goal.kind);
    const shown = rule.shown(goal, known);
    if (shown === 'out-of-reach' && rule.otherwise !== undefined) return want(rule.otherwise(goal), rank);
    if (shown !== 'open') return;
    const needed = rule.needs?.(goal, known) ?? null;
    if (needed !== null) want(needed, rank);
    wish(goal, rank);
  };
  const wish = (goal: Goal, rank: number) => {
    const notBefore = clock.now() + rank * times.post;
    const known = wishes.get(goal);
    if (known?.state === 'wanted' && known.failures === 0 && notBefore < known.notBefore)
      wishes.change(goal, { rank, notBefore });
    if (known !== undefined && !isForgotten(known, clock.now())) return;
    dropSuperseded(wishes, goal);
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

function dropSuperseded(wishes: Wishes, goal: Goal): void {
  const { supersedes } = ruleOf(goal.kind);
  if (supersedes === undefined) return;
  for (const { goal: earlier } of wishes.due(goal.kind, 'wanted', Number.POSITIVE_INFINITY))
    if (supersedes(goal, earlier)) wishes.drop(earlier);
}
