/** Stage 4: everything that enclaves must see to sign a request, proven at one finalised block. */

import { hexToBytes } from 'viem';
import { type SigningSet, type StateProof, slotsFor } from '../../enclave/api.ts';
import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from '../proof/members.ts';
import { proveSlots } from '../proof/proveSlots.ts';
import { membersOf, type Task } from '../sessions/task.ts';

export function proveRequest(context: Context, task: Task, set: SigningSet, block: BlockRef): Promise<StateProof> {
  const members = measured(context.ledger, membersOf(task, set));
  const slots = slotsFor.sign(hexToBytes(task.key.id), hexToBytes(task.subject), members);
  return proveSlots(context, slots, block);
}
