/** A member's signed word that it keeps its share, onto the chain. */

import { encodeFunctionData } from 'viem';
import type { Event } from '../../enclave/api.ts';
import { KEY_REGISTRY_ABI } from '../chain/abi.ts';
import type { Poster } from '../posting/poster.ts';

export function postConfirmation(
  poster: Pick<Poster, 'want'>,
  confirmed: Extract<Event, { readonly event: 'confirmation' }>,
): void {
  const { member, identitySignature, keyId, attempt } = confirmed;
  const data = encodeFunctionData({
    abi: KEY_REGISTRY_ABI,
    functionName: 'confirm',
    args: [member, confirmed, identitySignature],
  });
  poster.want({ kind: 'confirm', keyId, attempt, member, data }, 0);
}
