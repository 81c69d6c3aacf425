/**
 * Answers of providers, each decoded by the form that its method promises. Whatever has another form is RPC_NONSENSE: nothing is
 * concluded from it, and another provider is asked.
 */

import type { Hex } from '../../formats/hex.ts';
import type { BlockFields } from '../chain/header.ts';
import { Retryable } from '../errors.ts';

/** A block as it is asked for here: with hashes of its transactions, of which nobody reads one. */
export type Block = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: number;
  /** 0 before London */
  readonly baseFeePerGas: bigint;
  /** everything that may be part of the header, as it came */
  readonly fields: BlockFields;
};
export type Log = {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly block: number;
  readonly blockHash: Hex;
  /** position in its block */
  readonly index: number;
  readonly isRemoved: boolean;
};
/** Of a transaction that is mined. */
export type MinedReceipt = { readonly success: boolean; readonly block: number };
export type Proof = {
  readonly account: readonly Hex[];
  readonly slots: ReadonlyMap<bigint, readonly Hex[]>;
};

/** Characters of a header's longest field (the bloom has 514), with room for forks to come. */
const FIELD_CAP = 4_096;
/** Deeper than any trie of 32-byte keys, and larger than any of its nodes. */
const NODES_CAP = 70;
const NODE_CAP = 2_048;
const DATA_CAP = 4 * 1024 * 1024;
const LOGS_CAP = 200_000;
const TOPICS_CAP = 4;

/** A number of any length that an EVM word holds. Leading zeros, which some nodes write, change no number. */
export function quantity(value: unknown, what = 'a quantity'): bigint {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value)) return BigInt(value);
  throw nonsense(what, value);
}

export function count(value: unknown, what = 'a count'): number {
  const number = Number(quantity(value, what));
  if (Number.isSafeInteger(number)) return number;
  throw nonsense(what, value);
}

export function hash(value: unknown, what = 'a hash'): Hex {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{64}$/.test(value)) return value.toLowerCase() as Hex;
  throw nonsense(what, value);
}

export function address(value: unknown, what = 'an address'): Hex {
  if (typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)) return value.toLowerCase() as Hex;
  throw nonsense(what, value);
}

/** At most `cap` bytes. */
export function data(value: unknown, what = 'data', cap = DATA_CAP): Hex {
  if (typeof value === 'string' && value.length <= 2 + 2 * cap && /^0x(?:[0-9a-fA-F]{2})*$/.test(value))
    return value.toLowerCase() as Hex;
  throw nonsense(what, value);
}

/** Null for a block that the provider does not know. */
export function block(value: unknown): Block | null {
  if (value === null) return null;
  const found = object(value, 'a block');
  return {
    number: count(found.number, 'the number of a block'),
    hash: hash(found.hash, 'the hash of a block'),
    parentHash: hash(found.parentHash, 'the parent of a block'),
    timestamp: count(found.timestamp, 'the time of a block'),
    baseFeePerGas: found.baseFeePerGas == null ? 0n : quantity(found.baseFeePerGas, 'the base fee of a block'),
    fields: Object.fromEntries(Object.entries(found).flatMap(headerField)),
  };
}

/** What is no hex is no field of a header: lists of transactions, uncles and withdrawals. The hash shows whether all are there. */
function headerField([name, value]: [string, unknown]): [string, string][] {
  const isField = typeof value === 'string' && value.length <= FIELD_CAP && /^0x[0-9a-fA-F]*$/.test(value);
  return isField ? [[name, value.toLowerCase()]] : [];
}

/** Within the range and of the contracts that were asked for. */
export function logs(
  value: unknown,
  asked: { readonly from: number; readonly to: number; readonly of: readonly Hex[] },
): readonly Log[] {
  const found = list(value, 'logs', LOGS_CAP).map(log);
  for (const { block: number, address: by } of found)
    if (number < asked.from || number > asked.to || !asked.of.includes(by))
      throw new Retryable('RPC_NONSENSE', `a log of ${by} in block ${number}, for which nobody has asked`);
  return found;
}

function log(value: unknown): Log {
  const found = object(value, 'a log');
  return {
    address: address(found.address, 'the address of a log'),
    topics: list(found.topics, 'the topics of a log', TOPICS_CAP).map((topic) => hash(topic, 'a topic')),
    data: data(found.data, 'the data of a log'),
    block: count(found.blockNumber, 'the block of a log'),
    blockHash: hash(found.blockHash, 'the block of a log'),
    index: count(found.logIndex, 'the position of a log'),
    isRemoved: flag(found.removed ?? false, 'removed of a log'),
  };
}

/** Null while the transaction is not mined: some nodes then answer null, some a receipt without a block. */
export function receipt(value: unknown, transaction: Hex): MinedReceipt | null {
  if (value === null) return null;
  const found = object(value, 'a receipt');
  if (found.blockNumber === null || found.blockNumber === undefined) return null;
  if (hash(found.transactionHash, 'the transaction of a receipt') !== transaction.toLowerCase())
    throw nonsense('the receipt that was asked for', found.transactionHash);
  const status = quantity(found.status, 'the status of a receipt');
  if (status > 1n) throw nonsense('the status of a receipt', found.status);
  return { success: status === 1n, block: count(found.blockNumber, 'the block of a receipt') };
}

/** Whom a transaction calls, and with what; null for one that creates. */
export function transaction(value: unknown): { readonly to: Hex | null; readonly input: Hex } {
  const found = object(value, 'a transaction');
  const to = found.to === null ? null : address(found.to, 'whom a transaction calls');
  return { to, input: data(found.input, 'the input of a transaction') };
}

export function proof(value: unknown): Proof {
  const found = object(value, 'a proof');
  const slots = list(found.storageProof, 'storage proofs', 4_096).map((entry) => {
    const { key, proof: path } = object(entry, 'a storage proof');
    return [quantity(key, 'the key of a storage proof'), nodes(path)] as const;
  });
  return { account: nodes(found.accountProof), slots: new Map(slots) };
}

function nodes(value: unknown): readonly Hex[] {
  return list(value, 'nodes of a trie', NODES_CAP).map((node) => data(node, 'a node of a trie', NODE_CAP));
}

function object(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw nonsense(what, value);
}

function list(value: unknown, what: string, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw nonsense(what, value);
}

function flag(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw nonsense(what, value);
}

const SHOWN = 60;

function nonsense(what: string, value: unknown): Retryable {
  return new Retryable('RPC_NONSENSE', `${what} was asked for, this came: ${shown(value)}`);
}

/** Enough to recognise it, whatever its size. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
