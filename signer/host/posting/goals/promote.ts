/** A measurement that has proven that it boots, from CANARY to ACTIVE; anyone may. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { MEASUREMENT_REGISTRY_ABI } from '../../chain/abi.ts';
import { readView } from '../../chain/readView.ts';
import type { Chain } from '../../ports/chain.ts';
import { type Rule, reachedIf } from './rule.ts';

export type Promote = { readonly kind: 'promote'; readonly registry: Hex; readonly measurement: Hex };

/** As the registry numbers it. */
const CANARY = 1;

export const promote: Rule<Promote> = {
  id: ({ measurement }) => `promote:${measurement}`,
  priority: 5,
  shown: () => 'open', // no log of it is read
  standing: async (goal, now) => reachedIf(!(await isCanary(goal, now))),
  call: (goal) => ({ to: goal.registry, data: promoteData(goal) }),
  gas: () => 0n,
};

export function promoteData({ measurement }: Pick<Promote, 'measurement'>): Hex {
  return encodeFunctionData({ abi: MEASUREMENT_REGISTRY_ABI, functionName: 'promote', args: [measurement] });
}

export async function isCanary(
  { registry, measurement }: Omit<Promote, 'kind'>,
  chain: Pick<Chain, 'call'>,
): Promise<boolean> {
  return (await readView(chain, registry, MEASUREMENT_REGISTRY_ABI, 'status', [measurement])) === CANARY;
}
