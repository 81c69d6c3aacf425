/** An EVM transaction and its signature become what `eth_sendRawTransaction` takes, if viem reads the same account out of it. */

import {
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  serializeTransaction,
  type TransactionSerializable,
} from 'viem';
import { toHex } from '../../formats/hex.ts';
import { decodeTransaction } from '../../payload/evm/transaction.ts';
import { advised } from '../payload/refusal.ts';
import { doesNotHold, type Final, requireOne } from './finalised.ts';

/** > r ‖ s ‖ v, 27 or 28 (docs/formats.md) */
const BYTES = 65;

/** @param account that has to have signed it. @throws Fatal CONFIG_INVALID unless it has */
export async function finaliseEvm(
  payload: Uint8Array,
  signatures: readonly Uint8Array[],
  account: string,
): Promise<Final> {
  advised(() => decodeTransaction(payload));
  const signature = requireOne(signatures, BYTES);
  const v = signature[64] ?? 0;
  if (v !== 27 && v !== 28) doesNotHold(`the signature ends with ${v}, not with 27 or 28`);
  const unsigned = parseTransaction(toHex(payload)) as TransactionSerializable;
  if (serializeTransaction(unsigned) !== toHex(payload)) throw new Error('two libraries read two transactions');
  const transaction = serializeTransaction(unsigned, {
    ...{ r: toHex(signature.subarray(0, 32)), s: toHex(signature.subarray(32, 64)) },
    ...{ yParity: v - 27, v: BigInt(v) }, // > legacy transactions take v alone
  });
  const signer = await recoverTransactionAddress({ serializedTransaction: transaction as `0x02${string}` }).catch(
    () => 'nobody',
  );
  if (signer.toLowerCase() !== account.toLowerCase()) doesNotHold(`the signature is of ${signer}, not of ${account}`);
  return { transaction, txid: keccak256(transaction) };
}
