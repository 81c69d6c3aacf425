/** Goes through the wishes: what the final chain shows is dropped unsent; what others had reached may have been taken back. */

import type { View } from '../chain/view/view.ts';
import type { Clock } from '../ports/clock.ts';
import type { Known, Now } from './goals/rule.ts';
import { KINDS, ruleOf } from './goals/rules.ts';
import { LOOK_AGAIN } from './outcomes.ts';
import { isForgotten, type Want } from './wanting.ts';
import type { Wish, Wishes } from './wishes.ts';

/** Looks at the latest block in one step. */
const LOOKS = 16;
/** Doublings of the time until the next look. */
const DOUBLINGS = 4;

export function createReview(
  { chain, clock }: { readonly chain: Now; readonly clock: Clock },
  view: Known & Pick<View, 'head'>,
  wishes: Wishes,
  want: Want,
): () => Promise<void> {
  let seen: string | undefined;
  const sweep = () => {
    for (const wish of wishes.all()) {
      const { goal, rank, state } = wish;
      const standing = state === 'sent' ? 'open' : ruleOf(goal.kind).shown(goal, view);
      if (standing !== 'open' || isForgotten(wish, clock.now())) wishes.drop(goal);
      if (standing === 'out-of-reach') want(goal, rank); // or what is wanted instead
    }
  };
  const lookAgain = async ({ goal, failures }: Wish) => {
    const now = clock.now();
    if ((await ruleOf(goal.kind).standing(goal, chain, view)) === 'open')
      wishes.change(goal, { state: 'wanted', failures: 0, notBefore: now, isContested: true });
    else
      wishes.change(goal, {
        failures: failures + 1,
        notBefore: now + LOOK_AGAIN * 2 ** Math.min(failures + 1, DOUBLINGS),
      });
  };
  return async () => {
    if (view.head?.hash !== seen) sweep();
    seen = view.head?.hash;
    const due = KINDS.flatMap((kind) => wishes.due(kind, 'reached', clock.now())).slice(0, LOOKS);
    for (const wish of due) await lookAgain(wish);
  };
}
