/** A member's signed word that it keeps its share, onto the chain. */

import { encodeFunctionData } from 'viem';
import type { Event } from '../../enclave/api.ts';
import { KEY_REGISTRY_ABI } from '../chain/abi.ts';
import type { Context } from '../context.ts';
import { want } from '../posting/want.ts';

export function postConfirmation(
  context: Context,
  confirmed: Extract<Event, { readonly event: 'confirmation' }>,
): void {
  const { member, identitySignature, keyId, attempt } = confirmed;
  const data = encodeFunctionData({
    abi: KEY_REGISTRY_ABI,
    functionName: 'confirm',
    args: [member, confirmed, identitySignature],
  });
  want(context, {
    goal: { kind: 'confirm', keyId, attempt, member },
    to: context.deployment.keyRegistry,
    data,
    rank: 0,
  });
}
