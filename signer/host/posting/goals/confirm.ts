/** A member's signed word that it keeps its share. */

import type { Hex } from '../../../formats/hex.ts';
import { CEREMONY } from './ceremony.ts';
import { type Rule, reachedIf } from './rule.ts';
import { searchGas } from './seats.ts';

export type Confirm = {
  readonly kind: 'confirm';
  readonly keyId: Hex;
  readonly attempt: number;
  readonly member: Hex;
  /** calldata of KeyRegistry.confirm */
  readonly data: Hex;
};

/** Of the last of all, which keeps the key, rounded up (gas snapshot). An estimate made while others confirm knows nothing of it. */
const LAST = 120_000n;

export const confirm: Rule<Confirm> = {
  id: ({ keyId, attempt, member }) => `confirm:${keyId}:${attempt}:${member}`,
  priority: 3,
  shown: ({ keyId, attempt, member }, { ledger: { keys } }) => {
    const key = keys.get(keyId);
    if (key === undefined || key.attempt < attempt) return 'open';
    if (key.attempt > attempt) return 'out-of-reach';
    return reachedIf(key.state !== 'generating' || key.confirmedBy.includes(member));
  },
  standing: async ({ keyId, attempt }, now) => {
    const ceremony = await now.ceremony(keyId);
    return ceremony.attempt !== attempt ? 'out-of-reach' : reachedIf(ceremony.status !== CEREMONY.open);
  },
  call: ({ data }, _, { keyRegistry }) => ({ to: keyRegistry, data }),
  gas: ({ keyId }, known) => LAST + searchGas(keyId, known),
};
