/** The new key's own signature onto the chain: the leader first, the others in turn. */

import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import { rankOf } from '../convene/order.ts';
import type { Self } from '../life/life.ts';
import type { Poster } from '../posting/poster.ts';

/** `leader` of the session that made it, as far as it is known. */
export function postActivation(
  { keys }: Pick<Ledger, 'keys'>,
  poster: Pick<Poster, 'want'>,
  { id: own }: Pick<Self, 'id'>,
  leader: Hex | null,
  { keyId, signature }: Extract<Event, { readonly event: 'activation' }>,
): void {
  const key = keys.get(keyId);
  if (key === undefined) return; // a key that a reorg took away: whoever wants it back votes again
  const rank = rankOf(keyId, key.members, own, leader ?? undefined);
  poster.want({ kind: 'activate', keyId, attempt: key.attempt, signature }, rank);
}
