/** Requests, from the events of SigningRequests. */

import type { Hex } from '../../formats/hex.ts';
import type { ChainEvent } from '../ports/chain.ts';
import type { RequestRecord, RequestState } from './ledger.ts';

type RequestEvent = Extract<
  ChainEvent,
  { readonly id: Hex; readonly event: `${string}Request${string}` | 'SignatureFulfilled' | 'LateSignatureRecorded' }
>;

export function applyRequestEvent(requests: Map<Hex, RequestRecord>, event: RequestEvent): void {
  switch (event.event) {
    case 'SignatureRequested': {
      const { id, epoch, readyAt, request } = event;
      const { keyId, requester } = request;
      requests.set(id, { id, state: 'queued', epoch, readyAt, request, keyId, requester, isShownLate: false });
      return;
    }
    case 'RequestReady':
      move(requests, event.id, 'ready');
      return;
    case 'SignatureFulfilled':
      move(requests, event.id, 'fulfilled');
      return;
    case 'RequestCancelled':
      move(requests, event.id, 'cancelled');
      return;
    case 'RequestRefused':
      move(requests, event.id, 'refused');
      return;
    case 'RequestExpired':
    case 'RequestAbandoned':
      move(requests, event.id, 'expired');
      return;
    case 'LateSignatureRecorded':
      change(requests, event.id, { isShownLate: true });
      return;
  }
}

function move(requests: Map<Hex, RequestRecord>, id: Hex, state: RequestState): void {
  change(requests, id, state === 'ready' ? { state } : { state, request: null });
}

function change(requests: Map<Hex, RequestRecord>, id: Hex, fields: Partial<RequestRecord>): void {
  const known = requests.get(id);
  if (known === undefined) return; // its SignatureRequested was left out by an RPC; a later scan brings both in order
  requests.set(id, { ...known, ...fields });
}
