/** Of an enclave that has seen two chains: nothing that it began on either goes on. */

import type { Refused } from '../../formats/refusal.ts';
import type { Rooted } from '../process.ts';
import { endWithoutBlame } from './endWithoutBlame.ts';

export function endAll(life: Pick<Rooted, 'sessions' | 'counters' | 'emit'>, { code, message }: Refused): void {
  for (const active of life.sessions.list()) {
    active.course.giveUp();
    life.sessions.remove(active);
    endWithoutBlame(life, active.session, 'overtaken', `${code}: ${message}`);
  }
}
