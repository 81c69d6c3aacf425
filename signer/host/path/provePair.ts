/** Two members of a committee, and the key that they are to sign with or make, shown at one finalised block: what an OT set-up takes. */

import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { slotsForPair } from '../../proof/slots.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import type { Life } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from './measured.ts';

export function provePair(
  life: Pick<Life, 'prove'>,
  ledger: Ledger,
  keyId: Hex,
  members: readonly Hex[],
  block: BlockRef,
): Promise<void> {
  return life.prove(block, slotsForPair(hexToBytes(keyId), measured(ledger, members)));
}
