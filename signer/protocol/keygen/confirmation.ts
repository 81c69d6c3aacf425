/** Round 4: everybody says which key it got. A party that told us the same story and confirms another key has lied. */
import { othersOf } from '../committee.ts';
import { Fault } from '../fault.ts';
import { sameBytes } from '../math/group.ts';
import type { Broadcasts } from '../round.ts';
import type { KeygenSession } from './session.ts';

export const CONFIRMATION = 'keygen/confirmation';
export const CONFIRMATION_BYTES = 32;

export function requireConfirmed({ committee }: KeygenSession, mine: Uint8Array, said: Broadcasts): void {
  const culprits = othersOf(committee).filter((id) => !sameBytes(mine, said.get(id) ?? new Uint8Array()));
  if (culprits.length > 0) throw new Fault('confirmation-differs', CONFIRMATION, { culprits });
}
