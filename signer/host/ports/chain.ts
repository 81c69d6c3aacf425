/** The home chain as the host sees it: through RPC providers that may lie, lag or fail. Failures are Retryable. */

import type { Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';

export type BlockRef = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** seconds */
  readonly timestamp: number;
};

export type PublicKey = { readonly prefix: number; readonly x: Hex };

/** What the host reads from the logs of the contracts; everything that it knows of the chain follows from these. */
export type ChainEvent =
  | {
      readonly event: 'SignatureRequested';
      readonly id: Hex;
      /** its row's, when it was asked for */
      readonly epoch: number;
      readonly readyAt: number;
      readonly request: Request;
    }
  | { readonly event: 'RequestReady'; readonly id: Hex }
  | { readonly event: 'SignatureFulfilled'; readonly id: Hex }
  | { readonly event: 'RequestCancelled'; readonly id: Hex }
  | { readonly event: 'RequestRefused'; readonly id: Hex }
  | { readonly event: 'RequestExpired'; readonly id: Hex }
  | { readonly event: 'RequestAbandoned'; readonly id: Hex }
  | { readonly event: 'LateSignatureRecorded'; readonly id: Hex }
  | { readonly event: 'KeyCreated'; readonly keyId: Hex; readonly scheme: number }
  | {
      readonly event: 'AttemptOpened';
      readonly keyId: Hex;
      readonly attempt: number;
      readonly epoch: number;
      readonly threshold: number;
      readonly members: readonly Hex[];
      readonly deadline: number;
    }
  | { readonly event: 'KeyConfirmedBy'; readonly keyId: Hex; readonly attempt: number; readonly member: Hex }
  | { readonly event: 'KeyConfirmed'; readonly keyId: Hex; readonly attempt: number; readonly publicKey: PublicKey }
  | { readonly event: 'KeyActivated'; readonly keyId: Hex; readonly epoch: number; readonly publicKey: PublicKey }
  | {
      readonly event: 'RowSet';
      readonly keyId: Hex;
      readonly requester: Hex;
      readonly epoch: number;
      readonly guard: Hex;
      readonly module: Hex;
      readonly kinds: number;
      /** seconds */
      readonly delay: number;
    }
  | { readonly event: 'RowRemoved' | 'RowRaised'; readonly keyId: Hex; readonly requester: Hex; readonly epoch: number }
  | { readonly event: 'DerivedKeyClaimed'; readonly keyId: Hex; readonly requester: Hex; readonly path: Hex }
  | { readonly event: 'KeyPaused' | 'KeySuspended'; readonly keyId: Hex; readonly pausedUntil: number }
  | { readonly event: 'NetworkPaused' | 'NetworkSuspended'; readonly pausedUntil: number }
  | { readonly event: 'BeatSet'; readonly margin: number }
  | {
      readonly event: 'EnclaveRegistered';
      readonly id: Hex;
      readonly operator: Hex;
      readonly identity: Hex;
      readonly epoch: number;
      readonly tlsKey: Hex;
      readonly endpoint: string;
      readonly region: Hex;
      readonly measurement: Hex;
    }
  | { readonly event: 'EnclaveAttested'; readonly id: Hex; readonly validUntil: number }
  | { readonly event: 'EnclaveRetired' | 'EnclaveSuspended'; readonly id: Hex }
  | { readonly event: 'MeasurementRevoked'; readonly measurement: Hex }
  | { readonly event: 'BootRecorded'; readonly id: Hex; readonly counter: string; readonly nonce: Hex };

export type LocatedEvent = {
  readonly block: number;
  readonly blockHash: Hex;
  /** position of the log in its block */
  readonly index: number;
  readonly data: ChainEvent;
};

/** Now, at the latest block: for deciding what is worth a transaction, never for what is signed. */
export type CeremonyNow = { readonly status: number; readonly attempt: number; readonly deadline: number };
export type EnclaveNow = {
  readonly status: number;
  readonly epoch: number;
  readonly validUntil: number;
  readonly bootCounter: bigint;
  readonly bootNonce: Hex;
};

export type Transaction = {
  readonly to: Hex;
  readonly data: Hex;
  readonly value: bigint;
  readonly gas: bigint;
  readonly nonce: number;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
};
export type Fees = { readonly baseFee: bigint; readonly tip: bigint };
export type Receipt = { readonly success: boolean; readonly block: number };

/** How many there are on chain: an RPC that leaves out a log cannot leave out these too without being found out. */
export type Counts = { readonly requests: number; readonly keys: number; readonly enclaves: number };

export type Chain = {
  chainId(): Promise<number>;
  /** Hash of block 0. */
  genesis(): Promise<Hex>;
  finalized(): Promise<BlockRef>;
  blockAt(number: number): Promise<BlockRef | null>;
  /** RLP of the header with this hash, checked against it. */
  header(hash: Hex): Promise<Hex>;
  /** Both ends included. RANGE_TOO_LONG asks for a shorter range, HISTORY_PRUNED says that no provider has it. */
  events(from: number, to: number): Promise<readonly LocatedEvent[]>;
  counts(block: BlockRef): Promise<Counts>;
  /** Nodes of the tries that show this account and these slots at this block, each once, in any order. */
  nodes(address: Hex, slots: readonly Hex[], block: BlockRef): Promise<readonly Hex[]>;
  /** Calls back when the chain has grown, where the provider tells; a hint, never an answer. Returns what ends it. */
  onBlock(grown: () => void): () => void;

  ceremony(keyId: Hex): Promise<CeremonyNow>;
  enclave(id: Hex): Promise<EnclaveNow>;
  enclaveOf(operator: Hex): Promise<Hex | null>;
  requestState(id: Hex): Promise<number>;
  isClaimed(keyId: Hex, requester: Hex, path: Hex): Promise<boolean>;

  /** Transactions of this account that are mined. */
  nonce(account: Hex): Promise<number>;
  balance(account: Hex): Promise<bigint>;
  fees(): Promise<Fees>;
  /** TRANSACTION_REVERTS with the reason if it would fail now. */
  estimateGas(from: Hex, to: Hex, data: Hex): Promise<bigint>;
  /** A transaction that the provider already has is success. NONCE_USED, UNDERPRICED, GAS_ACCOUNT_EMPTY otherwise. */
  send(raw: Hex): Promise<void>;
  /** Null while it is not mined. */
  receipt(hash: Hex): Promise<Receipt | null>;
};
