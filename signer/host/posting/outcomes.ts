/** What becomes of wishes: reached by somebody, out of reach, failed, or to be posted once more. */

import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import type { Times } from '../settings.ts';
import type { Known, Now, Standing } from './goals/rule.ts';
import type { Goal } from './goals/rules.ts';
import { goalId, ruleOf, standingOf } from './goals/rules.ts';
import type { Grudges } from './grudges.ts';
import type { Want } from './wanting.ts';
import type { Wishes } from './wishes.ts';

export type Outcomes = {
  /** The latest block says so: final it is not. */
  found(goal: Goal, standing: Exclude<Standing, 'open'>): void;
  /** It was, or would have been, reverted: many are tried in halves, a single one later each time, and given up in the end. */
  failed(goals: readonly Goal[], outcome: string, reason?: string): void;
  /** Nobody's fault: wanted again, but somebody may have been faster. */
  again(goals: readonly Goal[], outcome: string): void;
  /** An estimate says so: many are tried in halves, a single one is looked up first. */
  reverts(goals: readonly Goal[], reason: string): Promise<void>;
  /** They are on their way. */
  sent(goals: readonly Goal[]): void;
  /** They are in a block. */
  mined(goals: readonly Goal[]): void;
  /** It was reverted in a block, and paid for. */
  reverted(goals: readonly Goal[], block: number): Promise<void>;
  /** They did not leave, for want of gas: as before, in halves. */
  unsent(goals: readonly Goal[]): void;
  /** Given up for now. */
  rest(goal: Goal): void;
};

/** Failures before a wish is given up; who wants it still may want it again. */
const MOST_FAILURES = 8;
/** Polls before something that was given up is wanted again. */
const PAUSE = 4;
/** What others have reached is looked at again after so many milliseconds, then after twice as many, and so on. */
export const LOOK_AGAIN = 60_000;

/** Nobody else posts them, and without them this node signs nothing: their failure is for its operator to mend. */
const OWN: ReadonlySet<Goal['kind']> = new Set(['bring-collateral', 'register', 'record-boot']);
const MOST_WORDS = 400;
/** How it was found out is nobody's affair who has to mend it. */
const ASKED = /^eth_estimateGas: (?:reverts with )?/;
const topicOf = ({ kind }: Goal): string => `posting ${kind}`;

type Ports = { readonly chain: Now; readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };

export function createOutcomes(
  { chain, clock, log, metrics }: Ports,
  known: Known,
  wishes: Wishes,
  want: Want,
  grudges: Grudges,
  times: Pick<Times, 'poll'>,
  problems: Pick<Problems, 'set' | 'clear'>,
): Outcomes {
  const counted = (goals: readonly Goal[], outcome: string) => {
    for (const { kind } of goals) metrics.add('quorate_postings_total', { kind, outcome });
  };
  const rest = (goal: Goal) => wishes.change(goal, { state: 'resting', notBefore: clock.now() + PAUSE * times.poll });
  const later = (goal: Goal) => {
    const failures = (wishes.get(goal)?.failures ?? 0) + 1;
    const notBefore = clock.now() + times.poll * 2 ** Math.min(failures, 6);
    const state = failures >= MOST_FAILURES ? 'resting' : 'wanted';
    wishes.change(goal, { state, failures, notBefore, isContested: true });
    if (state === 'resting') counted([goal], 'given-up');
  };
  const halve = (goals: readonly Goal[]) => {
    const most = Math.max(1, Math.floor(goals.length / 2));
    for (const goal of goals) wishes.change(goal, { state: 'wanted', notBefore: clock.now(), most });
  };
  const failed = (goals: readonly Goal[], outcome: string, reason = outcome) => {
    log('warn', 'a transaction does not do its work', { goals: goals.map(goalId), outcome, reason });
    counted(goals, outcome);
    const [single] = goals;
    if (goals.length === 1 && single !== undefined && OWN.has(single.kind))
      problems.set(
        topicOf(single),
        `the chain does not take what this node has to post (${single.kind}): ${reason.replace(ASKED, '').slice(0, MOST_WORDS)}`,
      );
    if (goals.length === 1 && single !== undefined) later(single);
    else halve(goals);
  };
  const found: Outcomes['found'] = (goal, standing) => {
    counted([goal], standing);
    problems.clear(topicOf(goal));
    const { otherwise } = ruleOf(goal.kind);
    const instead = standing === 'out-of-reach' ? otherwise?.(goal) : undefined;
    const rank = wishes.get(goal)?.rank ?? 0;
    if (standing === 'reached' || instead !== undefined)
      wishes.change(goal, { state: 'reached', failures: 0, notBefore: clock.now() + LOOK_AGAIN });
    else rest(goal);
    if (instead !== undefined) want(instead, rank);
  };
  const reverts: Outcomes['reverts'] = async (goals, reason) => {
    const [single] = goals;
    const standing = goals.length === 1 && single !== undefined ? await standingOf(single, chain, known) : 'open';
    if (standing === 'open' || single === undefined) failed(goals, 'reverts', reason);
    else found(single, standing);
  };
  const judgesOf = (goals: readonly Goal[]) => goals.flatMap((goal) => ruleOf(goal.kind).judge?.(goal, known) ?? []);
  return {
    sent: (goals) => {
      for (const goal of goals) wishes.change(goal, { state: 'sent' });
      for (const judge of judgesOf(goals)) grudges.tried(judge);
    },
    mined: (goals) => {
      counted(goals, 'mined');
      for (const goal of goals) problems.clear(topicOf(goal));
      for (const judge of judgesOf(goals)) grudges.ease(judge);
    },
    rest,
    found,
    failed,
    unsent: halve,
    reverts,
    reverted: async (goals, block) => {
      for (const judge of judgesOf(goals)) grudges.hold(judge);
      await reverts(goals, `reverted in block ${block}`);
    },
    again: (goals, outcome) => {
      log('warn', 'a transaction did not do its work', { goals: goals.map(goalId), outcome });
      counted(goals, outcome);
      const notBefore = clock.now() + times.poll;
      for (const goal of goals) {
        const failures = (wishes.get(goal)?.failures ?? 0) + 1;
        wishes.change(goal, { state: 'wanted', notBefore, failures, most: 1, isContested: true });
      }
    },
  };
}
