/** Whether of two messages at most one can ever be executed: what makes one of them a replacement of the other. */

import { isEqual } from '../../formats/equal.ts';
import { durableNonce } from './durableNonce.ts';
import type { Message } from './message.ts';

/**
 * Both advance one nonce account first, under one authority and at one value: whichever lands, though it fail, ends that value.
 * Without durable nonces nothing conflicts: two messages under one block's hash are both executed.
 */
export function conflicts(first: Message, second: Message): boolean {
  const [one, other] = [durableNonce(first), durableNonce(second)];
  if (one === null || other === null) return false;
  return (
    isEqual(one.account, other.account) && isEqual(one.authority, other.authority) && isEqual(one.value, other.value)
  );
}
