/** Looks at the gas accounts now and then, so that an operator hears of it before they are empty. Signing goes on regardless. */

import type { Metrics } from '../metrics.ts';
import type { Chain } from '../ports/chain.ts';
import type { Clock } from '../ports/clock.ts';
import type { Problems } from '../problems.ts';
import { least } from './fees.ts';
import type { Lane } from './lane.ts';
import type { Pricing } from './pricing.ts';

const EVERY = 60_000;
/** What a few postings cost; verifying evidence is the dearest. */
const ENOUGH_GAS = 5_000_000n;

export function createWatchGas(
  ports: { readonly chain: Pick<Chain, 'balance'>; readonly clock: Clock; readonly metrics: Metrics },
  pricing: Pricing,
  problems: Problems,
  lanes: readonly Lane[],
): () => Promise<void> {
  const { chain, clock, metrics } = ports;
  let weighedAt: number | null = null;
  return async () => {
    if (weighedAt !== null && !problems.has('gas') && clock.now() - weighedAt < EVERY) return;
    const balances = await Promise.all(lanes.map(({ account }) => chain.balance(account)));
    const { baseFee, tip } = await pricing.market();
    weighedAt = clock.now();
    const enough = ENOUGH_GAS * (2n * baseFee + tip);
    metrics.set('quorate_gas_balance_wei', Number(balances[0] ?? 0n));
    lanes.forEach((lane, at) => {
      if (lane.lacks !== null && (balances[at] ?? 0n) >= least(lane.lacks, enough)) lane.lacks = null;
    });
    const poor = lanes.find(({ lacks }, at) => lacks !== null || (balances[at] ?? 0n) < enough);
    if (poor === undefined) problems.clear('gas');
    else problems.set('gas', `the gas account ${poor.account} is nearly empty: send it some of the chain's currency`);
  };
}
