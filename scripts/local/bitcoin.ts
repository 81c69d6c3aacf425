/**
 * A Bitcoin Taproot spend: built as a PSBT with one library (@scure/btc-signer), checked after signing with another
 * (bitcoinjs-lib), which knows nothing of this project and starts from the raw transaction and its prevouts.
 */

import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';
import { unsignedInputs } from '../../signer/cli/finaliseCheck.ts';
import { finalTransaction } from '../../signer/payload/bitcoin/finalTransaction.ts';
import { decodePsbt } from '../../signer/payload/bitcoin/psbt.ts';

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

/** The raw transaction with the signatures of its inputs, in order, as witnesses: what a Bitcoin node would relay. */
export function finalise(psbt: Uint8Array, ...signatures: readonly Uint8Array[]): Uint8Array {
  return finalTransaction(decodePsbt(psbt), signatures);
}

/** Whether a raw transaction spends these outputs and each of its signatures is right, by bitcoinjs-lib alone. */
export function isSpendValid(rawTransaction: Uint8Array, prevouts: readonly Prevout[]): boolean {
  const { ins } = CheckedTransaction.fromBuffer(rawTransaction);
  if (ins.length !== prevouts.length) return false;
  const isSpending = ins.every((input, i) => spends(input, prevouts[i]));
  return isSpending && unsignedInputs(rawTransaction, prevouts).length === 0;
}

function spends(input: { hash: Uint8Array; index: number }, prevout: Prevout | undefined): boolean {
  if (prevout === undefined) return false;
  const expected = hexToBytes(prevout.txid).reverse();
  return input.index === prevout.index && input.hash.every((byte, i) => byte === expected[i]);
}
