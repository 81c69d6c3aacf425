/** What goes into the next transaction: the most urgent wish that is due, and those like it that fit into the same call. */

import type { Clock } from '../ports/clock.ts';
import type { Call, Contracts, Known, Now } from './goals/rule.ts';
import type { Goal } from './goals/rules.ts';
import { KINDS, ruleOf, standingOf } from './goals/rules.ts';
import type { Grudges } from './grudges.ts';
import { Filling, type Load } from './load.ts';
import type { Outcomes } from './outcomes.ts';
import type { Want } from './wanting.ts';
import type { Wish, Wishes } from './wishes.ts';

/** The `slot`-th transaction; null when nothing is due. */
export type Gather = (slot: number) => Promise<Load | null>;

/** Every so many transactions one is for what waits to become READY: what is signed must not starve it. */
const TURN = 4;

export function createGather(
  { chain, clock }: { readonly chain: Now; readonly clock: Clock },
  view: Known,
  contracts: Contracts,
  wishes: Wishes,
  outcomes: Outcomes,
  want: Want,
  grudges: Grudges,
): Gather {
  const callFor = (goals: readonly Goal[]): Call | null => {
    const [first] = goals;
    if (first === undefined) return null;
    const { call, batch } = ruleOf(first.kind);
    if (goals.length === 1) return call(first, view, contracts);
    return batch?.call(goals, view, contracts) ?? null;
  };
  /** What it needs and is on its way; null where nothing is missing, undefined where that has to be sent first. */
  const behindOf = ({ goal }: Wish): Goal | null | undefined => {
    const needed = ruleOf(goal.kind).needs?.(goal, view) ?? null;
    if (needed === null) return null;
    const state = wishes.get(needed)?.state;
    if (state === undefined) want(needed, 0);
    if (state === 'sent') return needed;
    return state === undefined || state === 'wanted' ? undefined : null;
  };
  const isHeld = ({ goal }: Wish): boolean => {
    const judge = ruleOf(goal.kind).judge?.(goal, view) ?? null;
    return judge !== null && grudges.waits(judge);
  };
  const isOpen = async ({ goal, isContested }: Wish): Promise<boolean> => {
    const standing = isContested ? await standingOf(goal, chain, view) : 'open';
    if (standing !== 'open') outcomes.found(goal, standing);
    return standing === 'open';
  };
  const ofKind = async (kind: Goal['kind']): Promise<Load | null> => {
    const { batch, gas } = ruleOf(kind);
    const filling = new Filling();
    for (const wish of wishes.due(kind, 'wanted', clock.now())) {
      if (isHeld(wish)) continue;
      const bytes = wish.most === 1 ? null : (batch?.bytes(wish.goal, view) ?? null);
      const behind = behindOf(wish);
      if (behind === undefined || !filling.mayTake(wish, bytes, behind) || !(await isOpen(wish))) continue;
      const more = gas(wish.goal, view);
      if (!filling.hasRoom(more, bytes)) break;
      filling.take(wish, behind, more, bytes);
      if (bytes === null) break;
    }
    const { goals, behind } = filling;
    const call = callFor(goals);
    if (call === null) for (const goal of goals) outcomes.rest(goal);
    return call && { goals, call, gas: filling.gas, behind };
  };
  return async (slot) => {
    const first: readonly Goal['kind'][] = slot % TURN === TURN - 1 ? ['mark-ready'] : [];
    for (const kind of [...first, ...KINDS]) {
      const load = await ofKind(kind);
      if (load !== null) return load;
    }
    return null;
  };
}
