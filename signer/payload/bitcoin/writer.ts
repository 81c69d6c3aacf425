/** Bitcoin's serialisation, as the reader reads it: little-endian integers, compact sizes, outputs, transactions. */

import { concatBytes } from '@noble/hashes/utils.js';
import type { Transaction, TransactionOutput } from './transaction.ts';

type Bytes = Uint8Array;

const NO_SCRIPT = Uint8Array.of(0);

export function littleEndian(value: bigint, length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

export function compactSize(value: number): Bytes {
  if (value < 0xfd) return Uint8Array.of(value);
  const [first, length] = value < 0x10000 ? [0xfd, 2] : [0xfe, 4];
  return concatBytes(Uint8Array.of(first), littleEndian(BigInt(value), length));
}

export function withLength(bytes: Bytes): Bytes {
  return concatBytes(compactSize(bytes.length), bytes);
}

export function encodeOutput({ amount, script }: TransactionOutput): Bytes {
  return concatBytes(littleEndian(amount, 8), withLength(script));
}

/** Without witnesses: what a transaction's id is the hash of. */
export function encodeTransaction({ version, lockTime, ...transaction }: Transaction): Bytes {
  return concatBytes(version, encodeBody(transaction), lockTime);
}

/** Inputs, none of them with a script, and outputs. */
export function encodeBody({ inputs, outputs }: Pick<Transaction, 'inputs' | 'outputs'>): Bytes {
  return concatBytes(
    compactSize(inputs.length),
    ...inputs.map(({ outpoint, sequence }) => concatBytes(outpoint, NO_SCRIPT, sequence)),
    compactSize(outputs.length),
    ...outputs.map(encodeOutput),
  );
}
