/** The unsigned transaction of a PSBT: legacy serialisation, empty input scripts (BIP-174). */

import { bytesToHex } from '@noble/hashes/utils.js';
import { MAX_DIGESTS, MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Reader } from './reader.ts';
import { reader } from './reader.ts';

type Bytes = Uint8Array;

export type TransactionInput = { readonly outpoint: Bytes; readonly sequence: Bytes };
export type TransactionOutput = { readonly amount: bigint; readonly script: Bytes };
/** `version`, `lockTime`, `outpoint` and `sequence` are the bytes that signature hashes take. */
export type Transaction = {
  readonly version: Bytes;
  readonly inputs: readonly TransactionInput[];
  readonly outputs: readonly TransactionOutput[];
  readonly lockTime: Bytes;
};

export const MAX_SCRIPT_BYTES = 10_000;
/** > MAX_MONEY = 21000000 * COIN */
export const MAX_MONEY = 2_100_000_000_000_000n;

const OUTPOINT_BYTES = 36;

export function decodeTransaction(bytes: Bytes): Transaction {
  const read = reader(bytes, 'TRANSACTION_MALFORMED');
  const version = read.bytes(4);
  requireVersion(version);
  const inputs = repeat(requireCount(read.compactSize(), 'inputs', MAX_DIGESTS), () => input(read));
  const outputs = repeat(requireCount(read.compactSize(), 'outputs', MAX_EFFECTS), () => decodeOutput(read));
  const lockTime = read.bytes(4);
  read.finish();
  return requireSound({ version, inputs, outputs, lockTime });
}

/** What holds of a transaction however it was written. */
export function requireSound(transaction: Transaction): Transaction {
  requireVersion(transaction.version);
  requireDistinct(transaction.inputs);
  return transaction;
}

/** One amount or a sum of them. */
export function requireAmount(amount: bigint): bigint {
  if (amount > MAX_MONEY) refuse('AMOUNT_OUT_OF_RANGE', `${amount} satoshi`);
  return amount;
}

/** Version 3 is 2 with another relay policy (BIP-431): signatures commit to it as to any. */
function requireVersion([low, ...rest]: Bytes): void {
  if (low === undefined || low < 1 || low > 3 || rest.some((byte) => byte !== 0)) {
    refuse('TRANSACTION_VERSION', 'expected version 1, 2 or 3');
  }
}

// Every input has its digest, and every output but change is an effect.
// Zero inputs would also be the marker of a witness serialisation.
export function requireCount(number: number, what: string, most: number): number {
  if (number < 1 || number > most) refuse('TRANSACTION_COUNT', `${number} ${what}, expected 1 to ${most}`);
  return number;
}

function input(read: Reader): TransactionInput {
  const outpoint = read.bytes(OUTPOINT_BYTES);
  const scriptBytes = read.compactSize();
  if (scriptBytes > 0) refuse('INPUT_ALREADY_SIGNED', `an input script of ${scriptBytes} bytes`);
  return { outpoint, sequence: read.bytes(4) };
}

function requireDistinct(inputs: readonly TransactionInput[]): void {
  const outpoints = new Set(inputs.map(({ outpoint }) => bytesToHex(outpoint)));
  if (outpoints.size !== inputs.length) refuse('INPUT_REPEATED', 'an output is spent twice');
}

/** Amount and scriptPubKey: an output of a transaction, or the value of a witness UTXO. */
export function decodeOutput(read: Reader): TransactionOutput {
  const amount = requireAmount(read.uint64());
  return { amount, script: requireScript(read.bytes(read.compactSize())) };
}

export function requireScript(script: Bytes): Bytes {
  const { length } = script;
  if (length > MAX_SCRIPT_BYTES) refuse('SCRIPT_TOO_LONG', `${length} bytes, at most ${MAX_SCRIPT_BYTES}`);
  return script;
}

function repeat<T>(times: number, read: () => T): readonly T[] {
  return Array.from({ length: times }, read);
}
