/** An end to what is past its deadline or overtaken, which anybody may bring about. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../chain/abi.ts';
import { askedOf, isOpen, REQUEST, stateOf } from './asked.ts';
import { type Rule, reachedIf } from './rule.ts';

export type Expire = { readonly kind: 'expire'; readonly request: Hex };

export const expire: Rule<Expire> = {
  id: ({ request }) => `expire:${request}`,
  priority: 7,
  shown: ({ request }, known) => reachedIf(!isOpen(stateOf(known, request))),
  standing: async ({ request }, now) => {
    const state = await now.requestState(request);
    return reachedIf(state !== REQUEST.queued && state !== REQUEST.ready);
  },
  call: ({ request }, known, { signingRequests }) => {
    const asked = askedOf(known, request);
    if (asked === null) return null;
    const args = [asked.header] as const;
    return {
      to: signingRequests,
      data: encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'expire', args }),
    };
  },
  gas: () => 0n,
};
