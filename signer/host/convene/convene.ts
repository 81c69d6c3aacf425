/** Stage 4: who leads, with which members, at which block and for which requests: whatever is due now is begun. */

import type { Times } from '../settings.ts';
import type { Ceremonies } from './ceremonies.ts';
import type { Grants } from './grants.ts';
import type { Judging } from './judging.ts';
import type { Lanes } from './lanes.ts';
import type { Pairing } from './pairing.ts';

export type Owners = {
  readonly ceremonies: Ceremonies;
  readonly grants: Grants;
  readonly judging: Judging;
  readonly lanes: Lanes;
  readonly pairing: Pairing;
};

/** Returns at once: what is begun goes on beside it. Keys are made first, OT is set up for them, others are answered next, and this host leads last. */
export function convene(
  { ceremonies, grants, judging, lanes, pairing }: Owners,
  times: Pick<Times, 'invite' | 'session'>,
): void {
  ceremonies.work();
  pairing.work();
  grants.answer(times.invite + times.session);
  judging.work();
  lanes.work();
}
