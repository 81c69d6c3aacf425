/** Signatures that come after a deadline, a refusal or a raised row: shown to everybody, not delivered. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { LATE_SIGNATURES_ABI } from '../../chain/abi.ts';
import { type Asked, askedOf, headerOf, REQUEST, stateOf } from './asked.ts';
import { type Rule, reachedIf } from './rule.ts';

export type RecordLate = {
  readonly kind: 'record-late';
  readonly request: Hex;
  readonly signatures: readonly Hex[];
  /** filled in when it is wanted: the ledger forgets requests that have ended */
  readonly asked?: Asked;
};

export const recordLate: Rule<RecordLate> = {
  id: ({ request }) => `record-late:${request}`,
  priority: 8,
  shown: ({ request }, ledger) =>
    stateOf(ledger, request) === 'fulfilled'
      ? 'out-of-reach'
      : reachedIf(ledger.requests.get(request)?.isShownLate === true),
  standing: async ({ request }, now, ledger) => {
    const state = await now.requestState(request);
    if (state !== REQUEST.refused && state !== REQUEST.expired) return 'out-of-reach';
    return reachedIf(ledger.requests.get(request)?.isShownLate === true);
  },
  call: ({ asked, signatures }, _, { lateSignatures }) => {
    if (asked === undefined || lateSignatures === null) return null;
    const args = [headerOf(asked), asked.digests, signatures] as const;
    return { to: lateSignatures, data: encodeFunctionData({ abi: LATE_SIGNATURES_ABI, functionName: 'record', args }) };
  },
  gas: () => 0n,
  complete: (goal, ledger) => {
    const asked = goal.asked ?? askedOf(ledger, goal.request);
    return asked === null ? null : { ...goal, asked };
  },
};
