/**
 * Whether a raw transaction's signatures are right, by bitcoinjs-lib alone: it recomputes each digest from the transaction and the outputs
 * that it spends, and verifies each signature under the key that the spent output names: Taproot's key path (BIP-341), and pay to witness
 * public key hash (BIP-143).
 */

import * as ecc from '@bitcoinerlab/secp256k1';
import { Psbt, payments, script as scripts, Transaction } from 'bitcoinjs-lib';

type Bytes = Uint8Array;
type Output = { readonly script: Bytes; readonly amount: bigint };
type Judge = (transaction: Transaction, at: number, spent: readonly Output[], witness: readonly Bytes[]) => boolean;

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

/** The inputs, by number, whose signature does not hold. */
export function unsignedInputs(raw: Bytes, spent: readonly Output[]): readonly number[] {
  const transaction = Transaction.fromBuffer(raw);
  const inputs = Array.from({ length: Math.max(transaction.ins.length, spent.length) }, (_, at) => at);
  return inputs.filter((at) => !isSigned(transaction, at, spent));
}

function isSigned(transaction: Transaction, at: number, spent: readonly Output[]): boolean {
  const [input, output] = [transaction.ins[at], spent[at]];
  if (input === undefined || output === undefined || input.script.length > 0) return false;
  return judgeOf(output)?.(transaction, at, spent, input.witness) ?? false;
}

/** Null: an output of another kind, which no signature here spends. */
function judgeOf({ script: [version, push], script }: Output): Judge | null {
  if (script.length === 34 && version === 0x51 && push === 32) return isSignedByKeyPath;
  return script.length === 22 && version === 0x00 && push === 20 ? isSignedByKeyHash : null;
}

const isSignedByKeyPath: Judge = (transaction, at, spent, [signature, ...more]) => {
  if (signature === undefined || more.length > 0) return false;
  const [type, output] = [hashType(signature), spent[at]];
  if (type === null || output === undefined) return false;
  const outputScripts = spent.map(({ script }) => script);
  const amounts = spent.map(({ amount }) => amount);
  const digest = transaction.hashForWitnessV1(at, outputScripts, amounts, type);
  return ecc.verifySchnorr(digest, output.script.subarray(2), signature.subarray(0, 64));
};

/** > 64 bytes: SIGHASH_DEFAULT; 65: the last byte is the hash type, and not 0. Null: none that is signed here. */
function hashType(witness: Bytes): number | null {
  if (witness.length === 64) return Transaction.SIGHASH_DEFAULT;
  return witness.length === 65 && witness[64] === Transaction.SIGHASH_ALL ? Transaction.SIGHASH_ALL : null;
}

/** > The witness must consist of exactly 2 items: a DER signature (BIP-66) with its hash type, and the key of that hash. */
const isSignedByKeyHash: Judge = (transaction, at, spent, [signed, key, ...more]) => {
  const output = spent[at];
  if (signed === undefined || key === undefined || output === undefined || more.length > 0) return false;
  if (key.length !== 33 || !ecc.isPoint(key) || !scripts.isCanonicalScriptSignature(signed)) return false;
  const { signature, hashType: type } = scripts.signature.decode(signed);
  const { output: keyHash } = payments.p2wpkh({ pubkey: key });
  const { output: code } = payments.p2pkh({ pubkey: key });
  if (type !== Transaction.SIGHASH_ALL || keyHash === undefined || code === undefined) return false;
  if (Buffer.compare(keyHash, output.script) !== 0) return false;
  const digest = transaction.hashForWitnessV0(at, code, output.amount, type);
  return ecc.verify(digest, key, signature, true);
};
