/** The transaction that a Bitcoin network takes: the unsigned one and its signatures (BIP-144, BIP-341). */

import { concatBytes } from '@noble/hashes/utils.js';
import type { Psbt, SighashType } from './psbt.ts';
import { encodeBody, encodeTransaction, withLength } from './writer.ts';

type Bytes = Uint8Array;

const MARKER_AND_FLAG = Uint8Array.of(0x00, 0x01);
const ONE_ELEMENT = Uint8Array.of(1);
/** > If the sig is 65 bytes long, its last byte is the hash_type, which is not SIGHASH_DEFAULT. */
const HASH_TYPE: Readonly<Record<SighashType, Bytes>> = { default: new Uint8Array(), all: Uint8Array.of(0x01) };
const SIGNATURE_BYTES = 64;

/** @param signatures one of 64 bytes for each input, in order */
export function finalTransaction({ transaction, inputs }: Psbt, signatures: readonly Bytes[]): Bytes {
  const witnesses = inputs.map(({ sighash }, at) => {
    const signature = signatures[at] ?? new Uint8Array();
    return concatBytes(ONE_ELEMENT, withLength(concatBytes(signature, HASH_TYPE[sighash])));
  });
  const { version, lockTime } = transaction;
  return concatBytes(version, MARKER_AND_FLAG, encodeBody(transaction), ...witnesses, lockTime);
}

/** > Virtual transaction size is defined as Transaction weight / 4 (rounded up to the next integer). (BIP-141) */
export function virtualSize({ transaction, inputs }: Psbt): number {
  const base = encodeTransaction(transaction).length;
  const signed = inputs.map(({ sighash }) => 2 + SIGNATURE_BYTES + HASH_TYPE[sighash].length);
  const witness = signed.reduce((sum, bytes) => sum + bytes, MARKER_AND_FLAG.length);
  return Math.ceil((4 * base + witness) / 4);
}
