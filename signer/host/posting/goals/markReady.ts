/** QUEUED -> READY, which anybody may bring about. */

import { encodeFunctionData, zeroAddress } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../chain/abi.ts';
import { rowName, type Ledger } from '../../chain/view/ledger.ts';
import { askedOf, headerOf, REQUEST, stateOf } from './asked.ts';
import { type Rule, reachedIf } from './rule.ts';

export type MarkReady = { readonly kind: 'mark-ready'; readonly request: Hex };

/** Each of ten costs 17,000 beside the transaction (gas snapshot). */
const MARK = 30_000n;
/** What a guard may use, as 63/64 of what has to be there, and the call of it (contracts/requests/GuardCall.sol). */
const GUARD = (500_000n * 64n) / 63n + 30_000n + 30_000n;

export const markReady: Rule<MarkReady> = {
  id: ({ request }) => `mark-ready:${request}`,
  priority: 5,
  shown: ({ request }, ledger) => {
    const state = stateOf(ledger, request);
    return reachedIf(state !== undefined && state !== 'queued');
  },
  standing: async ({ request }, now) => reachedIf((await now.requestState(request)) !== REQUEST.queued),
  call: ({ request }, ledger, { signingRequests }) => {
    const asked = askedOf(ledger, request);
    if (asked === null) return null;
    const args = [headerOf(asked)] as const;
    const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'markReady', args });
    return { to: signingRequests, data };
  },
  gas: (goal, ledger) => (isGuarded(goal, ledger) ? MARK + GUARD : MARK),
  batch: {
    mayJoin: (goal, ledger) => !isGuarded(goal, ledger),
    call: (goals, ledger, { signingRequests }) => {
      const headers = goals.flatMap(({ request }) => askedOf(ledger, request) ?? []).map(headerOf);
      const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'markReadyMany', args: [headers] });
      return headers.length === goals.length ? { to: signingRequests, data } : null;
    },
  },
};

/** A guard may spend in the block what it did not in an estimate, and say no: what it judges goes alone. */
function isGuarded({ request }: MarkReady, { requests, rows }: Ledger): boolean {
  const record = requests.get(request);
  if (record === undefined) return true;
  return (rows.get(rowName(record.keyId, record.requester))?.guard ?? zeroAddress) !== zeroAddress;
}
