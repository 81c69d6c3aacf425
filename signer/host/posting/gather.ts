/** What goes into the next transaction: the most urgent wish that is due, and those like it that fit into the same call. */

import { size } from 'viem';
import type { Clock } from '../ports/clock.ts';
import type { Goal } from './goals/goal.ts';
import type { Call, Contracts, Known, Now } from './goals/rule.ts';
import { KINDS, ruleOf, standingOf } from './goals/rules.ts';
import type { Outcomes } from './outcomes.ts';
import type { Want } from './wanting.ts';
import type { Wish, Wishes } from './wishes.ts';

export type Load = {
  readonly goals: readonly Goal[];
  readonly call: Call;
  /** declared; 0 where an estimate is enough */
  readonly gas: bigint;
  /** Something that it needs is on its way under a lower nonce: it would revert until that is mined, so no estimate. */
  readonly isAhead: boolean;
};

export type Gather = {
  /** The `slot`-th transaction; null when nothing is due. */
  next(slot: number): Promise<Load | null>;
  /** The call for these goals, all or none. */
  callFor(goals: readonly Goal[]): Call | null;
};

/** By declared figures: well below what a transaction may use. */
const BATCH_GAS = 12_000_000n;
/** Nodes take no transaction over 128 KiB. */
const BATCH_BYTES = 100_000;
/** Every so many transactions one is for what waits to become READY: those that are signed must not starve it. */
const TURN = 4;

export function createGather(
  { chain, clock }: { readonly chain: Now; readonly clock: Clock },
  view: Known,
  contracts: Contracts,
  wishes: Wishes,
  outcomes: Outcomes,
  want: Want,
): Gather {
  const callFor = (goals: readonly Goal[]): Call | null => {
    const [first] = goals;
    if (first === undefined) return null;
    const { call, batch } = ruleOf(first.kind);
    if (goals.length === 1) return call(first, view, contracts);
    return batch?.call(goals, view, contracts) ?? null;
  };
  /** Of what it needs: nothing, on its way, or not yet sent. */
  const needOf = (wish: Wish): 'none' | 'ahead' | 'waits' => {
    const needed = ruleOf(wish.goal.kind).needs?.(wish.goal, view) ?? null;
    if (needed === null) return 'none';
    const other = wishes.get(needed);
    if (other === undefined) want(needed, 0);
    const state = other?.state ?? 'wanted';
    return state === 'sent' ? 'ahead' : state === 'wanted' ? 'waits' : 'none';
  };
  const isOpen = async (wish: Wish): Promise<boolean> => {
    if (!wish.isContested) return true;
    const standing = await standingOf(wish.goal, chain, view);
    if (standing !== 'open') outcomes.settled(wish.goal, standing);
    return standing === 'open';
  };
  const join = async (head: Wish, isAhead: boolean, others: readonly Wish[]): Promise<Load | null> => {
    const { batch, gas } = ruleOf(head.goal.kind);
    const goals: Goal[] = [];
    let declared = 0n;
    let bytes = 0;
    const isMany = head.most > 1 && batch?.mayJoin(head.goal, view) === true;
    for (const wish of [head, ...(isMany ? others : [])]) {
      if (goals.length >= head.most) break;
      if (wish !== head && !(wish.most > 1 && batch?.mayJoin(wish.goal, view) === true)) continue;
      const need = wish === head ? (isAhead ? 'ahead' : 'none') : needOf(wish);
      if (need !== (isAhead ? 'ahead' : 'none') || (wish !== head && !(await isOpen(wish)))) continue;
      const single = callFor([wish.goal]);
      if (single === null) {
        outcomes.rest(wish.goal);
        if (wish === head) return null;
        continue;
      }
      const more = gas(wish.goal, view);
      if (goals.length > 0 && (declared + more > BATCH_GAS || bytes + size(single.data) > BATCH_BYTES)) break;
      goals.push(wish.goal);
      declared += more;
      bytes += size(single.data);
    }
    const call = callFor(goals);
    return call === null ? null : { goals, call, gas: declared, isAhead };
  };
  const ofKind = async (kind: Goal['kind']): Promise<Load | null> => {
    const due = wishes.due(kind, 'wanted', clock.now());
    for (const [at, wish] of due.entries()) {
      const need = needOf(wish);
      if (need === 'waits' || !(await isOpen(wish))) continue;
      const load = await join(wish, need === 'ahead', due.slice(at + 1));
      if (load !== null) return load;
    }
    return null;
  };
  return {
    callFor,
    next: async (slot) => {
      const first: readonly Goal['kind'][] = slot % TURN === TURN - 1 ? ['mark-ready'] : [];
      for (const kind of [...first, ...KINDS]) {
        const load = await ofKind(kind);
        if (load !== null) return load;
      }
      return null;
    },
  };
}
