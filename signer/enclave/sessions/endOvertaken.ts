/** Running sessions that a newer block forbids: a pause, a vote or a cancellation counts from the moment that it is proven here (I7). */

import { Refused } from '../../formats/refusal.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Rooted } from '../process.ts';
import { endWithoutBlame } from './endWithoutBlame.ts';
import type { Active } from './sessions.ts';

export function endOvertaken(life: Pick<Rooted, 'sessions' | 'counters' | 'emit'>, newer: ProvenState): void {
  for (const active of life.sessions.list()) {
    const reason = forbidden(active, newer);
    if (reason === undefined) continue;
    active.course.giveUp();
    life.sessions.remove(active);
    endWithoutBlame(life, active.session, 'overtaken', reason);
  }
}

/** More nodes of the block that a session is pinned to, or of one below it, say nothing new about it. */
function forbidden({ session, judge }: Active, newer: ProvenState): string | undefined {
  if (judge === undefined || newer.block.number <= session.block.number) return undefined;
  try {
    judge(newer);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `${error.code}: ${error.message}`;
  }
}
