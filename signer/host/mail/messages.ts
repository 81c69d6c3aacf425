/** What hosts say to each other. Nothing here is believed: enclaves authenticate envelopes and verify proofs themselves. */

import type { SigningSet, StateProof } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';

/** What a leader runs sessions for: a request (its id), or a confirmed key that is to sign its activation (its key id). */
export type TaskKind = 'signing' | 'activation';

export type Message =
  /** A leader asks who can take part now. */
  | { readonly type: 'invite'; readonly kind: TaskKind; readonly subject: Hex; readonly run: number }
  /** I can; and this is the highest block that I know to be final. */
  | { readonly type: 'accept'; readonly subject: Hex; readonly run: number; readonly head: number }
  /** Start the session with this set, at this block. */
  | {
      readonly type: 'propose';
      readonly kind: TaskKind;
      readonly subject: Hex;
      readonly block: { readonly number: number; readonly hash: Hex };
      readonly set: SigningSet;
      readonly proof: StateProof;
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
