/** One gas account: its nonces, in order and without gaps, and the transactions that have them. Their only owner. */

import type { Hex } from '../../formats/hex.ts';
import type { Sent, Store } from '../ports/store.ts';

/** Transactions of an account that are neither mined nor given up. */
export const MOST_IN_FLIGHT = 16;

export class Lane {
  readonly account: Hex;
  readonly #store: Pick<Store, 'putSent' | 'dropSent'>;
  readonly #rows: Map<number, Sent>;
  /** Nonces whose last transaction no provider has taken yet, as far as is known. */
  readonly #untaken = new Set<number>();
  /** Mined nonces as the chain counted them last. */
  count = 0;
  /** Since when the first in flight is the first, in clock time. */
  firstSince = 0;
  #first: number | undefined;
  /** In wei: what it could not pay; null while it is not known to lack anything. */
  lacks: bigint | null = null;
  /** Its first transaction does not get through at any fee that may be paid. */
  isStuck = false;

  constructor(account: Hex, store: Pick<Store, 'putSent' | 'dropSent'>, rows: readonly Sent[]) {
    this.account = account;
    this.#store = store;
    this.#rows = new Map(rows.map((row) => [row.nonce, row]));
    for (const { state, nonce } of rows) if (state === 'sent') this.#untaken.add(nonce); // it may never have left
  }

  rows(state: Sent['state']): Sent[] {
    return [...this.#rows.values()].filter((row) => row.state === state).sort((a, b) => a.nonce - b.nonce);
  }

  get untaken(): Sent[] {
    return this.rows('sent').filter(({ nonce }) => this.#untaken.has(nonce));
  }

  get isBusy(): boolean {
    return [...this.#rows.values()].some(({ state }) => state !== 'over');
  }

  get maySend(): boolean {
    return (
      this.lacks === null && !this.isStuck && this.#untaken.size === 0 && this.rows('sent').length < MOST_IN_FLIGHT
    );
  }

  /** Never one that a transaction of ours has or had, whatever a provider that lags counts. */
  get next(): number {
    return Math.max(this.count, ...[...this.#rows.keys()].map((nonce) => nonce + 1));
  }

  put(row: Sent): void {
    this.#store.putSent(row);
    this.#rows.set(row.nonce, row);
    if (row.state !== 'sent') this.#untaken.delete(row.nonce);
  }

  /** Its nonce is free again, or another's. */
  forget({ nonce }: Sent): void {
    this.#store.dropSent(this.account, nonce);
    this.#rows.delete(nonce);
    this.#untaken.delete(nonce);
  }

  taken({ nonce }: Sent, isTaken: boolean): void {
    if (isTaken) this.#untaken.delete(nonce);
    else this.#untaken.add(nonce);
  }

  /** Notes who is first in flight now. */
  line(now: number): Sent | undefined {
    const first = this.rows('sent').find(({ nonce }) => nonce >= this.count);
    if (first?.nonce !== this.#first) {
      this.#first = first?.nonce;
      this.firstSince = now;
      this.isStuck = false;
    }
    return first;
  }

  /** In wei: what its transactions since then may have cost at most. */
  spentSince(time: number): bigint {
    const rows = [...this.#rows.values()].filter(({ since }) => since >= time);
    return rows.reduce((sum, row) => sum + costOf(row), 0n);
  }

  /** What is over does not count any more after this time. */
  forgetBefore(time: number): void {
    const newest = Math.max(...this.#rows.keys());
    for (const row of this.rows('over')) if (row.since < time && row.nonce !== newest) this.forget(row);
  }
}

export function costOf({ gas, maxFeePerGas }: Pick<Sent, 'gas' | 'maxFeePerGas'>): bigint {
  return BigInt(gas) * BigInt(maxFeePerGas);
}
