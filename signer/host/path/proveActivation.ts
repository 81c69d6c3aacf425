/** Stage 4 of a key's activation: the completed confirmations and the members that are to sign, shown at one finalised block. */

import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { slotsForActivation } from '../../proof/slots.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import type { Life } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from './measured.ts';

export function proveActivation(
  life: Pick<Life, 'prove'>,
  ledger: Ledger,
  keyId: Hex,
  members: readonly Hex[],
  block: BlockRef,
): Promise<void> {
  return life.prove(block, slotsForActivation(hexToBytes(keyId), measured(ledger, members)));
}
