/** The transaction that the maps of a PSBT of version 2 make together (BIP-370). */

import { concatBytes } from '@noble/hashes/utils.js';
import { refuse } from '../../formats/refusal.ts';
import type { Fields } from './fieldMap.ts';
import { required } from './fieldMap.ts';
import { lockTime, requireHeight, requireTime } from './lockTime.ts';
import type { FieldTable } from './psbtFields.ts';
import { GLOBAL_FIELDS, INPUT_FIELDS, OUTPUT_FIELDS } from './psbtFields.ts';
import { reader } from './reader.ts';
import type { Transaction, TransactionInput, TransactionOutput } from './transaction.ts';
import { requireAmount, requireScript, requireSound } from './transaction.ts';
import { littleEndian } from './writer.ts';

type Bytes = Uint8Array;

/** > If no sequence is provided, it is assumed to be the final sequence number (0xffffffff). */
const FINAL_SEQUENCE = Uint8Array.of(0xff, 0xff, 0xff, 0xff);

/** @param globals all three: maps of a PSBT of version 2, no field of another version among them */
export function transactionOf(globals: Fields, inputs: readonly Fields[], outputs: readonly Fields[]): Transaction {
  const fallback = number(globals.get('03')) ?? 0;
  const locks = inputs.map((fields) => ({
    time: checked(fields.get('11'), requireTime),
    height: checked(fields.get('12'), requireHeight),
  }));
  return requireSound({
    version: word(globals, '02', GLOBAL_FIELDS, 'the global map', 4),
    inputs: inputs.map((fields, at) => input(fields, `input ${at}`)),
    outputs: outputs.map((fields, at) => output(fields, `output ${at}`)),
    lockTime: littleEndian(BigInt(lockTime(locks, fallback)), 4),
  });
}

function input(fields: Fields, where: string): TransactionInput {
  const [id, index] = [word(fields, '0e', INPUT_FIELDS, where, 32), word(fields, '0f', INPUT_FIELDS, where, 4)];
  const sequence = fields.get('10') ?? FINAL_SEQUENCE;
  return { outpoint: concatBytes(id, index), sequence: sized(sequence, 4) };
}

function output(fields: Fields, where: string): TransactionOutput {
  const amount = reader(word(fields, '03', OUTPUT_FIELDS, where, 8), 'PSBT_MALFORMED').uint64();
  const script = required(fields, '04', OUTPUT_FIELDS, where);
  return { amount: requireAmount(amount), script: requireScript(script) };
}

function word(fields: Fields, type: string, table: FieldTable, where: string, length: number): Bytes {
  return sized(required(fields, type, table, where), length);
}

function checked(field: Bytes | undefined, require: (value: number) => number): number | null {
  const value = number(field);
  return value === null ? null : require(value);
}

function number(field: Bytes | undefined): number | null {
  return field === undefined ? null : reader(sized(field, 4), 'PSBT_MALFORMED').uint(4);
}

function sized(bytes: Bytes, length: number): Bytes {
  return bytes.length === length ? bytes : refuse('PSBT_MALFORMED', `${bytes.length} bytes, expected ${length}`);
}
