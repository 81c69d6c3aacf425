/** QUEUED -> READY, which anybody may bring about. */

import { encodeFunctionData, zeroAddress } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../chain/abi.ts';
import { rowName } from '../../chain/view/rowName.ts';
import { askedOf, HEADER_BYTES, REQUEST, stateOf } from './asked.ts';
import { type Known, type Rule, reachedIf } from './rule.ts';

export type MarkReady = { readonly kind: 'mark-ready'; readonly request: Hex };

/** Each of ten costs 17,000 beside the transaction (gas snapshot). */
const MARK = 30_000n;
/** What a guard may use, as 63/64 of what has to be there, and the call of it (contracts/requests/GuardCall.sol). */
const GUARD = (500_000n * 64n) / 63n + 30_000n + 30_000n;

export const markReady: Rule<MarkReady> = {
  id: ({ request }) => `mark-ready:${request}`,
  priority: 5,
  shown: ({ request }, known) => {
    const state = stateOf(known, request);
    return reachedIf(state !== undefined && state !== 'queued');
  },
  standing: async ({ request }, now) => reachedIf((await now.requestState(request)) !== REQUEST.queued),
  call: ({ request }, known, { signingRequests }) => {
    const asked = askedOf(known, request);
    if (asked === null) return null;
    const args = [asked.header] as const;
    const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'markReady', args });
    return { to: signingRequests, data };
  },
  gas: (goal, known) => (isGuarded(goal, known) ? MARK + GUARD : MARK),
  judge: (goal, known) => {
    const record = known.ledger.requests.get(goal.request);
    return record !== undefined && isGuarded(goal, known) ? rowName(record) : null;
  },
  batch: {
    bytes: (goal, known) => (isGuarded(goal, known) ? null : HEADER_BYTES),
    call: (goals, known, { signingRequests }) => {
      const headers = goals.flatMap(({ request }) => askedOf(known, request)?.header ?? []);
      const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName: 'markReadyMany', args: [headers] });
      return headers.length === goals.length ? { to: signingRequests, data } : null;
    },
  },
};

/** A guard may spend in the block what it did not in an estimate, and say no: what it judges goes alone. */
function isGuarded({ request }: MarkReady, { ledger }: Known): boolean {
  const record = ledger.requests.get(request);
  if (record === undefined) return true;
  return (ledger.rows.get(rowName(record))?.guard ?? zeroAddress) !== zeroAddress;
}
