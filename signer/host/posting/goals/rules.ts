/** Every kind of goal with its rule, and what can be wanted on chain: one of them. A new kind is a file and a row. */

import { activate } from './activate.ts';
import { bringCollateral } from './bringCollateral.ts';
import { claimKey } from './claimKey.ts';
import { confirm } from './confirm.ts';
import { expire } from './expire.ts';
import { fulfil } from './fulfil.ts';
import { markReady } from './markReady.ts';
import { openAttempt } from './openAttempt.ts';
import { promote } from './promote.ts';
import { recordBoot } from './recordBoot.ts';
import { recordLate } from './recordLate.ts';
import { refuse } from './refuse.ts';
import { register } from './register.ts';
import type { Known, Now, Rule, Standing } from './rule.ts';

const RULES = {
  'bring-collateral': bringCollateral,
  register,
  'record-boot': recordBoot,
  promote,
  'claim-key': claimKey,
  fulfil,
  confirm,
  activate,
  'mark-ready': markReady,
  'open-attempt': openAttempt,
  expire,
  refuse,
  'record-late': recordLate,
};

type GoalOf<R> = R extends { id(goal: infer G): string } ? G : never;
export type Goal = GoalOf<(typeof RULES)[keyof typeof RULES]>;

/** A row bears the kind of its goals, and no rule wants what is no goal. */
RULES satisfies { readonly [Kind in Goal['kind']]: Rule<Extract<Goal, { readonly kind: Kind }>, Goal> };

/** Most urgent first. */
export const KINDS: readonly Goal['kind'][] = (Object.keys(RULES) as Goal['kind'][]).sort(
  (a, b) => RULES[a].priority - RULES[b].priority,
);

export function ruleOf(kind: Goal['kind']): Rule<Goal, Goal> {
  return RULES[kind] as unknown as Rule<Goal, Goal>;
}

export function goalId(goal: Goal): string {
  return ruleOf(goal.kind).id(goal);
}

/** What is final first, because it costs nothing. */
export async function standingOf(goal: Goal, chain: Now, known: Known): Promise<Standing> {
  const rule = ruleOf(goal.kind);
  const shown = rule.shown(goal, known);
  return shown === 'open' ? rule.standing(goal, chain, known) : shown;
}
