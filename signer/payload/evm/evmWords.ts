/** An EVM transaction in words for those who vote on it. */

import type { Said } from '../bitcoin/said.ts';
import { warning, word } from '../bitcoin/said.ts';
import { coin, deedWords } from './deedWords.ts';
import { evmDeeds } from './evmDeeds.ts';
import type { EvmTransaction } from './transaction.ts';

/** > Gtransaction = 21000 */
const LEAST_GAS = 21_000n;
/** Wei; a tenth of a coin is more than a common transaction ever costs. */
const HIGH_FEE = 10n ** 17n;

/** @throws Refused as `evmDeeds` does */
export function evmWords(transaction: EvmTransaction): readonly Said[] {
  const { type, chain, nonce, accessList } = transaction;
  const listed = accessList.length === 0 ? '' : `; it names ${accessList.length} accounts that it touches`;
  return [
    word(`a transaction of type ${type} for chain ${chain}, number ${nonce} of its account${listed}`),
    ...evmDeeds(transaction).flatMap(deedWords),
    ...gasWords(transaction),
  ];
}

function gasWords({ gas, gasPrice, tip }: EvmTransaction): readonly Said[] {
  const shared = tip === null ? '' : `, of which ${tip} to whoever includes it`;
  const fee = gas * gasPrice;
  return [
    word(`at most ${gas} gas at ${gasPrice} wei each${shared}`),
    ...(gas < LEAST_GAS ? [warning(`less than ${LEAST_GAS} gas: no client takes it`)] : []),
    ...(gasPrice === 0n ? [warning('a price of nothing: no client takes it on most chains')] : []),
    ...(fee >= HIGH_FEE ? [warning(`a high fee: up to ${coin(fee)}`)] : []),
  ];
}
