/** One gas account: its nonces, in order and without gaps, and the transactions that have them. Their only owner. */

import type { Hex } from '../../formats/hex.ts';
import type { Sent, Store } from '../ports/store.ts';
import type { Goal } from './goals/rules.ts';
import { goalId } from './goals/rules.ts';
import type { Spending } from './spending.ts';

/** Transactions of an account that are neither mined nor given up. */
export const MOST_IN_FLIGHT = 16;

export class Lane {
  readonly account: Hex;
  readonly #store: Pick<Store, 'putSent' | 'dropSent'>;
  readonly #spending: Spending;
  /** In wei, by nonce, of those that may still be used. */
  readonly #counted: Map<number, bigint>;
  readonly #rows: Map<number, Sent>;
  /** Nonces whose last transaction no provider has taken yet, as far as is known. */
  readonly #untaken = new Set<number>();
  /** Mined nonces as the chain counted them last. */
  count = 0;
  #next = 0;
  /** Since when the first in flight is the first, in clock time; 0 where it never waited behind another. */
  firstSince = 0;
  #first: number | undefined;
  /** In wei: what it could not pay; null while it is not known to lack anything. */
  lacks: bigint | null = null;
  /** Its first transaction does not get through at any fee that may be paid. */
  isStuck = false;

  constructor(account: Hex, store: Pick<Store, 'putSent' | 'dropSent'>, spending: Spending, rows: readonly Sent[]) {
    this.account = account;
    this.#store = store;
    this.#spending = spending;
    this.#rows = new Map(rows.map((row) => [row.nonce, row]));
    this.#counted = new Map(rows.map((row) => [row.nonce, costOf(row)]));
    this.#next = Math.max(0, ...rows.map(({ nonce }) => nonce + 1));
    for (const { state, nonce } of rows) if (state === 'sent') this.#untaken.add(nonce); // it may never have left
  }

  rows(state: Sent['state']): Sent[] {
    return [...this.#rows.values()].filter((row) => row.state === state).sort((a, b) => a.nonce - b.nonce);
  }

  get untaken(): Sent[] {
    return this.rows('sent').filter(({ nonce }) => nonce >= this.count && this.#untaken.has(nonce));
  }

  get isBusy(): boolean {
    return this.#rows.size > 0;
  }

  get maySend(): boolean {
    const isInOrder = this.lacks === null && !this.isStuck && this.untaken.length === 0;
    return isInOrder && this.rows('sent').length < MOST_IN_FLIGHT;
  }

  /** Never one that a transaction of ours has or had, whatever a provider that lags counts. */
  get next(): number {
    return Math.max(this.count, this.#next);
  }

  /** Whether this is on its way, so that what comes next comes behind it. */
  isAheadWith(goal: Goal): boolean {
    const id = goalId(goal);
    return this.rows('sent').some(({ goals }) => goals.some((each) => goalId(each) === id));
  }

  /** Nonces before the first in flight that nobody has: those behind them are never mined. */
  get gap(): number[] {
    const [first] = this.rows('sent');
    const missing = Math.min(MOST_IN_FLIGHT, Math.max(0, (first?.nonce ?? 0) - this.count));
    return [...Array(missing).keys()].map((at) => this.count + at);
  }

  /** Those so far behind nonces that nobody has that this account has never had so many in flight: a provider has counted too many. */
  get stranded(): Sent[] {
    const sent = this.rows('sent').filter(({ nonce }) => nonce >= this.count);
    return (sent[0]?.nonce ?? 0) - this.count > MOST_IN_FLIGHT ? sent : [];
  }

  /** Where nobody can mine it. Its nonce, and those after it, may be used when the chain has come so far. */
  strand(row: Sent): void {
    this.over(row);
    this.#next = Math.max(0, ...[...this.#rows.keys()].map((nonce) => nonce + 1));
  }

  isLast({ nonce }: Sent): boolean {
    return nonce === this.#next - 1;
  }

  put(row: Sent): void {
    this.#count(row);
    this.#store.putSent(row);
    this.#rows.set(row.nonce, row);
    this.#next = Math.max(this.#next, row.nonce + 1);
    if (row.state === 'mined') this.#untaken.delete(row.nonce);
  }

  /** It has ended, one way or another; the nonce is used. */
  over({ nonce }: Sent): void {
    this.#store.dropSent(this.account, nonce);
    this.#rows.delete(nonce);
    this.#untaken.delete(nonce);
  }

  /** It was never sent, as they say who may have sent it all the same: its nonce is free again, and counted until something else uses it. */
  unsend(row: Sent): void {
    if (this.isLast(row)) this.#next = row.nonce;
    this.over(row);
  }

  taken({ nonce }: Sent, isTaken: boolean): void {
    if (isTaken) this.#untaken.delete(nonce);
    else this.#untaken.add(nonce);
  }

  /** In wei: what the day's ceiling has counted for this nonce already. Of all that was ever signed for it, one can be mined. */
  counted(nonce: number): bigint {
    return this.#counted.get(nonce) ?? 0n;
  }

  #count(row: Sent): void {
    const [before, cost] = [this.counted(row.nonce), costOf(row)];
    if (cost <= before) return;
    this.#spending.add(cost - before);
    for (const nonce of this.#counted.keys())
      if (nonce < this.count && !this.#rows.has(nonce)) this.#counted.delete(nonce);
    this.#counted.set(row.nonce, cost);
  }

  /** Notes who is first in flight now. */
  line(now: number): Sent | undefined {
    const first = this.rows('sent').find(({ nonce }) => nonce >= this.count);
    if (first?.nonce !== this.#first) {
      this.firstSince = this.#first === undefined ? 0 : now;
      this.#first = first?.nonce;
      this.isStuck = false;
    }
    return first;
  }
}

export function costOf({ gas, maxFeePerGas }: Pick<Sent, 'gas' | 'maxFeePerGas'>): bigint {
  return BigInt(gas) * BigInt(maxFeePerGas);
}
