/** Stage 4 of a key's activation: the completed confirmations and the members that are to sign, at one finalised block. */

import { hexToBytes } from 'viem';
import { type SigningSet, type StateProof, slotsFor } from '../../enclave/api.ts';
import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from '../proof/members.ts';
import { proveSlots } from '../proof/proveSlots.ts';
import { membersOf, type Task } from '../sessions/task.ts';

export function proveActivation(context: Context, task: Task, set: SigningSet, block: BlockRef): Promise<StateProof> {
  const members = measured(context.ledger, membersOf(task, set));
  return proveSlots(context, slotsFor.activateKey(hexToBytes(task.key.id), members), block);
}
