/**
 * The enclave's stages in path order, as types: Unverified -> Verified -> Approved -> Signed. Only a stage's own file constructs
 * the next type; everything below is bytes already decoded by `decode/` from what the host sent.
 */

import type { Committee, SigningSet } from '../../formats/committee.ts';
import type { Configuration } from '../../formats/configuration.ts';
import type { Refusal } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import type { PublicKey, Scheme } from '../../formats/schemes.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import type { Block, ProvenState } from '../../proof/state.ts';

declare const stage: unique symbol;

export type Bytes = Uint8Array;

/** This enclave, as it knows itself. `operator` is what the host says and proofs confirm (it is in the enclave id). */
export type Self = {
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

/** Those who take part in one session, proven, this enclave among them. */
export type Session = {
  readonly [stage]: 'session';
  readonly id: Bytes;
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly committee: Bytes;
  readonly threshold: number;
  /** Size n of the committee. */
  readonly size: number;
  readonly self: number;
  /** The set that takes part, in party order; all n in key generation, t in signing. */
  readonly members: readonly ProvenMember[];
  readonly block: Block;
};

/** Before stage 7 of a key's path: an open attempt that names this enclave. */
export type VerifiedCeremony = { readonly [stage]: 'ceremony'; readonly session: Session; readonly scheme: Scheme };
/** A key whose confirmations are complete on chain, and the message that activates it. */
export type VerifiedActivation = {
  readonly [stage]: 'activation';
  readonly session: Session;
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  readonly commitments: Bytes;
  readonly message: Bytes;
};
/** Stage 5: a request that the chain really made, of a key that is active, now. */
export type VerifiedRequest = {
  readonly [stage]: 'verified';
  readonly session: Session;
  readonly scheme: Scheme;
  readonly publicKey: PublicKey;
  /** Birth domain of the key, as the chain stores it. */
  readonly birth: Bytes;
  readonly id: Bytes;
  readonly request: Request;
};
/** Stage 6: what will be signed, with what, and why it may. */
export type ApprovedRequest = {
  readonly [stage]: 'approved';
  readonly session: Session;
  readonly id: Bytes;
} & Pick<DecodedPayload, 'messages' | 'tweaks' | 'verifyingKey'>;

export type VerifyCeremony = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: Committee,
) => VerifiedCeremony | Refusal;
export type VerifyActivation = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: Committee,
  set: SigningSet,
) => VerifiedActivation | Refusal;
export type VerifyRequest = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: Committee,
  set: SigningSet,
  request: Request,
) => VerifiedRequest | Refusal;
export type DecideRequest = (request: VerifiedRequest) => ApprovedRequest | Refusal;
