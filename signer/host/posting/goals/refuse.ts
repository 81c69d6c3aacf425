/** One member's signed word that it will never sign a request; enough of them end it. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { REFUSALS_ABI } from '../../chain/abi.ts';
import { isRefusedBy } from '../../chain/view/ledger.ts';
import { askedOf, isOpen, REQUEST, stateOf } from './asked.ts';
import type { Rule } from './rule.ts';
import { searchGas } from './seats.ts';

export type Refuse = {
  readonly kind: 'refuse';
  readonly request: Hex;
  readonly member: Hex;
  readonly refusal: 'final' | 'unsupported';
  /** bytes32 */
  readonly code: Hex;
  readonly signature: Hex;
};

const KIND_NUMBERS = { final: 1, unsupported: 2 } as const;

/** Of one that ends the request, rounded up (gas snapshot). An estimate made while others refuse knows nothing of it. */
const LAST = 60_000n;

export const refuse: Rule<Refuse> = {
  id: ({ request, member, refusal, code }) => `refuse:${request}:${member}:${refusal}:${code}`,
  priority: 7,
  shown: ({ request, member, refusal }, known) => {
    const state = stateOf(known, request);
    if (isRefusedBy(known.ledger, request, { member, kind: refusal }) || state === 'refused') return 'reached';
    return isOpen(state) ? 'open' : 'out-of-reach';
  },
  standing: async ({ request }, now) => {
    const state = await now.requestState(request);
    return state === REQUEST.ready ? 'open' : state === REQUEST.refused ? 'reached' : 'out-of-reach';
  },
  call: (goal, known, { refusals, signingRequests }) => {
    const asked = askedOf(known, goal.request);
    if (asked === null || refusals === null) return null;
    const { member, code, signature } = goal;
    const args = [signingRequests, asked.header, member, KIND_NUMBERS[goal.refusal], code, signature] as const;
    return { to: refusals, data: encodeFunctionData({ abi: REFUSALS_ABI, functionName: 'refuse', args }) };
  },
  gas: ({ request }, known) => {
    const asked = askedOf(known, request);
    return asked === null ? 0n : LAST + searchGas(asked.header.keyId, known);
  },
};
