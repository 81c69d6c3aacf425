/**
 * What is to be signed under one key, in the order in which sessions take it: requesters in turns, what was in a failed session by
 * halves, what failed alone last, and nothing that a signature is out for. It knows no clock and no chain.
 */

import { MAX_SESSION_REQUESTS } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { RefusalKind } from '../../formats/refusal.ts';
import { backOff, Durations } from './durations.ts';
import type { Open } from './task.ts';

/** `measurement` of who refused, then: what its image does not know, another may. */
type Refusal = {
  readonly kind: RefusalKind;
  readonly until: number;
  readonly times: number;
  readonly measurement: Hex;
};
export type Item = Open & {
  /** fresh, in a half of a failed session, aside after a refusal or a failure alone, parked while a signature of it is out */
  pile: 'fresh' | 'half' | 'aside' | 'parked';
  /** clock time since which nothing has come of it, as far as this host saw */
  since: number;
  /** sessions of it alone that failed through nobody's fault */
  failures: number;
  /** clock time; of what is aside or parked */
  notBefore: number;
  /** A leader's word that it is signed is taken once: whose. */
  claimedBy: Hex | null;
  /** clock time of this enclave's signature */
  signedAt: number | null;
  readonly refusals: Map<Hex, Refusal>;
};
type IsFree = (item: Item) => boolean;

/** One in so many sessions is for what is aside, while there is anything else. */
const ASIDE_EVERY = 4;
const FIRST_BACK_OFF = 1_000;
const MOST_BACK_OFF = 300_000;
/** Items that one look at what is overdue takes in. */
const LOOKED_AT = 64;

export class Queue {
  /** Messages that fit into a session, which always holds one request. */
  mostMessages = 1;
  readonly #items = new Map<Hex, Item>();
  readonly #fresh = new Map<Hex, Map<Hex, Item>>();
  readonly #aside = new Map<Hex, Item>();
  readonly #parked = new Map<Hex, Item>();
  #halves: readonly (readonly Item[])[] = [];
  /** Enclave time of each requester, in milliseconds; whoever is new starts where the least is. */
  readonly #spent = new Map<Hex, number>();
  /** Clock time at which a requester's oldest was last taken on. */
  readonly #movedAt = new Map<Hex, number>();
  /** From a signature to its end on the chain, as seen here. */
  readonly lags = new Durations();
  /** Leaders by whose word something was signed that never came to the chain: theirs is not taken any more. */
  readonly #disbelieved = new Set<Hex>();
  #floor = 0;
  #sessions = 0;

  get size(): number {
    return this.#items.size;
  }

  find(id: Hex): Item | undefined {
    return this.#items.get(id);
  }

  /** Takes over what is open now. `isPursued`: a signature of it is out, and on its way to the chain. */
  sync(open: Iterable<Open>, now: number, isPursued: (id: Hex) => boolean): void {
    const found = new Set<Hex>();
    for (const one of open) {
      found.add(one.id);
      if (!this.#items.has(one.id)) this.#enter(one, now);
    }
    for (const item of this.#items.values()) {
      if (found.has(item.id)) continue;
      if (item.signedAt !== null) this.lags.add(now - item.signedAt);
      else if (item.claimedBy !== null && item.pile === 'parked') this.#disbelieved.delete(item.claimedBy);
      this.#remove(item);
    }
    for (const item of this.#parked.values()) {
      if (item.notBefore > now || isPursued(item.id)) continue;
      if (item.claimedBy !== null && item.signedAt === null) this.#disbelieved.add(item.claimedBy);
      this.#move(item, 'fresh', now);
    }
  }

  /** What the next session is to sign: at least one item, or nothing to do. Call once for each session. */
  next(now: number, isFree: IsFree): readonly Item[] {
    const half = this.#nextHalf(isFree);
    if (half.length > 0) return half;
    this.#sessions += 1;
    const isAsidesTurn = this.#sessions % ASIDE_EVERY === 0;
    const [first, second] = isAsidesTurn ? [this.#nextAside, this.#nextFresh] : [this.#nextFresh, this.#nextAside];
    const batch = first.call(this, now, isFree);
    return batch.length > 0 ? batch : second.call(this, now, isFree);
  }

  /** Members whose enclaves have refused it, and may do so still. */
  avoided({ refusals }: Item, now: number, measurementOf: (member: Hex) => Hex | undefined): ReadonlySet<Hex> {
    const stands = (member: Hex, { kind, until, measurement }: Refusal) =>
      kind === 'unsupported' ? measurementOf(member) === measurement : until > now;
    return new Set([...refusals].filter(([member, refusal]) => stands(member, refusal)).map(([member]) => member));
  }

  /**
   * Whether something has waited so long since it came, since its requester's oldest was taken on, and since `since`. What waits behind
   * a requester's oldest, or behind one that somebody works at (`isHeld`), is not overdue.
   */
  isOverdue(now: number, since: number, patience: number, isFree: IsFree, isHeld: IsFree): boolean {
    const isLate = (item: Item, moved = 0) => now - Math.max(item.since, moved, since) >= patience;
    for (const [requester, items] of this.#fresh) {
      const oldest = firstOf(items.values(), (item) => isHeld(item) || isFree(item));
      if (oldest !== undefined && !isHeld(oldest) && isLate(oldest, this.#movedAt.get(requester))) return true;
    }
    const others = [...this.#halves.flat(), ...this.#aside.values()].slice(0, LOOKED_AT);
    return others.some((item) => item.notBefore <= now && !isHeld(item) && isFree(item) && isLate(item));
  }

  /** This enclave has its signature. */
  signed(id: Hex, now: number, until: number): void {
    const item = this.#items.get(id);
    if (item !== undefined) item.signedAt = now;
    this.park(id, now, until);
  }

  /** A signature of it is out: nothing more is done for it until `until`, and then only if nobody brings it to the chain. */
  park(id: Hex, now: number, until: number): void {
    const item = this.#items.get(id);
    if (item === undefined) return;
    const [oldest] = this.#fresh.get(item.requester)?.keys() ?? [];
    if (oldest === id) this.#movedAt.set(item.requester, now);
    item.notBefore = until;
    this.#move(item, 'parked', now);
  }

  /** A leader says that it is signed: believed once, and nobody who said so in vain. */
  claim(id: Hex, leader: Hex, now: number, until: number): void {
    const item = this.#items.get(id);
    if (item === undefined || item.claimedBy !== null || item.pile === 'parked') return;
    if (this.#disbelieved.has(leader)) return;
    item.claimedBy = leader;
    this.park(id, now, until);
  }

  /** A session of these failed and nobody is to blame: one of them may be, which the halves will tell. */
  halve(ids: readonly Hex[], now: number): void {
    const items = ids.flatMap((id) => this.#items.get(id) ?? []).filter(({ pile }) => pile !== 'parked');
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      this.#putAside(only, now);
      return;
    }
    for (const item of items) this.#move(item, 'half', now);
    const middle = (items.length + 1) >> 1;
    this.#halves = [items.slice(0, middle), items.slice(middle), ...this.#halves].filter(({ length }) => length > 0);
  }

  /** Not now, for nobody's fault. */
  pause(ids: readonly Hex[], now: number): void {
    for (const id of ids) {
      const item = this.#items.get(id);
      if (item === undefined || item.pile === 'parked') continue;
      item.notBefore = now + FIRST_BACK_OFF;
      this.#move(item, 'aside', now);
    }
  }

  refuse(id: Hex, member: Hex, measurement: Hex, kind: RefusalKind, now: number): void {
    const item = this.#items.get(id);
    if (item === undefined || item.pile === 'parked') return;
    const times = (item.refusals.get(member)?.times ?? 0) + 1;
    const until = kind === 'passing' ? now + backOff(times, FIRST_BACK_OFF, MOST_BACK_OFF) : Number.POSITIVE_INFINITY;
    item.refusals.set(member, { kind, until, times, measurement });
    this.#move(item, 'aside', now);
  }

  /** Enclave time that a session took, shared by its messages. */
  charge(items: readonly Open[], milliseconds: number): void {
    const messages = items.reduce((sum, one) => sum + one.messages, 0);
    for (const { requester, messages: own } of items) {
      this.#spent.set(requester, this.#spentBy(requester) + (milliseconds * own) / Math.max(1, messages));
    }
  }

  #enter(open: Open, now: number): void {
    const state = { pile: 'fresh', since: now, failures: 0, notBefore: 0, claimedBy: null, signedAt: null } as const;
    const item: Item = { ...open, ...state, refusals: new Map() };
    this.#items.set(item.id, item);
    this.#line(item);
  }

  #putAside(item: Item, now: number): void {
    item.failures += 1;
    item.notBefore = now + backOff(item.failures, FIRST_BACK_OFF, MOST_BACK_OFF);
    this.#move(item, 'aside', now);
  }

  #move(item: Item, pile: Item['pile'], now: number): void {
    this.#unline(item);
    item.pile = pile;
    item.since = now;
    if (pile === 'fresh') this.#line(item);
    if (pile === 'aside') this.#aside.set(item.id, item);
    if (pile === 'parked') this.#parked.set(item.id, item);
  }

  #line(item: Item): void {
    const items = this.#fresh.get(item.requester) ?? new Map<Hex, Item>();
    this.#fresh.set(item.requester, items.set(item.id, item));
  }

  #unline({ id, requester }: Item): void {
    const items = this.#fresh.get(requester);
    items?.delete(id);
    if (items?.size === 0) this.#fresh.delete(requester);
    this.#aside.delete(id);
    this.#parked.delete(id);
  }

  #remove(item: Item): void {
    this.#unline(item);
    this.#items.delete(item.id);
    if (this.#items.size > 0) return;
    this.#movedAt.clear();
    this.#spent.clear();
    this.#floor = 0;
  }

  #spentBy(requester: Hex): number {
    return Math.max(this.#floor, this.#spent.get(requester) ?? 0);
  }

  #nextHalf(isFree: IsFree): readonly Item[] {
    const isLeft = (item: Item) => item.pile === 'half' && this.#items.get(item.id) === item;
    this.#halves = this.#halves.map((half) => half.filter(isLeft)).filter(({ length }) => length > 0);
    const half = this.#halves.find((items) => items.some(isFree)) ?? [];
    return half.filter(isFree);
  }

  /** One of each requester after the other, from the one that has had least. */
  #nextFresh(_now: number, isFree: IsFree): readonly Item[] {
    const order = [...this.#fresh].sort(([a], [b]) => this.#spentBy(a) - this.#spentBy(b));
    const [least] = order;
    if (least !== undefined) this.#floor = this.#spentBy(least[0]);
    return inTurns(
      order.map(([, items]) => free(items.values(), isFree)),
      this.mostMessages,
    );
  }

  /** What failed alone is led alone; what members refused, with what the same members refused. */
  #nextAside(now: number, isFree: IsFree): readonly Item[] {
    const isDue = (item: Item) => item.notBefore <= now && isFree(item);
    const first = firstOf(this.#aside.values(), isDue);
    if (first === undefined || first.failures > 0) return first === undefined ? [] : [first];
    const refusers = ({ refusals }: Item) => [...refusals.keys()].sort().join();
    const isAlike = (item: Item) => item.failures === 0 && isDue(item) && refusers(item) === refusers(first);
    return inTurns([free(this.#aside.values(), isAlike)], this.mostMessages);
  }
}

function* free(items: Iterable<Item>, isFree: IsFree): Generator<Item> {
  for (const item of items) if (isFree(item)) yield item;
}

function firstOf(items: Iterable<Item>, is: IsFree): Item | undefined {
  for (const item of items) if (is(item)) return item;
  return undefined;
}

/** As many as fit into a session; one always does. */
function inTurns(lines: readonly Iterator<Item>[], most: number): readonly Item[] {
  const batch: Item[] = [];
  let messages = 0;
  let open = lines;
  while (open.length > 0 && batch.length < MAX_SESSION_REQUESTS) {
    open = open.filter((line) => {
      if (batch.length >= MAX_SESSION_REQUESTS) return false;
      const item = line.next().value as Item | undefined;
      if (item === undefined) return false;
      if (batch.length > 0 && messages + item.messages > most) return false;
      batch.push(item);
      messages += item.messages;
      return true;
    });
  }
  return batch;
}
