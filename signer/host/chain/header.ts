/** A block header as RLP, rebuilt from the JSON of an RPC: the fields of every fork from London to Osaka and after, in order. */

import { keccak256, toRlp, trim } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { Retryable } from '../errors.ts';

/** Quantities lose their leading zeros in RLP; everything else is bytes as they are. */
const FIELDS: readonly (readonly [name: string, form: 'bytes' | 'quantity'])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'quantity'],
  ['number', 'quantity'],
  ['gasLimit', 'quantity'],
  ['gasUsed', 'quantity'],
  ['timestamp', 'quantity'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
  // Each fork appended some: London, Shanghai, Cancun (3), Prague, Amsterdam (2).
  ['baseFeePerGas', 'quantity'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'quantity'],
  ['excessBlobGas', 'quantity'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
  ['blockAccessListHash', 'bytes'],
  ['slotNumber', 'quantity'],
];

export type BlockFields = Readonly<Record<string, unknown>>;

/** @throws Retryable HEADER_MISMATCH unless the fields hash to `hash` */
export function encodeHeader(block: BlockFields, hash: Hex): Hex {
  const header = toRlp(FIELDS.flatMap(([name, form]) => encodeField(block[name], form)));
  if (keccak256(header) === hash) return header;
  throw new Retryable('HEADER_MISMATCH', `the RPC's fields of block ${hash} hash to ${keccak256(header)}`);
}

function encodeField(value: unknown, form: 'bytes' | 'quantity'): Hex[] {
  if (typeof value !== 'string') return []; // a field of a later fork
  if (form === 'bytes') return [value as Hex];
  const digits = value.length % 2 === 0 ? value : `0x0${value.slice(2)}`;
  const bytes = trim(digits as Hex);
  return [bytes === '0x00' || bytes === '0x0' ? '0x' : bytes];
}
