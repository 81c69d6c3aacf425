/** The transaction that a Bitcoin network takes: the unsigned one and the witness of each input (BIP-144, BIP-341). */

import { concatBytes } from '@noble/hashes/utils.js';
import type { Psbt, SighashType } from './psbt.ts';
import type { Transaction } from './transaction.ts';
import { compactSize, encodeBody, encodeTransaction, withLength } from './writer.ts';

type Bytes = Uint8Array;
/** The elements that satisfy one input. */
export type Witness = readonly Bytes[];

const MARKER_AND_FLAG = Uint8Array.of(0x00, 0x01);
/** > If the sig is 65 bytes long, its last byte is the hash_type, which is not SIGHASH_DEFAULT. */
const HASH_TYPE: Readonly<Record<SighashType, Bytes>> = { default: new Uint8Array(), all: Uint8Array.of(0x01) };
const SIGNATURE_BYTES = 64;

/** @param witnesses one for each input, in order */
export function finalTransaction(transaction: Transaction, witnesses: readonly Witness[]): Bytes {
  const { version, lockTime } = transaction;
  return concatBytes(version, MARKER_AND_FLAG, encodeBody(transaction), ...witnesses.map(encodeWitness), lockTime);
}

/** Of Taproot's key path. @param signatures one of 64 bytes for each input, in order */
export function taprootWitnesses({ inputs }: Psbt, signatures: readonly Bytes[]): readonly Witness[] {
  return inputs.map(({ sighash }, at) => [concatBytes(signatures[at] ?? new Uint8Array(), HASH_TYPE[sighash])]);
}

/** Of a spend by Taproot's key path, known before anybody signs. */
export function virtualSize(psbt: Psbt): number {
  const signatures = psbt.inputs.map(() => new Uint8Array(SIGNATURE_BYTES));
  return signedSize(psbt.transaction, taprootWitnesses(psbt, signatures));
}

/** > Virtual transaction size is defined as Transaction weight / 4 (rounded up to the next integer). (BIP-141) */
export function signedSize(transaction: Transaction, witnesses: readonly Witness[]): number {
  const base = encodeTransaction(transaction).length;
  const witness = witnesses.reduce((sum, each) => sum + encodeWitness(each).length, MARKER_AND_FLAG.length);
  return Math.ceil((4 * base + witness) / 4);
}

function encodeWitness(elements: Witness): Bytes {
  return concatBytes(compactSize(elements.length), ...elements.map(withLength));
}
