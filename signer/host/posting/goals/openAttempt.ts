/** The next attempt at a key whose last one ran out. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { KEY_REGISTRY_ABI } from '../../chain/abi.ts';
import { CEREMONY } from './ceremony.ts';
import { type Rule, reachedIf } from './rule.ts';

export type OpenAttempt = {
  readonly kind: 'open-attempt';
  readonly keyId: Hex;
  /** the one that ran out */
  readonly attempt: number;
};

export const openAttempt: Rule<OpenAttempt> = {
  id: ({ keyId, attempt }) => `open-attempt:${keyId}:${attempt}`,
  priority: 6,
  shown: ({ keyId, attempt }, { ledger: { keys } }) => {
    const key = keys.get(keyId);
    return reachedIf(key !== undefined && (key.state === 'active' || key.attempt > attempt));
  },
  standing: async ({ keyId, attempt }, now) => {
    const ceremony = await now.ceremony(keyId);
    return reachedIf(ceremony.status === CEREMONY.done || ceremony.attempt > attempt);
  },
  call: ({ keyId }, _, { keyRegistry }) => ({
    to: keyRegistry,
    data: encodeFunctionData({ abi: KEY_REGISTRY_ABI, functionName: 'openAttempt', args: [keyId] }),
  }),
  gas: () => 0n,
};
