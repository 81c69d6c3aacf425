/**
 * The enclave's stages in path order, as types: Unverified -> Verified -> Approved -> Signed. Only a stage's own file constructs
 * the next type; everything below is bytes already decoded by `decode/` from what the host sent.
 */

import type { Refusal } from '../refusal.ts';

declare const stage: unique symbol;

export type Bytes = Uint8Array;

/** What is measured besides the image: docs/formats.md, "Configuration". */
export type Configuration = {
  readonly hash: Bytes;
  readonly chainId: bigint;
  readonly genesisHash: Bytes;
  readonly contracts: Readonly<Record<ContractName, { readonly address: Bytes; readonly codeHash: Bytes }>>;
};
export type ContractName = 'measurementRegistry' | 'enclaveRegistry' | 'keyRegistry' | 'signingRequests';

export type Block = {
  readonly number: number;
  readonly hash: Bytes;
  readonly timestamp: number;
  readonly prevRandao: Bytes;
};

/** Storage words proven under one block. `word` throws a Refused for a slot that the proof does not cover. */
export type ProvenState = {
  readonly [stage]: 'proven';
  readonly block: Block;
  word(contract: ContractName, slot: Bytes): bigint;
};

/** This enclave, as it knows itself. `operator` is what the host says and proofs confirm (it is in the enclave id). */
export type Self = {
  readonly identity: Bytes;
  readonly nonce: Bytes;
  readonly encryptionKey: Bytes;
};

export type UnverifiedMember = { readonly id: Bytes; readonly operator: Bytes; readonly identity: Bytes };
export type UnverifiedCommittee = {
  readonly keyId: Bytes;
  readonly epoch: number;
  readonly attempt: number;
  readonly threshold: number;
  readonly members: readonly UnverifiedMember[];
};
export type UnverifiedSet = { readonly parties: readonly number[]; readonly leader: Bytes; readonly run: number };
export type UnverifiedRequest = {
  readonly keyId: Bytes;
  readonly requester: Bytes;
  readonly counter: bigint;
  readonly path: Bytes;
  readonly kind: number;
  readonly payload: Bytes;
  readonly digests: readonly Bytes[];
  readonly effects: readonly { kind: number; asset: Bytes; recipient: Bytes; amount: bigint; detail: Bytes }[];
  readonly deadline: number;
  readonly consumer: Bytes;
  readonly callbackGas: number;
  readonly replaces: Bytes;
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

export type Scheme = 'bip340' | 'ed25519' | 'ecdsa-secp256k1';
export type PublicKey = { readonly prefix: number; readonly x: Bytes };

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
  readonly request: UnverifiedRequest;
};
/** Stage 6: what will be signed, with what, and why it may. */
export type ApprovedRequest = {
  readonly [stage]: 'approved';
  readonly session: Session;
  readonly id: Bytes;
  readonly messages: readonly Bytes[];
  /** Applied in order to the root key: BIP-327's plain and x-only tweaks. */
  readonly tweaks: readonly { readonly kind: 'plain' | 'xonly'; readonly scalar: Bytes }[];
  /** x-only (bip340) or 33-byte compressed key, or the Ed25519 key, that the signatures must verify under. */
  readonly verifyingKey: Bytes;
};

export type VerifyState = (
  proof: { header: Bytes; accounts: readonly AccountProofBytes[] },
  configuration: Configuration,
) => ProvenState | Refusal;
export type AccountProofBytes = {
  readonly address: Bytes;
  readonly proof: readonly Bytes[];
  readonly slots: readonly { readonly slot: Bytes; readonly proof: readonly Bytes[] }[];
};
export type VerifyCeremony = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: UnverifiedCommittee,
) => VerifiedCeremony | Refusal;
export type VerifyActivation = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: UnverifiedCommittee,
  set: UnverifiedSet,
) => VerifiedActivation | Refusal;
export type VerifyRequest = (
  state: ProvenState,
  configuration: Configuration,
  self: Self,
  committee: UnverifiedCommittee,
  set: UnverifiedSet,
  request: UnverifiedRequest,
) => VerifiedRequest | Refusal;
export type DecideRequest = (request: VerifiedRequest) => ApprovedRequest | Refusal;
