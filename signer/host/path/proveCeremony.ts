/** Stage 4 of a key's path: the open attempt, its committee and everyone's boot record, at one finalised block. */

import { hexToBytes } from 'viem';
import { type Committee, type StateProof, slotsFor } from '../../enclave/api.ts';
import type { Context } from '../context.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from '../proof/members.ts';
import { proveSlots } from '../proof/proveSlots.ts';

export function proveCeremony(context: Context, committee: Committee, block: BlockRef): Promise<StateProof> {
  const ids = committee.members.map(({ id }) => id);
  const slots = slotsFor.generateKey(hexToBytes(committee.keyId), measured(context.ledger, ids));
  return proveSlots(context, slots, block);
}
