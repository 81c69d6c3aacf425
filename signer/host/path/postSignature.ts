/**
 * Stage 10: verified signatures onto the chain, the leader first and the others in turn. The goal brings with it what it needs: the derived
 * key, claimed once, before; and where the request has ended meanwhile, LateSignatures instead.
 */

import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import { rankOf } from '../convene/order.ts';
import type { Self } from '../life/life.ts';
import type { Poster } from '../posting/poster.ts';

/** `leader` of the session that made them, as far as it is known. */
export function postSignature(
  { requests, keys }: Pick<Ledger, 'requests' | 'keys'>,
  poster: Pick<Poster, 'want'>,
  { id: own }: Pick<Self, 'id'>,
  leader: Hex | null,
  { requestId, signatures }: Extract<Event, { readonly event: 'signature' }>,
): void {
  const record = requests.get(requestId);
  const key = record && keys.get(record.keyId);
  if (!key) return; // a reorg took it away: what was signed is asked for again, or not at all
  poster.want(
    { kind: 'fulfil', request: requestId, signatures },
    rankOf(requestId, key.members, own, leader ?? undefined),
  );
}
