/** Looks at the gas account now and then, so that an operator hears of it before it is empty. Signing goes on regardless. */

import type { Context } from '../context.ts';
import { priceOf } from './fees.ts';

const EVERY = 60_000;
/** What a few postings cost; verifying evidence is the dearest. */
const ENOUGH_GAS = 5_000_000n;

export async function watchGas(context: Context): Promise<void> {
  const { chain, wallet, clock, metrics, problems } = context;
  if (!problems.has('gas') && clock.now() - context.weighedAt < EVERY) return;
  const [balance, fees] = await Promise.all([chain.balance(wallet.gasAccount), chain.fees()]);
  context.weighedAt = clock.now();
  metrics.set('quorate_gas_balance_wei', Number(balance));
  problems.delete('gas');
  if (balance >= ENOUGH_GAS * priceOf(fees).maxFeePerGas) return;
  problems.set('gas', `the gas account ${wallet.gasAccount} is nearly empty: send it some of the chain's currency`);
}
