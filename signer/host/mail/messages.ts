/** What hosts say to each other. Nothing here is believed: enclaves authenticate envelopes and are shown the chain by their own hosts. */

import type { Request, SigningSet } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { RefusalKind } from '../../formats/refusal.ts';

/** What a leader runs sessions for: requests of a key, or a confirmed key that is to sign its activation. */
export type TaskKind = 'signing' | 'activation';

/** Why a member takes no part: its enclave's refusal code, or one of its host's own. */
export type DeclineCode = string;
export type RefusedHere = { readonly request: Hex; readonly kind: RefusalKind; readonly code: string };

/**
 * The update that makes a block final, which the receiver's enclave judges: a claim about the chain counts for nothing without. Null where
 * it is not at hand; then nothing is claimed.
 */
export type Proof = Hex | null;

/** A run is one leader's, for one key: its sessions' tries have numbers that it raises. */
export type Message =
  /**
   * A leader asks who can take part now, in a session of so many requests. `slot` is how far it has come, as it says: that binds nobody,
   * for who knows no more has nothing to prove, and the proposal comes with a proof.
   */
  | {
      readonly type: 'invite';
      readonly kind: TaskKind;
      readonly key: Hex;
      readonly run: number;
      readonly count: number;
      readonly slot: number;
    }
  /** I can; what my enclave has verified to be final, where that is more than the leader knows, and in how many sessions it is. */
  | {
      readonly type: 'accept';
      readonly key: Hex;
      readonly run: number;
      readonly proof: Proof;
      readonly busy: number;
    }
  /** Start the session with this set, at this block; each member shows the block to its own enclave. No requests for an activation. */
  | {
      readonly type: 'propose';
      readonly kind: TaskKind;
      readonly key: Hex;
      readonly block: { readonly number: number; readonly hash: Hex };
      /** of this block */
      readonly proof: Proof;
      readonly set: SigningSet;
      readonly requests: readonly Hex[];
    }
  /** I cannot; `refused` are the requests that my enclave said no to. */
  | {
      readonly type: 'decline';
      readonly key: Hex;
      readonly run: number;
      readonly code: DeclineCode;
      readonly proof: Proof;
      readonly refused: readonly RefusedHere[];
    }
  /** The leader's session is over; these requests are signed, as it says. */
  | { readonly type: 'ended'; readonly key: Hex; readonly run: number; readonly signed: readonly Hex[] }
  /** Show me these requests of your proposal: no log has told me of them. Their ids say whether they are the right ones. */
  | { readonly type: 'ask'; readonly requests: readonly Hex[] }
  | { readonly type: 'give'; readonly request: Request }
  /** Set OT up with my enclave at this block, which I have begun: for a key that we both are members of. */
  | {
      readonly type: 'pair';
      readonly key: Hex;
      readonly block: { readonly number: number; readonly hash: Hex };
      /** of this block */
      readonly proof: Proof;
      readonly run: number;
    }
  /** Carry this to your enclave. */
  | { readonly type: 'envelope'; readonly envelope: Hex };

/** A message in transit: numbered within the life of its sender, and sent again until the receiver acknowledges it. */
export type Letter = {
  readonly from: Hex;
  readonly to: Hex;
  readonly life: Hex;
  readonly number: number;
  readonly message: Message;
};
export type Receipt = {
  readonly from: Hex;
  readonly to: Hex;
  readonly life: Hex;
  readonly received: readonly number[];
};
