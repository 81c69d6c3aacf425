/** What the contracts spend to find a member among the seats of a committee. */

import type { Hex } from '../../../formats/hex.ts';
import type { Known } from './rule.ts';

/** One cold slot (EIP-2929), and the loop around it. */
const SEAT = 2_500n;

/** In a key's committee, searched to its end. */
export function searchGas(keyId: Hex, { ledger }: Known): bigint {
  return SEAT * BigInt(ledger.keys.get(keyId)?.members.length ?? 0);
}
