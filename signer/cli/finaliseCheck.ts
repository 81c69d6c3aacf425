/**
 * Whether a raw transaction's Taproot key-path signatures are right, by bitcoinjs-lib alone: it recomputes each BIP-341 digest from
 * the transaction and the outputs it spends, and verifies each BIP-340 signature under the key in the output it spends.
 */

import * as ecc from '@bitcoinerlab/secp256k1';
import { Psbt, Transaction } from 'bitcoinjs-lib';

type Bytes = Uint8Array;
type Output = { readonly script: Bytes; readonly amount: bigint };

/** What each input of a PSBT spends, and the id of its transaction, as bitcoinjs-lib reads it. */
export function readByBitcoinjs(psbt: Bytes): { readonly id: string; readonly spent: readonly Output[] } {
  const { data } = Psbt.fromBuffer(psbt);
  const spent = data.inputs.map(({ witnessUtxo }) => ({
    script: witnessUtxo?.script ?? new Uint8Array(),
    amount: witnessUtxo?.value ?? 0n,
  }));
  return { id: Transaction.fromBuffer(data.getTransaction()).getId(), spent };
}

export function idByBitcoinjs(raw: Bytes): string {
  return Transaction.fromBuffer(raw).getId();
}

/** The places of inputs whose signature does not hold. */
export function unsignedInputs(raw: Bytes, spent: readonly Output[]): readonly number[] {
  const transaction = Transaction.fromBuffer(raw);
  const places = Array.from({ length: Math.max(transaction.ins.length, spent.length) }, (_, at) => at);
  return places.filter((at) => !isSigned(transaction, at, spent));
}

function isSigned(transaction: Transaction, at: number, spent: readonly Output[]): boolean {
  const [witness, ...more] = transaction.ins[at]?.witness ?? [];
  const output = spent[at];
  if (witness === undefined || output === undefined || more.length > 0) return false;
  const type = hashType(witness);
  if (type === null || output.script.length !== 34) return false;
  const scripts = spent.map(({ script }) => script);
  const amounts = spent.map(({ amount }) => amount);
  const digest = transaction.hashForWitnessV1(at, scripts, amounts, type);
  return ecc.verifySchnorr(digest, output.script.subarray(2), witness.subarray(0, 64));
}

/** > 64 bytes: SIGHASH_DEFAULT; 65: the last byte is the hash type, and not 0. Null: none that is signed here. */
function hashType(witness: Bytes): number | null {
  if (witness.length === 64) return Transaction.SIGHASH_DEFAULT;
  return witness.length === 65 && witness[64] === Transaction.SIGHASH_ALL ? Transaction.SIGHASH_ALL : null;
}
