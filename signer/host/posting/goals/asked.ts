/** What calls about a request bring: its header, and what it wants signed. */

import type { Hex } from '../../../formats/hex.ts';
import { requestHeader } from '../../../formats/wirePreimages.ts';
import type { RequestState } from '../../chain/view/requestIndex.ts';
import type { Known } from './rule.ts';

export type Asked = { readonly header: ReturnType<typeof requestHeader>; readonly digests: readonly Hex[] };

/** Twelve words. */
export const HEADER_BYTES = 12 * 32;

/** As the contract numbers it (docs/storage.md). */
export const REQUEST = { queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5 } as const;

export function stateOf({ ledger }: Known, id: Hex): RequestState | undefined {
  return ledger.requests.get(id)?.state;
}

/** Whether it may still come to this, as far as the final chain says. */
export function isOpen(state: RequestState | undefined): boolean {
  return state === undefined || state === 'queued' || state === 'ready';
}

/** Null for a request that no log has shown. */
export function askedOf(known: Known, id: Hex): Asked | null {
  const request = known.asked(id);
  return request && { header: requestHeader(request), digests: request.digests };
}
