/** Keys that are being made: takes part in open attempts, and opens the next one when an attempt has failed. */

import { encodeFunctionData } from 'viem';
import { KEY_REGISTRY_ABI } from '../chain/abi.ts';
import type { KeyRecord } from '../chain/ledger.ts';
import { type Context, timeNow } from '../context.ts';
import { want } from '../posting/want.ts';
import { startCeremonies } from '../sessions/ceremonies.ts';
import { rankOf } from '../sessions/order.ts';

export async function watchKeys(context: Context): Promise<void> {
  startCeremonies(context);
  for (const key of context.ledger.keys.values()) await reopen(context, key);
}

/** A confirmed ceremony has a deadline of its own, which only the contract knows. */
async function reopen(context: Context, key: KeyRecord): Promise<void> {
  const { self, chain, deployment } = context;
  const now = timeNow(context);
  if (self === null || context.isStopping || key.state === 'active' || now <= key.deadline) return;
  if (!key.members.includes(self.id)) return;
  const { attempt, deadline } = await chain.ceremony(key.id);
  if (attempt !== key.attempt || now <= deadline) return;
  const data = encodeFunctionData({ abi: KEY_REGISTRY_ABI, functionName: 'openAttempt', args: [key.id] });
  const rank = rankOf(key.id, key.members, self.id);
  want(context, { goal: { kind: 'open-attempt', keyId: key.id, attempt }, to: deployment.keyRegistry, data, rank });
}
