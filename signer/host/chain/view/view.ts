/** What this host knows of the chain: the ledger of final events, and how far it goes. Its only owner. */

import type { Request } from '../../../enclave/api.ts';
import type { Hex } from '../../../formats/hex.ts';
import type { BlockRef } from '../../ports/chain.ts';
import type { Checkpoint, Final } from '../checkpoints.ts';
import type { Ledger } from './ledger.ts';

export type View = {
  /** Another object after events that came late or were taken back: ask again, keep nothing of it over an await. */
  readonly ledger: Ledger;
  /** highest finalised block that was read */
  readonly head: BlockRef | null;
  /** what the ledger says is all that is final; before that nothing may be concluded from what it does not say */
  readonly isCaughtUp: boolean;
  /** Brings all of it up to the newest finalised block. @throws Retryable; what was read by then is kept */
  observe(): Promise<void>;
  /** What a session is to pin now: the newest block that this enclave has verified to be final, never after `head`. Null before the first. */
  checkpoint(): Checkpoint | null;
  /** What this enclave has verified, from now on. @throws Retryable while no RPC has the block: to be said again */
  pin(final: Final): Promise<void>;
  /** Another life of the enclave, which has verified nothing yet. */
  unpin(): void;
  /** The block that a beacon node calls final, read up to: so that no enclave gets ahead of this view. @throws Retryable */
  reach(hash: Hex): Promise<void>;
  /** This block, once it is final here; null when it is not within so many milliseconds, or another one is. @throws Retryable */
  final(block: Pick<BlockRef, 'number' | 'hash'>, patience: number): Promise<BlockRef | null>;
  /** What was asked under this id, also when it has ended; null when no log said so. */
  asked(id: Hex): Request | null;
  /** Seconds: the later of the chain's clock and this machine's. For deciding what is worth trying, nothing else. */
  timeNow(): number;
};
