/**
 * What host and enclave say to each other: the only file of the enclave that a host imports. Types, the version, and
 * which slots a proof has to cover.
 *
 * A host calls, the enclave answers each call once, in order, with `ok` or `refusal`; events come in between. Everything in a
 * call is untrusted: the enclave believes only what the proofs inside it prove. Formats: docs/formats.md.
 */

import type * as Bytes from '../formats/committee.ts';
import type { Decimal, Hex, Wire } from '../formats/hex.ts';
import type { RefusalCode } from '../formats/refusal.ts';
import type * as Asked from '../formats/request.ts';
import { slotsForActivation, slotsForBootRecord, slotsForCeremony, slotsForRequest } from '../proof/slots.ts';

export const API_VERSION = 1;

/** What the proof of a call has to cover, as the enclave itself computes it. Pure; bytes, not hex. */
export const slotsFor = {
  recordBoot: slotsForBootRecord,
  generateKey: slotsForCeremony,
  activateKey: slotsForActivation,
  sign: slotsForRequest,
} as const;

/** Account and storage proofs (EIP-1186) under one header. `accounts[].proof` runs from the state root to the account. */
export type StateProof = {
  readonly header: Hex;
  readonly accounts: readonly AccountProof[];
};
export type AccountProof = {
  readonly address: Hex;
  readonly proof: readonly Hex[];
  readonly slots: readonly { readonly slot: Hex; readonly proof: readonly Hex[] }[];
};

export type Member = Wire<Bytes.Member>;
export type Committee = Wire<Bytes.Committee>;
export type Effect = Wire<Asked.Effect>;
export type Request = Wire<Asked.Request>;
export type SigningSet = Wire<Bytes.SigningSet>;

export type Calls = {
  /** First call of a life. `sealed` is what the enclave last asked to keep, or null on first boot. */
  boot: { params: { sealed: Hex | null }; result: Status };
  status: { params: Record<string, never>; result: Status };
  /** Evidence and the identity's signature over the registration. The challenge is the hash of `header`. */
  attest: {
    params: {
      operator: Hex;
      region: Hex;
      tlsKey: Hex;
      endpoint: string;
      epoch: number;
      header: Hex;
    };
    result: {
      tee: Hex;
      challenge: Hex;
      challengeBlock: number;
      reportData: Hex;
      evidence: Hex;
      identitySignature: Hex;
    };
  };
  /** The next boot record of this life; the counter follows the one that `proof` proves. */
  recordBoot: {
    params: { operator: Hex; proof: StateProof };
    result: { enclave: Hex; nonce: Hex; encryptionKey: Hex; counter: Decimal; identitySignature: Hex };
  };
  /** Starts key generation for the proven open attempt; the session goes on through `deliver`. */
  generateKey: { params: { committee: Committee; proof: StateProof }; result: { session: Hex } };
  /** Says that the host has stored the sealed state of this generation; only then is a confirmation released. */
  kept: { params: { generation: number }; result: Record<string, never> };
  /** Starts the activation signature for a key whose confirmations are proven complete. */
  activateKey: { params: { committee: Committee; set: SigningSet; proof: StateProof }; result: { session: Hex } };
  /** Stages 5 to 8 for one request. */
  sign: {
    params: { request: Request; committee: Committee; set: SigningSet; proof: StateProof };
    result: { session: Hex };
  };
  /** One envelope from another member's enclave. Duplicates are harmless. */
  deliver: { params: { envelope: Hex }; result: Record<string, never> };
  /** Ends a session (a time-out of the host). Its nonces are gone. */
  abort: { params: { session: Hex }; result: Record<string, never> };
};

export type Status = {
  readonly version: number;
  readonly identity: Hex;
  readonly nonce: Hex;
  readonly encryptionKey: Hex;
  readonly configuration: Hex;
  /** Number and hash of the highest block verified in this life or sealed from an earlier one; null before the first. */
  readonly head: { readonly number: number; readonly hash: Hex } | null;
  readonly generation: number;
  readonly shares: readonly {
    readonly keyId: Hex;
    readonly epoch: number;
    readonly attempt: number;
    readonly publicKey: Hex;
  }[];
  readonly sessions: number;
  readonly counters: Readonly<Record<string, number>>;
};

export type CallName = keyof Calls;
export type Params<N extends CallName> = Calls[N]['params'];
export type Result<N extends CallName> = Calls[N]['result'];

/** Host -> enclave. `id` is the host's, echoed in the answer. */
export type Call = { [N in CallName]: { readonly id: number; readonly call: N; readonly params: Params<N> } }[CallName];

/** Enclave -> host. */
export type Answer =
  | { readonly id: number; readonly ok: Result<CallName> }
  | { readonly id: number; readonly refusal: RefusalNotice };
export type RefusalNotice = { readonly code: RefusalCode; readonly detail: string };

export type Event =
  /** Carry this envelope to the member enclave `to`. */
  | { readonly event: 'envelope'; readonly session: Hex; readonly to: Hex; readonly envelope: Hex }
  /** Store this before anything else and answer with `kept`; it replaces what was kept before. */
  | { readonly event: 'seal'; readonly generation: number; readonly sealed: Hex }
  /** This member keeps its share: relay to KeyRegistry.confirm. */
  | {
      readonly event: 'confirmation';
      readonly session: Hex;
      readonly member: Hex;
      readonly keyId: Hex;
      readonly epoch: number;
      readonly attempt: number;
      readonly committee: Hex;
      readonly transcript: Hex;
      readonly publicKeyPrefix: number;
      readonly publicKeyX: Hex;
      readonly commitments: Hex;
      readonly identitySignature: Hex;
    }
  /** Verified signature over the activation message: relay to KeyRegistry.activate. */
  | { readonly event: 'activation'; readonly session: Hex; readonly keyId: Hex; readonly signature: Hex }
  /** Verified signatures, one per digest: relay to SigningRequests.fulfil. */
  | { readonly event: 'signature'; readonly session: Hex; readonly requestId: Hex; readonly signatures: readonly Hex[] }
  /** A session ended without a result. Parties are numbers of the committee. */
  | {
      readonly event: 'fault';
      readonly session: Hex;
      readonly code: string;
      readonly culprits: readonly number[];
      readonly silent: readonly number[];
      /** Two other members contradict each other, so one of them lies; which of them, only their signed messages tell. */
      readonly disputes: readonly { readonly about: number; readonly reporter: number }[];
      readonly detail: string;
    };
