/**
 * What host and enclave say to each other: the only file of the enclave that a host imports. Types, the version, and
 * what one session holds.
 *
 * A host calls, the enclave answers each call once, in order, with `ok` or `refusal`; events come in between. Everything in a
 * call is untrusted: the enclave believes only what was proven. Formats: docs/formats.md.
 */

import type * as Bytes from '../formats/committee.ts';
import type { Decimal, Hex, Wire } from '../formats/hex.ts';
import type { RefusalCode, RefusalKind } from '../formats/refusal.ts';
import type * as Asked from '../formats/request.ts';
import type { Scheme } from '../formats/schemes.ts';

export const API_VERSION = 6;

export type Member = Wire<Bytes.Member>;
export type Committee = Wire<Bytes.Committee>;
export type Effect = Wire<Asked.Effect>;
export type Request = Wire<Asked.Request>;
export type SigningSet = Wire<Bytes.SigningSet>;

/** Requests of one session; one always fits. */
export const MAX_SESSION_REQUESTS = 32;
/**
 * Messages of one session, and messages × signers: so many take an enclave less than a second. In FROST each signer checks every share of
 * every message (docs/frost.md); in ECDSA it multiplies with every other signer for every message (docs/ecdsa.md).
 */
const FROST = { messages: 128, shares: 64 * 33 };
const SESSION_LIMITS: Readonly<Record<Scheme, { readonly messages: number; readonly shares: number }>> = {
  bip340: FROST,
  ed25519: FROST,
  'ecdsa-secp256k1': { messages: 32, shares: 96 },
};

/** Messages of all requests of a session together, unless it has only one request. */
export function mostMessages(scheme: Scheme, signers: number): number {
  const { messages, shares } = SESSION_LIMITS[scheme];
  return Math.max(1, Math.min(messages, Math.floor(shares / Math.max(1, signers))));
}

export type Calls = {
  /** First call of a life. `sealed` is what the enclave last asked to keep, or null on first boot: there is no identity yet then. */
  boot: { params: { sealed: Hex | null }; result: UnrootedStatus | Status };
  status: { params: Record<string, never>; result: UnrootedStatus | Status };
  /**
   * What this identity verifies finality from, in every life: a bootstrap of this block root, in the bytes of signer/finality. Only
   * registration shows that the root is of the true chain, so there is no second one, and the identity is drawn for it: here, with the nonce and
   * the encryption key of its first life, which `status` then says. Before it nothing else is answered.
   */
  bootstrap: { params: { root: Hex; bootstrap: Hex }; result: Finality };
  /** One update or finality update, in the bytes of signer/finality: the next checkpoint, or the committee that signs later ones. */
  follow: { params: { update: Hex }; result: Finality };
  /**
   * Shows the block of a checkpoint: its header (RLP), and nodes of the state trie and of the storage tries under it, in any order, each once. The
   * enclave keeps the newest checkpoint and the one that it followed before that; more nodes of either may follow, in calls of their own.
   * Every other call names the block that it is to be judged at.
   */
  prove: { params: { header: Hex; nodes: readonly Hex[] }; result: { number: number; hash: Hex } };
  /**
   * Evidence and the identity's signature over the registration, judged at `block`. The challenge is the hash of that block; but for epoch 1, where
   * headers say the roots of beacon blocks (`parentRoots` of the measured configuration), that of `child`: RLP of the header of a block whose parent
   * beacon block is the trusted root of this identity. Null everywhere else.
   */
  attest: {
    params: {
      operator: Hex;
      region: Hex;
      tlsKey: Hex;
      endpoint: string;
      epoch: number;
      block: Hex;
      child: Hex | null;
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
  /** The next boot record of this life; the counter follows the one that `block` proves. */
  recordBoot: {
    params: { operator: Hex; block: Hex };
    result: { enclave: Hex; nonce: Hex; encryptionKey: Hex; counter: Decimal; identitySignature: Hex };
  };
  /** Starts key generation for the proven open attempt; the session goes on through `deliver`. */
  generateKey: { params: { committee: Committee; block: Hex }; result: { session: Hex } };
  /** Says that the host has stored the sealed state of this generation; only then is a confirmation released. */
  kept: { params: { generation: number }; result: Record<string, never> };
  /** Starts the activation signature for a key whose confirmations are proven complete. */
  activateKey: { params: { committee: Committee; set: SigningSet; block: Hex }; result: { session: Hex } };
  /**
   * Sets OT up with the other member of the set, for all keys that sign with it, in both lives. The committee is that of any such key, active
   * or being made; the session goes on through `deliver`, and ends with `paired` or `fault`.
   */
  setUpPair: { params: { committee: Committee; set: SigningSet; block: Hex }; result: { session: Hex } };
  /**
   * Stages 6 to 9 for requests of one key, in the leader's order; the session id commits to their ids in this order. Each is judged by
   * itself: when any is refused no session starts, and all that are refused are named.
   */
  sign: {
    params: {
      committee: Committee;
      set: SigningSet;
      block: Hex;
      requests: readonly Request[];
      /** What the requests name as replaced, each once, in any order. One that is missing refuses the request that names it. */
      firsts: readonly Request[];
    };
    result:
      | { readonly session: Hex; readonly refused?: never }
      | { readonly session?: never; readonly refused: readonly RefusedRequest[] };
  };
  /** Stages 6 and 7 alone: which of these requests this enclave refuses, and its signed words where it has not given them in this life. */
  judge: { params: Calls['sign']['params']; result: { readonly refused: readonly RefusedRequest[] } };
  /** One envelope from another member's enclave. Duplicates are harmless. */
  deliver: { params: { envelope: Hex }; result: Record<string, never> };
  /** Ends a session (a time-out of the host). Its nonces are gone. */
  abort: { params: { session: Hex }; result: Record<string, never> };
};

/** `kind`: `final` for what will never be signed, `unsupported` for what this image does not know, `passing` for what may pass. */
export type RefusedRequest = {
  readonly id: Hex;
  readonly kind: RefusalKind;
  readonly code: RefusalCode;
  readonly detail: string;
};

/** What is final, as far as this enclave has verified: a checkpoint, and whose signatures it takes for the next. */
export type Finality = {
  readonly slot: number;
  /** of the execution block */
  readonly blockHash: Hex;
  /** of the sync committee */
  readonly period: number;
  /** Where false, the update of this period comes before anything of the next. */
  readonly isNextCommitteeKnown: boolean;
};

type ProcessStatus = {
  readonly version: number;
  readonly configuration: Hex;
  /** Numbers of the schemes whose keys this enclave makes and uses (docs/formats.md). */
  readonly schemes: readonly number[];
  readonly counters: Readonly<Record<string, number>>;
};

/** Before `bootstrap`, without a seal: there is nobody whose anything could be said. */
export type UnrootedStatus = ProcessStatus & { readonly identity: null };

/** Of one life of an identity. */
export type Status = ProcessStatus & {
  readonly identity: Hex;
  readonly nonce: Hex;
  readonly encryptionKey: Hex;
  /** Number and hash of the highest block verified in this life or sealed from an earlier one; null before the first. */
  readonly head: { readonly number: number; readonly hash: Hex } | null;
  /** What `bootstrap` named, and the execution block in its header. */
  readonly trusted: { readonly root: Hex; readonly blockHash: Hex };
  readonly finality: Finality;
  /** Two thirds of a sync committee signed against what is final here: nothing is signed any more, by this identity. */
  readonly isFrozen: boolean;
  readonly generation: number;
  readonly shares: readonly {
    readonly keyId: Hex;
    readonly epoch: number;
    readonly attempt: number;
    readonly publicKey: Hex;
  }[];
  /** Members with whom OT is set up, in these lives of theirs. */
  readonly pairs: readonly { readonly member: Hex; readonly nonce: Hex }[];
  readonly sessions: number;
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
  /** OT is set up with this member, in this life of it. */
  | { readonly event: 'paired'; readonly session: Hex; readonly member: Hex; readonly nonce: Hex }
  /** Verified signature over the activation message: relay to KeyRegistry.activate. */
  | { readonly event: 'activation'; readonly session: Hex; readonly keyId: Hex; readonly signature: Hex }
  /** Verified signatures of one request of a session, one per digest: relay to SigningRequests.fulfil. */
  | { readonly event: 'signature'; readonly session: Hex; readonly requestId: Hex; readonly signatures: readonly Hex[] }
  /** This member's signed word about a request, once for each: relay to Refusals.refuse. */
  | {
      readonly event: 'refusal';
      readonly requestId: Hex;
      readonly member: Hex;
      readonly kind: 'final' | 'unsupported';
      readonly code: RefusalCode;
      /** `code` as contracts have it: its ASCII, padded with zeros to 32 bytes. */
      readonly codeWord: Hex;
      readonly detail: string;
      readonly identitySignature: Hex;
    }
  /**
   * A session ended, and what has had no result by now gets none. Parties are numbers of the committee. Codes are the protocol's, and
   * `overtaken` (a newer block forbids it) and `unverified-signature` (what does not verify is withheld; `detail` names the requests).
   */
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
