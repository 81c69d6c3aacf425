/** What must survive kill -9: what was seen, tried and posted, and the enclave's sealed state. Every write is durable on return, outside of a tick. */

import type { Hex } from '../../formats/hex.ts';
import type { Goal } from '../posting/goals/rules.ts';
import type { BlockRef, LocatedEvent } from './chain.ts';

export type Sealed = { readonly generation: number; readonly sealed: Hex };

/** One transaction of a gas account. Written down before it leaves, so that after a crash it is found again, not sent twice. */
export type Sent = {
  readonly account: Hex;
  readonly nonce: number;
  /** mined is not over: until its block is final, a reorg may take it back */
  readonly state: 'sent' | 'mined';
  readonly goals: readonly Goal[];
  readonly to: Hex;
  readonly data: Hex;
  /** every hash that was ever sent for these goals under this nonce: each may be the one that is mined */
  readonly hashes: readonly Hex[];
  /** those that were sent under this nonce for other goals */
  readonly former: readonly Hex[];
  readonly raw: Hex;
  readonly gas: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
  /** clock time of the last sending */
  readonly sentAt: number;
  readonly minedAt: number | null;
};

export type Store = {
  /** @throws Retryable STORE_UNAVAILABLE when what is written now would be found by no later life: the file is gone, or another is in its place. */
  requireFile(): void;
  /** Runs `work` in one transaction: all of its writes or none. May stand within another, and within a tick. */
  transaction<T>(work: () => T): T;
  /**
   * What is written until `work` has ended becomes durable then, together, whether it fails or not. Sealed state and transactions
   * do not wait: they are durable on return, and with them all that was written before.
   */
  tick<T>(work: () => Promise<T>): Promise<T>;

  /** Small facts by name, e.g. which chain and contracts this store belongs to. */
  fact(name: string): string | null;
  setFact(name: string, value: string): void;

  sealed(): Sealed | null;
  /** Refuses a generation that does not exceed the kept one. */
  keepSealed(sealed: Sealed): void;

  /** Scanned up to here; null before the first scan. */
  cursor(): BlockRef | null;
  /** Earlier cursors, newest first, for finding where a reorg began. */
  checkpoints(): readonly BlockRef[];
  setCursor(block: BlockRef): void;
  /** Sets cursors and events of blocks after this one aside; the next scan starts there. */
  rewind(block: number): void;
  /** What was set aside: all after `above`, its cursors newest first. Forgotten when the cursor is past all of it. */
  setAside(): { readonly above: number; readonly cursors: readonly BlockRef[] } | null;
  /** Takes back what was set aside up to this block, and forgets the rest; only while nothing was read in its place. */
  restore(block: number): void;
  /** True if the event was not known yet. */
  addEvent(event: LocatedEvent): boolean;
  /** All events in chain order. */
  events(): Iterable<LocatedEvent>;
  /** Known no more; as it was given to `addEvent`. */
  removeEvent(event: LocatedEvent): void;
  /** Those of blocks `from` to `to`, both included, in chain order. */
  eventsIn(from: number, to?: number): readonly LocatedEvent[];

  putSent(sent: Sent): void;
  dropSent(account: Hex, nonce: number): void;
  /** By account and nonce. */
  sent(): readonly Sent[];

  close(): void;
};
