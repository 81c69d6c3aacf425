/** Whether one transaction takes the place of another. */

import type { EvmTransaction } from './transaction.ts';

type AccountNonce = Pick<EvmTransaction, 'chain' | 'nonce'>;

/** Of two transactions of one account at most one is ever mined exactly where both are for one chain and one account nonce. */
export function conflicts(first: AccountNonce, second: AccountNonce): boolean {
  return first.chain === second.chain && first.nonce === second.nonce;
}
