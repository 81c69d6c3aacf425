/** What must survive kill -9: what was seen, tried and posted, and the enclave's sealed state. Every write is durable on return. */

import type { Hex } from '../../formats/hex.ts';
import type { BlockRef, LocatedEvent } from './chain.ts';

export type Sealed = { readonly generation: number; readonly sealed: Hex };

/** One thing to bring about on chain; `id` names the goal, so that the same goal is never pursued twice. */
export type Posting = {
  readonly id: string;
  readonly goal: Goal;
  readonly to: Hex;
  readonly data: Hex;
  /** mined is not done: until its block is final, a reorg may take the transaction back */
  readonly state: 'wanted' | 'sent' | 'mined' | 'done' | 'given-up';
  /** clock time before which others go first */
  readonly notBefore: number;
  /** lower goes first */
  readonly priority: number;
  readonly failures: number;
  readonly sent: Sent | null;
  readonly minedAt: number | null;
};
/** The transaction under way: every hash that was ever sent with this nonce may be the one that is mined. */
export type Sent = {
  readonly nonce: number;
  readonly hashes: readonly Hex[];
  readonly raw: Hex;
  readonly gas: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
  readonly sentAt: number;
};
export type Goal =
  | { readonly kind: 'register'; readonly enclave: Hex; readonly epoch: number }
  | { readonly kind: 'record-boot'; readonly enclave: Hex; readonly nonce: Hex; readonly counter: string }
  | { readonly kind: 'confirm'; readonly keyId: Hex; readonly attempt: number; readonly member: Hex }
  | { readonly kind: 'activate'; readonly keyId: Hex; readonly attempt: number }
  | { readonly kind: 'open-attempt'; readonly keyId: Hex; readonly attempt: number }
  | { readonly kind: 'mark-ready'; readonly request: Hex }
  | { readonly kind: 'claim-key'; readonly keyId: Hex; readonly requester: Hex; readonly path: Hex }
  | { readonly kind: 'fulfil'; readonly request: Hex }
  | { readonly kind: 'record-late'; readonly request: Hex }
  | { readonly kind: 'expire'; readonly request: Hex };

export type Attempt = {
  readonly subject: Hex;
  readonly run: number;
  readonly startedAt: number;
  readonly parties: readonly number[];
  readonly outcome: string;
};

export type Store = {
  /** Runs `work` in one transaction: all of its writes or none. */
  transaction<T>(work: () => T): T;

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
  /** Those of one block. */
  eventsIn(block: number): readonly LocatedEvent[];

  putPosting(posting: Posting): void;
  posting(id: string): Posting | null;
  /** Neither done nor given up, most urgent first. */
  openPostings(): readonly Posting[];

  putAttempt(attempt: Attempt): void;
  attempts(subject: Hex): readonly Attempt[];

  close(): void;
};
