/** Stage 10: verified signatures onto the chain, the leader first and the others in turn; before them the derived key, once. */

import type { Event } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import { isClaimed, type Ledger } from '../chain/view/ledger.ts';
import { rankOf } from '../convene/order.ts';
import type { Self } from '../life/life.ts';
import type { Poster } from '../posting/poster.ts';

/** `leader` of the session that made them, as far as it is known. */
export function postSignature(
  ledger: Ledger,
  poster: Pick<Poster, 'want'>,
  { id: own }: Pick<Self, 'id'>,
  leader: Hex | null,
  { requestId, signatures }: Extract<Event, { readonly event: 'signature' }>,
): void {
  const record = ledger.requests.get(requestId);
  const key = record && ledger.keys.get(record.keyId);
  if (!record?.request || !key) return; // it has ended meanwhile, and nobody waits for a signature
  const rank = rankOf(requestId, key.members, own, leader ?? undefined);
  const { requester, path } = record.request;
  const derived = { keyId: key.id, requester, path };
  // the contract verifies under the key of this requester and path, and must have seen it once
  if (!isClaimed(ledger, derived)) poster.want({ kind: 'claim-key', ...derived }, rank);
  poster.want({ kind: 'fulfil', request: requestId, signatures }, rank);
}
