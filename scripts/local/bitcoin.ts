/**
 * A Bitcoin Taproot spend: built as a PSBT with one library (@scure/btc-signer), checked after signing with another
 * (bitcoinjs-lib), which knows nothing of this project and starts from the raw transaction and its prevouts.
 */

import { hexToBytes } from '@noble/hashes/utils.js';
import * as btc from '@scure/btc-signer';
import { Transaction as CheckedTransaction } from 'bitcoinjs-lib';
import { unsignedInputs } from '../../signer/cli/finalise/check.ts';
import { finalTransaction, taprootWitnesses } from '../../signer/payload/bitcoin/finalTransaction.ts';
import { decodePsbt } from '../../signer/payload/bitcoin/psbt.ts';

export type Prevout = {
  readonly txid: string;
  readonly index: number;
  readonly script: Uint8Array;
  readonly amount: bigint;
};
/** Satoshi. */
export type Paid = { readonly recipientScript: Uint8Array; readonly amount: bigint; readonly fee: bigint };
export type Spend = Paid & {
  readonly psbt: Uint8Array;
  /** One for each input. */
  readonly digests: readonly Uint8Array[];
  readonly prevouts: readonly Prevout[];
};
type Output = { readonly script: Uint8Array; readonly amount: bigint };

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

/** All of `prevout` but the fee, to the recipient; see `buildSpendWithChange`. */
export function buildSpend(prevout: Prevout, internalKey: Uint8Array, recipientScript: Uint8Array, fee: bigint): Spend {
  return spendOf([prevout], internalKey, { recipientScript, amount: prevout.amount - fee, fee });
}

/**
 * A spend of outputs that all pay to the Taproot output key of `internalKey` (x-only, 32 bytes). What neither recipient nor fee gets goes
 * to `changeScript`: the script that is spent, or it is no change.
 * Returns the PSBT (BIP-174, version 0) and the BIP-341 digest of each input for SIGHASH_DEFAULT.
 */
export function buildSpendWithChange(
  prevouts: readonly [Prevout, ...Prevout[]],
  internalKey: Uint8Array,
  paid: Paid,
  changeScript = prevouts[0].script,
): Spend {
  const total = prevouts.reduce((sum, { amount }) => sum + amount, 0n);
  return spendOf(prevouts, internalKey, paid, { script: changeScript, amount: total - paid.amount - paid.fee });
}

function spendOf(prevouts: readonly Prevout[], internalKey: Uint8Array, paid: Paid, change?: Output): Spend {
  const transaction = new btc.Transaction({ version: 2 });
  for (const { txid, index, script, amount } of prevouts)
    transaction.addInput({
      ...{ txid, index, sequence: 0xfffffffd },
      ...{ witnessUtxo: { script, amount }, tapInternalKey: internalKey },
    });
  transaction.addOutput({ script: paid.recipientScript, amount: paid.amount });
  if (change !== undefined) transaction.addOutput(change);
  return { ...paid, psbt: transaction.toPSBT(0), digests: digestsOf(transaction, prevouts), prevouts };
}

function digestsOf(transaction: btc.Transaction, prevouts: readonly Prevout[]): readonly Uint8Array[] {
  const scripts = prevouts.map(({ script }) => script);
  const amounts = prevouts.map(({ amount }) => amount);
  return prevouts.map((_, at) => transaction.preimageWitnessV1(at, scripts, btc.SigHash.DEFAULT, amounts));
}

/** The raw transaction with the signatures of its inputs, in order, as witnesses: what a Bitcoin node would relay. */
export function finalise(psbt: Uint8Array, ...signatures: readonly Uint8Array[]): Uint8Array {
  const decoded = decodePsbt(psbt);
  return finalTransaction(decoded.transaction, taprootWitnesses(decoded, signatures));
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
