/** What each key allows each requester, from the events of KeyRegistry. */

import type { Hex } from '../../formats/hex.ts';
import type { ChainEvent } from '../ports/chain.ts';
import type { RowRecord } from './ledger.ts';

type RowEvent = Extract<ChainEvent, { readonly event: `Row${string}` }>;

export function applyRowEvent(rows: Map<string, RowRecord>, event: RowEvent): void {
  const name = rowName(event.keyId, event.requester);
  if (event.event === 'RowSet') {
    const { event: _, ...row } = event;
    rows.set(name, row);
    return;
  }
  const known = rows.get(name);
  if (known === undefined) return; // its RowSet was left out by an RPC; a later scan brings both in order
  const { epoch } = event;
  rows.set(name, event.event === 'RowRemoved' ? { ...known, epoch, kinds: 0 } : { ...known, epoch });
}

export function rowName(keyId: Hex, requester: Hex): string {
  return `${keyId} ${requester}`;
}
