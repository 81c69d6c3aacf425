/** A new key's own signature, by which it becomes active. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { KEY_REGISTRY_ABI } from '../../chain/abi.ts';
import { CEREMONY } from './ceremony.ts';
import { type Rule, reachedIf } from './rule.ts';

export type Activate = {
  readonly kind: 'activate';
  readonly keyId: Hex;
  readonly attempt: number;
  readonly signature: Hex;
};

export const activate: Rule<Activate> = {
  id: ({ keyId, attempt }) => `activate:${keyId}:${attempt}`,
  priority: 4,
  shown: ({ keyId, attempt }, { ledger: { keys } }) => {
    const key = keys.get(keyId);
    if (key === undefined || key.attempt < attempt) return 'open';
    return key.attempt > attempt ? 'out-of-reach' : reachedIf(key.state === 'active');
  },
  standing: async ({ keyId, attempt }, now) => {
    const ceremony = await now.ceremony(keyId);
    return ceremony.attempt !== attempt ? 'out-of-reach' : reachedIf(ceremony.status === CEREMONY.done);
  },
  call: ({ keyId, signature }, _, { keyRegistry }) => ({
    to: keyRegistry,
    data: encodeFunctionData({ abi: KEY_REGISTRY_ABI, functionName: 'activate', args: [keyId, signature] }),
  }),
  gas: () => 0n,
};
