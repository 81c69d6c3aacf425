/**
 * A partially signed Bitcoin transaction, version 0 (BIP-174) or 2 (BIP-370), as far as spends by one key need it: Taproot's key path
 * (BIP-371), and pay to witness public key hash.
 * What could change what is signed is read or refused: no byte may hide a meaning from the vote. What cannot is passed over.
 */

import { isEqual } from '../../formats/equal.ts';
import { MAX_DIGESTS, MAX_EFFECTS } from '../../formats/limits.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Fields, PsbtVersion } from './fieldMap.ts';
import { fieldMap, required, requireVersion } from './fieldMap.ts';
import { previousOutput } from './previousTransaction.ts';
import type { FieldTable } from './psbtFields.ts';
import { GLOBAL_FIELDS, INPUT_FIELDS, OUTPUT_FIELDS } from './psbtFields.ts';
import { transactionOf } from './psbtTransaction.ts';
import type { Reader } from './reader.ts';
import { reader } from './reader.ts';
import type { Transaction, TransactionOutput } from './transaction.ts';
import { decodeOutput, decodeTransaction, requireCount } from './transaction.ts';

type Bytes = Uint8Array;

export type SighashType = 'default' | 'all';
export type PsbtInput = {
  /** The output that is spent. A Taproot signature commits to all of them, so a false one makes the signature invalid. */
  readonly spent: TransactionOutput;
  /** Whether the previous transaction shows that output, or the PSBT only says so. */
  readonly isProven: boolean;
  readonly sighash: SighashType;
  readonly isSighashGiven: boolean;
  readonly internalKey: Bytes | null;
};
export type Psbt = { readonly transaction: Transaction; readonly inputs: readonly PsbtInput[] };

const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const EVERYWHERE = 'the global map';

export function decodePsbt(bytes: Bytes): Psbt {
  const read = reader(bytes, 'PSBT_MALFORMED');
  if (!isEqual(read.bytes(MAGIC.length), MAGIC)) refuse('PSBT_MALFORMED', 'another magic');
  const globals = fieldMap(read, GLOBAL_FIELDS, EVERYWHERE);
  const version = versionOf(globals);
  requireVersion(globals, GLOBAL_FIELDS, version, EVERYWHERE);
  const psbt = version === 0 ? withTransaction(globals, read) : withoutTransaction(globals, read);
  read.finish();
  return psbt;
}

/** > If omitted, the version number is 0. */
function versionOf(globals: Fields): PsbtVersion {
  const field = globals.get('fb');
  const version = field === undefined ? 0 : fixed(field, 4).uint(4);
  return version === 0 || version === 2 ? version : refuse('PSBT_VERSION', `version ${version}, expected 0 or 2`);
}

/** Version 0: the unsigned transaction stands in the global map. */
function withTransaction(globals: Fields, read: Reader): Psbt {
  const transaction = decodeTransaction(required(globals, '00', GLOBAL_FIELDS, EVERYWHERE));
  const inputs = maps(read, transaction.inputs.length, INPUT_FIELDS, 'input', 0);
  maps(read, transaction.outputs.length, OUTPUT_FIELDS, 'output', 0);
  return { transaction, inputs: inputsOf(inputs, transaction) };
}

/** Version 2: each input and output stands in its own map. */
function withoutTransaction(globals: Fields, read: Reader): Psbt {
  const counts = { inputs: count(globals, '04', MAX_DIGESTS), outputs: count(globals, '05', MAX_EFFECTS) };
  const inputs = maps(read, counts.inputs, INPUT_FIELDS, 'input', 2);
  const outputs = maps(read, counts.outputs, OUTPUT_FIELDS, 'output', 2);
  const transaction = transactionOf(globals, inputs, outputs);
  return { transaction, inputs: inputsOf(inputs, transaction) };
}

function count(globals: Fields, type: '04' | '05', most: number): number {
  const read = reader(required(globals, type, GLOBAL_FIELDS, EVERYWHERE), 'PSBT_MALFORMED');
  const number = read.compactSize();
  read.finish();
  return requireCount(number, type === '04' ? 'inputs' : 'outputs', most);
}

function maps(read: Reader, length: number, table: FieldTable, what: string, version: PsbtVersion): readonly Fields[] {
  return Array.from({ length }, (_, at) => {
    const fields = fieldMap(read, table, `${what} ${at}`);
    requireVersion(fields, table, version, `${what} ${at}`);
    return fields;
  });
}

function inputsOf(all: readonly Fields[], { inputs }: Transaction): readonly PsbtInput[] {
  return inputs.map(({ outpoint }, at) => {
    const fields = all[at] ?? new Map<string, Bytes>();
    const spent = spentOutput(fields, outpoint, `input ${at}`);
    const sighash = sighashType(fields.get('03'));
    const given = { isProven: fields.has('00'), isSighashGiven: fields.has('03') };
    return { spent, sighash, ...given, internalKey: fields.get('17') ?? null };
  });
}

/** What is said twice has to be said alike: a previous transaction proves the output that it has. */
function spentOutput(fields: Fields, outpoint: Bytes, where: string): TransactionOutput {
  const previous = fields.get('00');
  if (previous === undefined) return witnessUtxo(required(fields, '01', INPUT_FIELDS, where));
  const proven = previousOutput(previous, outpoint, where);
  const claimed = fields.get('01');
  if (claimed === undefined) return proven;
  const { amount, script } = witnessUtxo(claimed);
  if (amount !== proven.amount || !isEqual(script, proven.script)) {
    refuse('INPUT_PREVIOUS', `${where}: the witness UTXO is not the previous transaction's output`);
  }
  return proven;
}

function witnessUtxo(bytes: Bytes): TransactionOutput {
  const read = reader(bytes, 'PSBT_MALFORMED');
  const output = decodeOutput(read);
  read.finish();
  return output;
}

// SINGLE, NONE and ANYONECANPAY leave outputs or inputs open: what was voted is the whole transaction.
function sighashType(bytes: Bytes | undefined): SighashType {
  if (bytes === undefined) return 'default';
  const type = fixed(bytes, 4).uint(4);
  if (type === 0) return 'default';
  return type === 1 ? 'all' : refuse('SIGHASH_TYPE', `type ${type}, expected DEFAULT or ALL`);
}

function fixed(bytes: Bytes, length: number): Reader {
  const read = reader(bytes, 'PSBT_MALFORMED');
  if (bytes.length !== length) refuse('PSBT_MALFORMED', `${bytes.length} bytes for a number of ${length}`);
  return read;
}
