/** Running sessions that a new head forbids: a pause, a vote or a cancellation counts from the moment that it is proven here (I7). */

import { isEqual } from '../../formats/equal.ts';
import { Refused } from '../../formats/refusal.ts';
import type { ProvenState } from '../../proof/state.ts';
import type { Life } from '../life.ts';
import { endWithoutBlame } from './endWithoutBlame.ts';
import type { Active } from './sessions.ts';

export function endOvertaken(life: Pick<Life, 'sessions' | 'counters' | 'emit'>, head: ProvenState): void {
  for (const active of life.sessions.list()) {
    const reason = forbidden(active, head);
    if (reason === undefined) continue;
    active.run.giveUp();
    life.sessions.remove(active);
    endWithoutBlame(life, active.session, 'overtaken', reason);
  }
}

/** More nodes of the block that a session is pinned to say nothing new about it. */
function forbidden({ session, judge }: Active, head: ProvenState): string | undefined {
  if (judge === undefined || isEqual(session.block.hash, head.block.hash)) return undefined;
  try {
    judge(head);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `${error.code}: ${error.message}`;
  }
}
