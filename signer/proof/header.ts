/** An execution header of Prague, Osaka or Amsterdam, decoded strictly; its hash is the Keccak-256 of exactly these bytes (EIP-7685). */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { refuse } from '../formats/refusal.ts';
import { uintOf } from '../formats/words.ts';
import type { RlpItem } from './rlp.ts';
import { decodeRlp, rlpList, rlpString, rlpUint } from './rlp.ts';

type Bytes = Uint8Array;

export type Header = {
  readonly hash: Bytes;
  readonly number: number;
  readonly timestamp: number;
  readonly stateRoot: Bytes;
  readonly prevRandao: Bytes;
  /** > the hash tree root of the parent beacon block (EIP-4788): consensus checks it, no proposer chooses it. */
  readonly parentBeaconBlockRoot: Bytes;
};

type Field = { readonly name: string } & (
  | { readonly bytes: number }
  | { readonly atMost: number }
  | { readonly uint: number }
);

/** In order. A later fork appends fields: its headers are refused until this table knows them. */
const FIELDS: readonly Field[] = [
  { name: 'parentHash', bytes: 32 },
  { name: 'ommersHash', bytes: 32 },
  { name: 'beneficiary', bytes: 20 },
  { name: 'stateRoot', bytes: 32 },
  { name: 'transactionsRoot', bytes: 32 },
  { name: 'receiptsRoot', bytes: 32 },
  { name: 'logsBloom', bytes: 256 },
  { name: 'difficulty', uint: 32 },
  { name: 'number', uint: 6 },
  { name: 'gasLimit', uint: 8 },
  { name: 'gasUsed', uint: 8 },
  { name: 'timestamp', uint: 6 },
  { name: 'extraData', atMost: 32 },
  { name: 'prevRandao', bytes: 32 },
  { name: 'nonce', bytes: 8 },
  { name: 'baseFeePerGas', uint: 32 },
  { name: 'withdrawalsRoot', bytes: 32 },
  { name: 'blobGasUsed', uint: 8 },
  { name: 'excessBlobGas', uint: 8 },
  { name: 'parentBeaconBlockRoot', bytes: 32 },
  { name: 'requestsHash', bytes: 32 },
  // Amsterdam (EIP-7928, EIP-7843)
  { name: 'blockAccessListHash', bytes: 32 },
  { name: 'slotNumber', uint: 8 },
];
/** Of Prague and Osaka; of Amsterdam. Which of them a block has, its hash says. */
const LENGTHS = [21, FIELDS.length];

export const MAX_HEADER_BYTES = 1024;

export function decodeHeader(bytes: Bytes): Header {
  if (bytes.length > MAX_HEADER_BYTES) refuse('HEADER_MALFORMED', `${bytes.length} bytes, at most ${MAX_HEADER_BYTES}`);
  const items = rlpList(decodeRlp(bytes));
  if (!LENGTHS.includes(items.length))
    refuse('HEADER_MALFORMED', `${items.length} fields, expected ${LENGTHS.join(' or ')}`);
  FIELDS.slice(0, items.length).forEach((field, at) => {
    checkField(field, items[at]);
  });
  const item = (name: string) => items[FIELDS.findIndex((field) => field.name === name)];
  return {
    hash: keccak_256(bytes),
    number: Number(uintOf(rlpString(item('number')))),
    timestamp: Number(uintOf(rlpString(item('timestamp')))),
    stateRoot: rlpString(item('stateRoot')),
    prevRandao: rlpString(item('prevRandao')),
    parentBeaconBlockRoot: rlpString(item('parentBeaconBlockRoot')),
  };
}

function checkField(field: Field, item: RlpItem | undefined): void {
  if ('uint' in field) {
    rlpUint(item, field.uint);
    return;
  }
  const { length } = rlpString(item);
  if ('bytes' in field && length !== field.bytes)
    refuse('HEADER_MALFORMED', `${field.name}: ${length} bytes, expected ${field.bytes}`);
  if ('atMost' in field && length > field.atMost)
    refuse('HEADER_MALFORMED', `${field.name}: ${length} bytes, at most ${field.atMost}`);
}
