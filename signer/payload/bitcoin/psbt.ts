/**
 * A partially signed Bitcoin transaction, version 0 (BIP-174), as far as a Taproot key-path spend needs it (BIP-371). What is
 * not listed here is not understood, and what is not understood is refused: no byte may hide a meaning from the vote.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Reader } from './reader.ts';
import { reader } from './reader.ts';
import type { Transaction, TransactionOutput } from './transaction.ts';
import { decodeOutput, decodeTransaction } from './transaction.ts';

type Bytes = Uint8Array;

export type SighashType = 'default' | 'all';
export type PsbtInput = {
  /** The output that is spent. A Taproot signature commits to it, so a false one makes the signature invalid. */
  readonly spent: TransactionOutput;
  readonly sighash: SighashType;
  readonly internalKey: Bytes | null;
};
export type Psbt = { readonly transaction: Transaction; readonly inputs: readonly PsbtInput[] };

const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const GLOBAL_UNSIGNED_TX = '00';
const IN_WITNESS_UTXO = '01';
const IN_SIGHASH_TYPE = '03';
const IN_TAP_INTERNAL_KEY = '17';
/** PSBT_IN_PARTIAL_SIG, FINAL_SCRIPTSIG, FINAL_SCRIPTWITNESS, TAP_KEY_SIG, TAP_SCRIPT_SIG */
const IN_SIGNED = ['02', '07', '08', '13', '14'];

export function decodePsbt(bytes: Bytes): Psbt {
  const read = reader(bytes, 'PSBT_MALFORMED');
  if (!isEqual(read.bytes(MAGIC.length), MAGIC)) refuse('PSBT_MALFORMED', 'another magic');
  const transaction = decodeTransaction(globalMap(read));
  const inputs = transaction.inputs.map(() => inputMap(read));
  for (const _ of transaction.outputs) outputMap(read);
  read.finish();
  return { transaction, inputs };
}

function globalMap(read: Reader): Bytes {
  const fields = map(read, [GLOBAL_UNSIGNED_TX]);
  return fields.get(GLOBAL_UNSIGNED_TX) ?? refuse('PSBT_FIELD_MISSING', 'no unsigned transaction');
}

function inputMap(read: Reader): PsbtInput {
  const fields = map(read, [IN_WITNESS_UTXO, IN_SIGHASH_TYPE, IN_TAP_INTERNAL_KEY]);
  const utxo = fields.get(IN_WITNESS_UTXO) ?? refuse('PSBT_FIELD_MISSING', 'no witness UTXO');
  const internalKey = fields.get(IN_TAP_INTERNAL_KEY) ?? null;
  return { spent: witnessUtxo(utxo), sighash: sighashType(fields.get(IN_SIGHASH_TYPE)), internalKey };
}

function outputMap(read: Reader): void {
  map(read, []);
}

/** > <map> := <keypair>* 0x00 ; <keypair> := <key> <value> ; no key twice. Keys here are one type byte, without key data. */
function map(read: Reader, understood: readonly string[]): ReadonlyMap<string, Bytes> {
  const fields = new Map<string, Bytes>();
  for (let length = read.compactSize(); length > 0; length = read.compactSize()) {
    const key = bytesToHex(read.bytes(length));
    if (fields.has(key)) refuse('PSBT_FIELD_REPEATED', `key 0x${key}`);
    requireUnderstood(key, understood);
    fields.set(key, read.bytes(read.compactSize()));
  }
  return fields;
}

function requireUnderstood(key: string, understood: readonly string[]): void {
  if (understood.includes(key)) return;
  if (understood.includes(IN_WITNESS_UTXO) && IN_SIGNED.includes(key.slice(0, 2))) {
    refuse('INPUT_ALREADY_SIGNED', `key 0x${key}`);
  }
  refuse('PSBT_FIELD_UNKNOWN', `key 0x${key}`);
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
  const read = reader(bytes, 'PSBT_MALFORMED');
  const type = read.uint(4);
  read.finish();
  if (type === 0) return 'default';
  return type === 1 ? 'all' : refuse('SIGHASH_TYPE', `type ${type}, expected DEFAULT or ALL`);
}
