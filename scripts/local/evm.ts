/** EVM transactions from an account that only a DAO's ECDSA key signs for: built, asked for, finished with the signature, sent to any chain. */

import { id, Signature, Transaction, type TransactionReceipt, ZeroAddress, ZeroHash } from 'ethers';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { EFFECT_KIND_NUMBERS } from '../../signer/formats/schemes.ts';
import type { IntentStruct } from '../../types/contracts/requests/SigningRequests.ts';
import type { Chain } from './chain.ts';
import type { DerivedKey } from './key.ts';
import type { VotingChain } from './vote.ts';

const TIME_TO_LIVE = 86_400;
const TRANSFER_GAS = 21_000n;

/** Wei, to an account without code. */
export type Payment = { readonly to: string; readonly value: bigint };

/** An EIP-1559 transaction of the key's account, with the nonce and the fees of the chain that it is for. */
export async function buildPayment(
  { provider }: Pick<Chain, 'provider'>,
  { evmAddress }: Pick<DerivedKey, 'evmAddress'>,
  { to, value }: Payment,
): Promise<Transaction> {
  const [{ chainId }, nonce, { maxFeePerGas, maxPriorityFeePerGas }] = await Promise.all([
    provider.getNetwork(),
    provider.getTransactionCount(evmAddress),
    provider.getFeeData(),
  ]);
  if (maxFeePerGas === null || maxPriorityFeePerGas === null) throw new Error('a chain without EIP-1559');
  const fees = { gasLimit: TRANSFER_GAS, maxFeePerGas, maxPriorityFeePerGas };
  return Transaction.from({ type: 2, chainId, nonce, to, value, ...fees });
}

/** What the DAO votes on: the exact payload, and in plain terms what it does. Nobody is called back. */
export async function paymentIntent(
  { provider }: Pick<VotingChain, 'provider'>,
  { keyId, path }: Pick<DerivedKey, 'keyId' | 'path'>,
  payment: Transaction,
): Promise<IntentStruct> {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block');
  const asset = id(`eip155:${payment.chainId}/slip44:60`);
  const fee = payment.gasLimit * (payment.maxFeePerGas ?? 0n);
  const { transfer, fee: ofFee } = EFFECT_KIND_NUMBERS;
  return {
    ...{ keyId, path, kind: PAYLOAD_KINDS['evm-transaction'].number },
    ...{ payload: payment.unsignedSerialized, digests: [payment.unsignedHash] },
    effects: [
      { kind: transfer, asset, recipient: payment.to ?? '0x', amount: payment.value, detail: ZeroHash },
      { kind: ofFee, asset, recipient: '0x', amount: fee, detail: ZeroHash },
    ],
    ...{ deadline: block.timestamp + TIME_TO_LIVE, consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
  };
}

/** The transaction with its signature, r ‖ s ‖ v, as nodes relay it. @throws where another account than `from` has signed */
export function finishTransaction(unsigned: Transaction, signature: string, from: string): string {
  const signed = unsigned.clone();
  signed.signature = Signature.from(signature);
  if (signed.from?.toLowerCase() !== from.toLowerCase()) throw new Error(`signed by ${signed.from}, not ${from}`);
  return signed.serialized;
}

/** Broadcast and mined. */
export async function sendRaw({ provider }: Pick<Chain, 'provider'>, raw: string): Promise<TransactionReceipt> {
  const receipt = await (await provider.broadcastTransaction(raw)).wait();
  if (receipt === null) throw new Error('the transaction was not mined');
  return receipt;
}
