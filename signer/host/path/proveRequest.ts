/** Stage 4: everything that enclaves must see to sign a request, proven at one finalised block. */

import { hexToBytes } from 'viem';
import { type SigningSet, type StateProof, slotsFor } from '../../enclave/api.ts';
import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from '../proof/members.ts';
import { proveSlots } from '../proof/proveSlots.ts';
import { membersOf, type SigningTask } from '../sessions/task.ts';

export function proveRequest(
  context: Context,
  task: SigningTask,
  set: SigningSet,
  block: BlockRef,
): Promise<StateProof> {
  const { subject, key, request } = task;
  const asked = { id: hexToBytes(subject), keyId: hexToBytes(key.id), requester: hexToBytes(request.requester) };
  return proveSlots(context, slotsFor.sign(asked, measured(context.ledger, membersOf(task, set))), block);
}
