/** What each key allows each requester, from the events of KeyRegistry. */

import type { Hex } from '../../../formats/hex.ts';
import type { KEY_REGISTRY_ABI } from '../abi.ts';
import { type Events, lower, type Of } from './events.ts';
import { type Row, rowName } from './rowName.ts';

/** Without kinds, nothing is allowed. Its epoch only rises, through a removal too. */
export type RowRecord = Row & {
  readonly epoch: number;
  readonly guard: Hex;
  readonly module: Hex;
  readonly kinds: number;
  /** seconds */
  readonly delay: number;
};

type Risen = Row & { readonly epoch: number };
export type RowEvent = Of<'RowSet', RowRecord> | Of<'RowRemoved' | 'RowRaised', Risen>;

type State = {
  readonly rows: Map<string, RowRecord>;
  readonly requests: { overtake(row: Row, epoch: number): void };
};

export const rowEvents: Events<typeof KEY_REGISTRY_ABI, RowEvent, State> = {
  RowSet: {
    read: ({ keyId, requester, epoch, guard, module, kinds, delay }) => ({
      ...{ keyId, requester: lower(requester), epoch, guard: lower(guard), module: lower(module), kinds, delay },
    }),
    fold: (state, { event: _, ...row }) => put(state, row),
    ends: true, // of what was asked for under an earlier epoch
  },
  RowRemoved: { read: risen, fold: (state, { event: _, ...risen }) => rise(state, { ...risen, kinds: 0 }), ends: true },
  RowRaised: { read: risen, fold: (state, { event: _, ...risen }) => rise(state, risen), ends: true },
};

function risen({ keyId, requester, epoch }: Risen): Risen {
  return { keyId, requester: lower(requester), epoch };
}

function rise(state: State, fields: Risen & Partial<RowRecord>): void {
  const known = state.rows.get(rowName(fields));
  if (known === undefined) return; // its RowSet was left out by an RPC; a later scan brings both in order
  put(state, { ...known, ...fields });
}

function put({ rows, requests }: State, row: RowRecord): void {
  rows.set(rowName(row), row);
  requests.overtake(row, row.epoch);
}
