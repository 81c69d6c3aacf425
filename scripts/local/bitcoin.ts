/**
 * A Bitcoin Taproot spend: built as a PSBT with one library (@scure/btc-signer), checked after signing with another
 * (bitcoinjs-lib), which knows nothing of this project and starts from the raw transaction and its prevouts.
 */

import * as ecc from '@bitcoinerlab/secp256k1';
import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';

export type Prevout = {
  readonly txid: string;
  readonly index: number;
  readonly script: Uint8Array;
  readonly amount: bigint;
};
export type Spend = {
  readonly psbt: Uint8Array;
  readonly digest: Uint8Array;
  readonly prevouts: readonly Prevout[];
  readonly recipientScript: Uint8Array;
  readonly amount: bigint;
  readonly fee: bigint;
};

/** The bech32m address of a 32-byte Taproot output key (BIP-341, BIP-350), on Bitcoin's regtest network. */
export function taprootAddress(outputKey: Uint8Array): string {
  return btc
    .Address({ bech32: 'bcrt', pubKeyHash: 0x6f, scriptHash: 0xc4, wif: 0xef })
    .encode({ type: 'tr', pubkey: outputKey });
}

/** OP_1 and the 32-byte output key. */
export function taprootScript(outputKey: Uint8Array): Uint8Array {
  return Uint8Array.of(0x51, 0x20, ...outputKey);
}

/**
 * A one-input, one-output spend of `prevout`, which pays to the Taproot output key of `internalKey` (x-only, 32 bytes).
 * Returns the PSBT (BIP-174, version 0) and the BIP-341 digest of its input for SIGHASH_DEFAULT.
 */
export function buildSpend(prevout: Prevout, internalKey: Uint8Array, recipientScript: Uint8Array, fee: bigint): Spend {
  const amount = prevout.amount - fee;
  const transaction = new btc.Transaction({ version: 2 });
  transaction.addInput({
    txid: prevout.txid,
    index: prevout.index,
    sequence: 0xfffffffd,
    witnessUtxo: { script: prevout.script, amount: prevout.amount },
    tapInternalKey: internalKey,
  });
  transaction.addOutput({ script: recipientScript, amount });
  return {
    psbt: transaction.toPSBT(0),
    digest: transaction.preimageWitnessV1(0, [prevout.script], btc.SigHash.DEFAULT, [prevout.amount]),
    prevouts: [prevout],
    recipientScript,
    amount,
    fee,
  };
}

/** The raw transaction with the signature as its input's witness: what a Bitcoin node would relay. */
export function finalise(psbt: Uint8Array, signature: Uint8Array): Uint8Array {
  const transaction = btc.Transaction.fromPSBT(psbt);
  transaction.updateInput(0, { finalScriptWitness: [signature] });
  return transaction.extract();
}

/**
 * Whether a raw transaction's Taproot key-path signatures are right, by bitcoinjs-lib alone: it recomputes each BIP-341 digest from
 * the transaction and the outputs it spends, and verifies each BIP-340 signature under the key in the output it spends.
 */
export function isSpendValid(rawTransaction: Uint8Array, prevouts: readonly Prevout[]): boolean {
  const transaction = CheckedTransaction.fromBuffer(rawTransaction);
  if (transaction.ins.length !== prevouts.length) return false;
  const scripts = prevouts.map((prevout) => prevout.script);
  const amounts = prevouts.map((prevout) => prevout.amount);
  return transaction.ins.every((input, i) => {
    const [signature] = input.witness;
    const prevout = prevouts[i];
    if (signature?.length !== 64 || prevout === undefined || !spends(input, prevout)) return false;
    const digest = transaction.hashForWitnessV1(i, scripts, amounts, CheckedTransaction.SIGHASH_DEFAULT);
    return ecc.verifySchnorr(digest, prevout.script.subarray(2), signature);
  });
}

function spends(input: { hash: Uint8Array; index: number }, prevout: Prevout): boolean {
  const expected = hexToBytes(prevout.txid).reverse();
  return input.index === prevout.index && input.hash.every((byte, i) => byte === expected[i]);
}
