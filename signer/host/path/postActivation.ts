/** The new key's own signature onto the chain: the leader first, the others in turn. */

import { encodeFunctionData } from 'viem';
import type { Event } from '../../enclave/api.ts';
import { KEY_REGISTRY_ABI } from '../chain/abi.ts';
import type { Context, Self } from '../context.ts';
import { want } from '../posting/want.ts';
import { rankOf } from '../sessions/order.ts';

export function postActivation(
  context: Context,
  self: Self,
  { session, keyId, signature }: Extract<Event, { readonly event: 'activation' }>,
): void {
  const key = context.ledger.keys.get(keyId);
  if (key === undefined) {
    context.log('warn', 'an activation of an unknown key', { key: keyId });
    return;
  }
  const leader = context.book.find(session)?.leader ?? undefined;
  const data = encodeFunctionData({ abi: KEY_REGISTRY_ABI, functionName: 'activate', args: [keyId, signature] });
  const rank = rankOf(keyId, key.members, self.id, leader);
  want(context, {
    goal: { kind: 'activate', keyId, attempt: key.attempt },
    to: context.deployment.keyRegistry,
    data,
    rank,
  });
}
