/** The transaction whose output an input spends, as a network carries it: with or without witnesses (BIP-144). */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Reader } from './reader.ts';
import { reader } from './reader.ts';
import type { TransactionOutput } from './transaction.ts';
import { requireAmount } from './transaction.ts';

type Bytes = Uint8Array;

const TXID_BYTES = 32;

/** The output at `outpoint`, proven by the id in it. */
export function previousOutput(bytes: Bytes, outpoint: Bytes, where: string): TransactionOutput {
  const { id, outputs } = previousTransaction(bytes);
  if (!isEqual(id, outpoint.subarray(0, TXID_BYTES))) {
    refuse('INPUT_PREVIOUS', `${where}: the previous transaction is ${shownId(id)}, another than is spent`);
  }
  const index = reader(outpoint.subarray(TXID_BYTES), 'PSBT_MALFORMED').uint(4);
  const output = outputs[index];
  if (output === undefined)
    return refuse('INPUT_PREVIOUS', `${where}: the previous transaction has no output ${index}`);
  return { amount: requireAmount(output.amount), script: output.script };
}

/** As people write it: from the last byte to the first. */
export function shownId(id: Bytes): string {
  return bytesToHex(Uint8Array.from(id).reverse());
}

export function transactionId(serialised: Bytes): Bytes {
  return sha256(sha256(serialised));
}

type Previous = { readonly id: Bytes; readonly outputs: readonly TransactionOutput[] };

function previousTransaction(bytes: Bytes): Previous {
  const read = reader(bytes, 'PSBT_MALFORMED');
  const version = read.bytes(4);
  const hasWitness = bytes[4] === 0;
  if (hasWitness && bytes[5] !== 1) refuse('PSBT_MALFORMED', 'a previous transaction without inputs');
  if (hasWitness) read.bytes(2);
  const start = read.position();
  const inputs = skipInputs(read);
  const outputs = many(read, () => ({ amount: read.uint64(), script: sized(read) }));
  const body = bytes.subarray(start, read.position());
  if (hasWitness) for (let input = 0; input < inputs; input++) many(read, () => sized(read));
  const lockTime = read.bytes(4);
  read.finish();
  return { id: transactionId(concatBytes(version, body, lockTime)), outputs };
}

function skipInputs(read: Reader): number {
  return many(read, () => [read.bytes(36), sized(read), read.bytes(4)]).length;
}

function sized(read: Reader): Bytes {
  return read.bytes(read.compactSize());
}

// Ends with the bytes at the latest: each item takes at least one.
function many<T>(read: Reader, one: () => T): readonly T[] {
  const items: T[] = [];
  for (let left = read.compactSize(); left > 0; left--) items.push(one());
  return items;
}
