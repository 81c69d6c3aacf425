/** The home chain as the host sees it: through RPC providers that may lie, lag or fail. Failures are Retryable. */

import type { Hex } from '../../formats/hex.ts';
import type { DerivedKeyEvent } from '../chain/view/derivedKeys.ts';
import type { EnclaveEvent } from '../chain/view/enclaves.ts';
import type { ForkEvent } from '../chain/view/forks.ts';
import type { KeyEvent } from '../chain/view/keys.ts';
import type { LateSignatureEvent } from '../chain/view/lateSignatures.ts';
import type { MeasurementEvent } from '../chain/view/measurements.ts';
import type { NetworkEvent } from '../chain/view/network.ts';
import type { RefusalEvent } from '../chain/view/refusals.ts';
import type { RequestEvent } from '../chain/view/requests.ts';
import type { RowEvent } from '../chain/view/rows.ts';

export type BlockRef = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** seconds */
  readonly timestamp: number;
};

/** Which provider has which block. */
export type Witness = { readonly rpc: string; readonly block: BlockRef | null };

/** What the host reads from the logs of the contracts; everything that it knows of the chain follows from these. */
export type ChainEvent =
  | RequestEvent
  | LateSignatureEvent
  | RefusalEvent
  | KeyEvent
  | RowEvent
  | NetworkEvent
  | ForkEvent
  | DerivedKeyEvent
  | EnclaveEvent
  | MeasurementEvent;

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
  /** The same from every provider that answers, one answer each: what is read is given up on no single one's word. */
  blocksAt(number: number): Promise<readonly Witness[]>;
  /** Checked against its hash; null for one that the provider does not know. */
  blockOf(hash: Hex): Promise<BlockRef | null>;
  /** RLP of the header with this hash, checked against it. */
  header(hash: Hex): Promise<Hex>;
  /** Both ends included. RANGE_TOO_LONG asks for a shorter range, HISTORY_PRUNED says that no provider has it. */
  events(from: number, to: number): Promise<readonly LocatedEvent[]>;
  /** The same from every provider that has block `to`, one answer each; null of one that has not, or does not answer. */
  eventsOfAll(from: number, to: BlockRef): Promise<readonly (readonly LocatedEvent[] | null)[]>;
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
  /** Who verifies evidence of this TEE; null while the registry takes none. */
  verifierOf(tee: Hex): Promise<Hex | null>;
  /** What a view answers. @throws Retryable TRANSACTION_REVERTS with the reason */
  call(to: Hex, data: Hex): Promise<Hex>;

  /** Transactions of this account that are mined. */
  nonce(account: Hex): Promise<number>;
  balance(account: Hex): Promise<bigint>;
  fees(): Promise<Fees>;
  /** TRANSACTION_REVERTS with the reason if it would fail now. */
  estimateGas(from: Hex, to: Hex, data: Hex): Promise<bigint>;
  /** Whether it would succeed now with that much gas: an estimate fails where a call within may run out of what it was given. */
  succeeds(from: Hex, to: Hex, data: Hex, gas: bigint): Promise<boolean>;
  /** A transaction that the provider already has is success. NONCE_USED, UNDERPRICED, GAS_ACCOUNT_EMPTY otherwise. */
  send(raw: Hex): Promise<void>;
  /** Null while it is not mined. */
  receipt(hash: Hex): Promise<Receipt | null>;
};
