/** The shortest PSBT that says the same to an enclave: version 0, nothing in it that is passed over. */

import { concatBytes } from '@noble/hashes/utils.js';
import type { Psbt, PsbtInput } from './psbt.ts';
import { encodeOutput, encodeTransaction, littleEndian, withLength } from './writer.ts';

type Bytes = Uint8Array;

const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const END = Uint8Array.of(0);

export function encodePsbt({ transaction, inputs }: Psbt): Bytes {
  const global = map(field(0x00, encodeTransaction(transaction)));
  return concatBytes(MAGIC, global, ...inputs.map(inputMap), ...transaction.outputs.map(() => END));
}

function inputMap({ spent, sighash, internalKey }: PsbtInput): Bytes {
  return map(
    field(0x01, encodeOutput(spent)),
    ...(sighash === 'all' ? [field(0x03, littleEndian(1n, 4))] : []),
    ...(internalKey === null ? [] : [field(0x17, internalKey)]),
  );
}

function map(...fields: readonly Bytes[]): Bytes {
  return concatBytes(...fields, END);
}

function field(type: number, value: Bytes): Bytes {
  return concatBytes(withLength(Uint8Array.of(type)), withLength(value));
}
