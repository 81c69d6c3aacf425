/**
 * Requests by what can be done about them, so that no tick walks through all that were ever made: READY ones of each key in the order in
 * which they became so, queued ones by the time that they wait for, those that are over by what ended their time.
 */

import type { Request } from '../../../enclave/api.ts';
import type { Hex } from '../../../formats/hex.ts';
import { type Row, rowName } from './rowName.ts';
import { Timetable } from './timetable.ts';

export type EndState = 'fulfilled' | 'cancelled' | 'refused' | 'expired';
export type RequestState = 'queued' | 'ready' | EndState;

type Named = { readonly id: Hex; readonly keyId: Hex; readonly requester: Hex /** block */; readonly askedIn: number };
/** What is asked for and has not ended. */
export type OpenRequest = Named & {
  readonly state: 'queued' | 'ready';
  /** its row's, when it was asked for */
  readonly epoch: number;
  /** seconds */
  readonly readyAt: number;
  readonly request: Request;
  /** block that made it READY: no session may pin an earlier one */
  readonly readyIn: number | null;
  readonly isShownLate?: never;
};
/** All that is kept of the others: payloads are large. `View.asked` reads the rest. */
export type EndedRequest = Named & {
  readonly state: EndState;
  readonly request: null;
  /** signatures that came too late to be delivered are there for everybody to see */
  readonly isShownLate: boolean;
};
export type RequestRecord = OpenRequest | EndedRequest;

/** What others may ask. Nothing here may be kept over an await. */
export type Requests = {
  get(id: Hex): RequestRecord | undefined;
  /** How many were ever made. */
  readonly size: number;
  /** All that were ever made, in that order: for people, not for ticks. */
  values(): Iterable<RequestRecord>;
  /** How many are in this state. */
  count(state: RequestState): number;
  /** Keys with open requests. */
  keys(): Iterable<Hex>;
  /** READY and not overtaken, in the order in which they became READY. */
  ready(keyId: Hex): Iterable<OpenRequest>;
  /** Queued, not overtaken, and their time (seconds) has come: earliest first. */
  due(keyId: Hex, now: number): Iterable<OpenRequest>;
  /** Open, and to be expired: overtaken, or the deadline has passed at `now` (seconds). */
  over(now: number): Iterable<OpenRequest>;
};

/** @internal of the view: what folds change. */
export type RequestIndex = Requests & {
  ask(asked: Pick<OpenRequest, 'id' | 'epoch' | 'readyAt' | 'request'>, block: number): void;
  makeReady(id: Hex, block: number): void;
  end(id: Hex, state: EndState): void;
  showLate(id: Hex): void;
  overtake(row: Row, epoch: number): void;
};

export function createRequestIndex(): RequestIndex {
  return new Index();
}

type Indexed = { readonly order: number; record: OpenRequest };
type Queues = { readonly ready: Map<Hex, Indexed>; readonly queued: Timetable<Indexed>; open: number };

class Index implements RequestIndex {
  readonly #records = new Map<Hex, RequestRecord>();
  readonly #open = new Map<Hex, Indexed>();
  readonly #byKey = new Map<Hex, Queues>();
  /** Open and not overtaken, by row: what a new epoch overtakes. */
  readonly #byRow = new Map<string, Map<Hex, Indexed>>();
  readonly #deadlines = new Timetable<Indexed>();
  readonly #overtaken = new Map<Hex, Indexed>();
  readonly #epochs = new Map<string, number>();
  readonly #counts = new Map<RequestState, number>();

  get(id: Hex): RequestRecord | undefined {
    return this.#records.get(id);
  }

  get size(): number {
    return this.#records.size;
  }

  values(): Iterable<RequestRecord> {
    return this.#records.values();
  }

  count(state: RequestState): number {
    return this.#counts.get(state) ?? 0;
  }

  keys(): Iterable<Hex> {
    return this.#byKey.keys();
  }

  *ready(keyId: Hex): Generator<OpenRequest> {
    for (const { record } of this.#byKey.get(keyId)?.ready.values() ?? []) yield record;
  }

  *due(keyId: Hex, now: number): Generator<OpenRequest> {
    for (const { record } of this.#byKey.get(keyId)?.queued.until(now) ?? []) yield record;
  }

  *over(now: number): Generator<OpenRequest> {
    for (const { record } of this.#overtaken.values()) yield record;
    // the last second of a deadline is still in time
    for (const { record } of this.#deadlines.until(now - 1)) if (!this.#overtaken.has(record.id)) yield record;
  }

  ask({ id, epoch, readyAt, request }: Parameters<RequestIndex['ask']>[0], block: number): void {
    if (this.#records.has(id)) return; // an id says all that was asked, and is asked once
    const { keyId, requester, deadline } = request;
    const record = {
      id,
      keyId,
      requester,
      askedIn: block,
      state: 'queued',
      epoch,
      readyAt,
      request,
      readyIn: null,
    } as const;
    const indexed: Indexed = { order: this.#records.size, record };
    this.#open.set(id, indexed);
    this.#deadlines.add(deadline, indexed.order, indexed);
    this.#queuesOf(keyId).open += 1;
    this.#put(record);
    const name = rowName(record);
    if ((this.#epochs.get(name) ?? 0) > epoch) this.#overtaken.set(id, indexed);
    else this.#line(indexed, name);
  }

  makeReady(id: Hex, block: number): void {
    const indexed = this.#open.get(id);
    if (indexed?.record.state !== 'queued') return; // its SignatureRequested was left out by an RPC; a later scan brings both in order
    const { ready, queued } = this.#queuesOf(indexed.record.keyId);
    queued.remove(indexed.record.readyAt, indexed.order);
    indexed.record = { ...indexed.record, state: 'ready', readyIn: block };
    if (!this.#overtaken.has(id)) ready.set(id, indexed);
    this.#put(indexed.record);
  }

  end(id: Hex, state: EndState): void {
    const indexed = this.#open.get(id);
    if (indexed === undefined) return; // as above
    const { keyId, requester, askedIn, request } = indexed.record;
    this.#unline(indexed);
    this.#open.delete(id);
    this.#overtaken.delete(id);
    this.#deadlines.remove(request.deadline, indexed.order);
    const queues = this.#queuesOf(keyId);
    queues.open -= 1;
    if (queues.open === 0) this.#byKey.delete(keyId);
    this.#put({ id, keyId, requester, askedIn, state, request: null, isShownLate: false });
  }

  showLate(id: Hex): void {
    const known = this.#records.get(id);
    if (known?.request === null) this.#records.set(id, { ...known, isShownLate: true });
  }

  overtake(row: Row, epoch: number): void {
    const name = rowName(row);
    this.#epochs.set(name, epoch);
    for (const indexed of this.#byRow.get(name)?.values() ?? []) {
      if (indexed.record.epoch >= epoch) continue;
      this.#unline(indexed);
      this.#overtaken.set(indexed.record.id, indexed);
    }
  }

  #queuesOf(keyId: Hex): Queues {
    const known = this.#byKey.get(keyId);
    if (known !== undefined) return known;
    const queues = { ready: new Map(), queued: new Timetable<Indexed>(), open: 0 };
    this.#byKey.set(keyId, queues);
    return queues;
  }

  #put(record: RequestRecord): void {
    const before = this.#records.get(record.id);
    if (before !== undefined) this.#counts.set(before.state, this.count(before.state) - 1);
    this.#counts.set(record.state, this.count(record.state) + 1);
    this.#records.set(record.id, record);
  }

  #line(indexed: Indexed, name: string): void {
    const { id, keyId, readyAt } = indexed.record;
    this.#queuesOf(keyId).queued.add(readyAt, indexed.order, indexed);
    const row = this.#byRow.get(name) ?? new Map<Hex, Indexed>();
    this.#byRow.set(name, row.set(id, indexed));
  }

  #unline({ order, record }: Indexed): void {
    const { id, keyId, readyAt } = record;
    const { ready, queued } = this.#queuesOf(keyId);
    ready.delete(id);
    queued.remove(readyAt, order);
    const name = rowName(record);
    const row = this.#byRow.get(name);
    row?.delete(id);
    if (row?.size === 0) this.#byRow.delete(name);
  }
}
