/** Keys that are being made: opens the next attempt when one has failed. What an open attempt needs, the convener starts. */

import type { KeyRecord } from '../chain/view/keys.ts';
import type { View } from '../chain/view/view.ts';
import { rankOf } from '../convene/order.ts';
import type { Self } from '../life/life.ts';
import type { Chain } from '../ports/chain.ts';
import type { Poster } from '../posting/poster.ts';

/** @throws Retryable when the chain does not answer */
export async function watchKeys(
  chain: Pick<Chain, 'ceremony'>,
  view: View,
  poster: Pick<Poster, 'want'>,
  self: Self | null,
): Promise<void> {
  if (self === null) return;
  for (const key of view.ledger.keys.values()) await reopen(chain, view, poster, self, key);
}

/** A confirmed ceremony has a deadline of its own, which only the contract knows. */
async function reopen(
  chain: Pick<Chain, 'ceremony'>,
  view: View,
  poster: Pick<Poster, 'want'>,
  { id: own }: Self,
  { id: keyId, state, deadline, members, attempt }: KeyRecord,
): Promise<void> {
  const now = view.timeNow();
  if (state === 'active' || now <= deadline || !members.includes(own)) return;
  const ceremony = await chain.ceremony(keyId);
  if (ceremony.attempt !== attempt || now <= ceremony.deadline) return;
  poster.want({ kind: 'open-attempt', keyId, attempt }, rankOf(keyId, members, own));
}
