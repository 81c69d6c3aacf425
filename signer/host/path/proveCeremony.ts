/** Stage 4 of a key's path: the open attempt, its committee and everyone's boot record, shown at one finalised block. */

import { hexToBytes } from 'viem';
import type { Committee } from '../../enclave/api.ts';
import { slotsForCeremony } from '../../proof/slots.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import type { Life } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from './measured.ts';

export function proveCeremony(
  life: Pick<Life, 'prove'>,
  ledger: Ledger,
  committee: Committee,
  block: BlockRef,
): Promise<void> {
  const ids = committee.members.map(({ id }) => id);
  return life.prove(block, slotsForCeremony(hexToBytes(committee.keyId), measured(ledger, ids)));
}
