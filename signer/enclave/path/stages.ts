/**
 * The enclave's stages in path order, as types: Unverified -> Verified -> Approved -> Signed. Only a stage's own file constructs
 * the next type; everything below is bytes already decoded by `decode/` from what the host sent.
 */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import type { Request } from '../../formats/request.ts';
import type { PublicKey, Scheme, SessionKind } from '../../formats/schemes.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import type { Block } from '../../proof/state.ts';

declare const stage: unique symbol;

export type Bytes = Uint8Array;

/** What this enclave's own boot record says, as it knows itself. `operator` is what the host says and proofs confirm (it is in the enclave id). */
export type OwnBoot = {
  readonly identity: Bytes;
  readonly nonce: Bytes;
  readonly encryptionKey: Bytes;
};

/** A member whose registration and boot record are proven: active, of a measurement in force. */
export type ProvenMember = {
  readonly party: number;
  readonly id: Bytes;
  readonly identity: Bytes;
  readonly nonce: Bytes;
  readonly encryptionKey: Bytes;
};

/** A committee whose every field is the chain's. */
export type ProvenCommittee = Committee & {
  /** Committee hash. */
  readonly hash: Bytes;
  readonly scheme: Scheme;
  /** This enclave's party number, and its id. */
  readonly self: number;
  readonly ownId: Bytes;
};

/** Those who sign, and the block at which that is proven. */
export type ProvenSet = {
  readonly committee: ProvenCommittee;
  readonly members: readonly ProvenMember[];
  readonly set: SigningSet;
  readonly block: Block;
};

/** Those who take part in one session, proven, this enclave among them. */
export type Session = {
  readonly [stage]: 'session';
  readonly kind: SessionKind;
  readonly id: Bytes;
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly committee: Bytes;
  readonly threshold: number;
  /** Size n of the committee. */
  readonly size: number;
  readonly self: number;
  readonly ownId: Bytes;
  /** The set that takes part, in party order; all n in key generation, t in signing, two in an OT set-up. */
  readonly members: readonly ProvenMember[];
  readonly block: Block;
};

/** Before stage 7 of a key's path: an open attempt that names this enclave. */
export type VerifiedCeremony = { readonly [stage]: 'ceremony'; readonly session: Session; readonly scheme: Scheme };
/** Two members of a committee that signs with OT, now: this enclave and its peer. */
export type VerifiedPair = {
  readonly [stage]: 'pair';
  readonly session: Session;
  readonly peer: ProvenMember;
};
/** A key whose confirmations are complete on chain, and the message that activates it. */
export type VerifiedActivation = {
  readonly [stage]: 'activation';
  readonly session: Session;
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  readonly commitments: Bytes;
  readonly message: Bytes;
};
/** Who signs for a key that is active, now: what every request of one session shares. */
export type VerifiedSigners = ProvenSet & {
  readonly [stage]: 'signers';
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  /** Birth domain of the key, as the chain stores it. */
  readonly birth: Bytes;
};
/** Stage 5: a request that the chain really made, of that key, now. */
export type VerifiedRequest = {
  readonly [stage]: 'verified';
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  readonly birth: Bytes;
  readonly id: Bytes;
  readonly request: Request;
  /** What it is to conflict with, if it replaces a request: that one was READY, and has the id that this one names. */
  readonly first: Request | null;
};
/** Stage 6: what will be signed, with what, and why it may. */
export type ApprovedRequest = {
  readonly [stage]: 'approved';
  readonly id: Bytes;
  readonly scheme: Scheme;
} & Pick<DecodedPayload, 'messages' | 'tweaks' | 'verifyingKey'>;
