/**
 * Stage 3: what governance asked for, from the events of finalised blocks, once each, across restarts, reorgs and logs that an
 * RPC left out; and on to READY or EXPIRED when the time has come, or a row has overtaken them, which anybody may do.
 */

import { concat, numberToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { pausedUntil } from '../chain/view/ledger.ts';
import type { OpenRequest } from '../chain/view/requestIndex.ts';
import type { View } from '../chain/view/view.ts';
import { rankOf } from '../convene/order.ts';
import type { Self } from '../life/life.ts';
import type { Metrics } from '../metrics.ts';
import type { Poster } from '../posting/poster.ts';

const STATES = ['queued', 'ready', 'fulfilled', 'cancelled', 'refused', 'expired'] as const;

/** `self` is null while the enclave is down: then the chain is read, and nothing is wanted of it. */
export function watchRequests(view: View, poster: Poster, metrics: Metrics, self: Self | null): void {
  const { requests } = view.ledger;
  for (const state of STATES) metrics.set('quorate_requests', requests.count(state), { state });
  if (self === null) return;
  const now = view.timeNow();
  for (const keyId of requests.keys()) {
    if (pausedUntil(view.ledger, keyId) > now) continue;
    const rank = rankAt(view, keyId, self);
    if (rank !== null)
      for (const { id } of requests.due(keyId, now)) poster.want({ kind: 'mark-ready', request: id }, rank);
  }
  for (const record of requests.over(now)) expire(view, poster, self, record, now);
}

function expire(view: View, poster: Poster, self: Self, { id, keyId, request }: OpenRequest, now: number): void {
  // a signature that was out before its row went on still fulfils, until somebody expires the request
  const isFulfilling = now <= request.deadline && poster.isPursued({ kind: 'fulfil', request: id, signatures: [] });
  const rank = isFulfilling ? null : rankAt(view, keyId, self);
  if (rank !== null) poster.want({ kind: 'expire', request: id }, rank);
}

/** Blocks for which one member goes first: one transaction can then do for many, and in time all of them pay for some. */
const TURN = 256;

/** How many other members go first; null where this host's enclave is none of the key's. */
function rankAt({ ledger, head }: View, keyId: Hex, { id }: Self): number | null {
  const members = ledger.keys.get(keyId)?.members ?? [];
  if (!members.includes(id)) return null;
  const turn = numberToHex(Math.floor((head?.number ?? 0) / TURN), { size: 32 });
  return rankOf(concat([keyId, turn]), members, id);
}
