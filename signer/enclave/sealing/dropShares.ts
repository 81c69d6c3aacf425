/** Shares that sign nothing ever again are gone, from memory too. */

import type { Rooted } from '../process.ts';
import { endWithoutBlame } from '../sessions/endWithoutBlame.ts';
import type { Share } from './share.ts';
import { findShare } from './shares.ts';

/** Keeps `left` of the shares that there are. What still runs with another one ends first: it could only fail. */
export function dropShares(life: Rooted, left: readonly Share[]): void {
  const dropped = life.kept.state.shares.filter(({ keyShare }) => !left.some((share) => share.keyShare === keyShare));
  for (const active of life.sessions.list()) {
    if (active.session.kind === 'ot-setup' || findShare(dropped, active.session) === undefined) continue;
    active.course.giveUp();
    life.sessions.remove(active);
    endWithoutBlame(life, active.session, 'overtaken', 'its share has been dropped');
  }
  life.kept.change({ shares: left });
  for (const { keyShare } of dropped) keyShare.secret.wipe();
}
