/**
 * What an EVM transaction does: accounts handed to code, what the call is, and the fee for its gas at its most.
 *
 * Some rollups (the OP stack's, Scroll) take a fee for data beside that of gas, out of the same account; no byte of a transaction bounds it.
 */

import { nativeAsset } from '../caip.ts';
import { knownCall } from './calls.ts';
import type { Deed } from './deed.ts';
import { requireNoDelegatecall } from './safe.ts';
import type { EvmTransaction } from './transaction.ts';

/**
 * In the order in which clients do them.
 *
 * @throws Refused EVM_CALLDATA, NESTED_DELEGATECALL
 */
export function evmDeeds({ authorizations, ...transaction }: EvmTransaction): readonly Deed[] {
  const { chain, gas, gasPrice } = transaction;
  const handed = authorizations.map((each) => ({ kind: 'set-code', chain, ...each }) as const);
  return [...handed, action(transaction), { kind: 'fee', asset: nativeAsset(chain), amount: gas * gasPrice }];
}

function action({ chain, to, value, data }: Omit<EvmTransaction, 'authorizations'>): Deed {
  if (to === null) return { kind: 'creation', chain, value, initCode: data };
  requireNoDelegatecall(data);
  return knownCall({ chain, to, value, data, by: null }) ?? { kind: 'call', chain, target: to, value, data };
}
