/** What no provider has taken yet is offered again, in the order of nonces; up to the first that is not taken. */

import type { Lane } from './lane.ts';
import { costOf } from './lane.ts';
import type { Outcomes } from './outcomes.ts';
import type { Send } from './send.ts';

export async function resend(lane: Lane, send: Send, outcomes: Outcomes): Promise<void> {
  if (lane.lacks !== null) return;
  for (const sent of lane.untaken) {
    const delivery = await send.again(lane, sent);
    if (delivery === 'taken') continue;
    if (delivery === 'empty') lane.lacks = costOf(sent);
    if (delivery === 'refused' && lane.isLast(sent)) {
      lane.unsend(sent);
      outcomes.failed(sent.goals, 'refused');
    }
    return;
  }
}
