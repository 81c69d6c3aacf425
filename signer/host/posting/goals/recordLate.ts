/** Signatures that come after a deadline, a refusal or a raised row: shown to everybody, not delivered. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { LATE_SIGNATURES_ABI } from '../../chain/abi.ts';
import { askedOf, REQUEST, stateOf } from './asked.ts';
import { type Known, type Rule, reachedIf } from './rule.ts';

export type RecordLate = {
  readonly kind: 'record-late';
  readonly request: Hex;
  readonly signatures: readonly Hex[];
};

export const recordLate: Rule<RecordLate> = {
  id: ({ request }) => `record-late:${request}`,
  priority: 8,
  shown: ({ request }, known) =>
    stateOf(known, request) === 'fulfilled' ? 'out-of-reach' : reachedIf(isShown(known, request)),
  standing: async ({ request }, now, known) => {
    const state = await now.requestState(request);
    if (state !== REQUEST.refused && state !== REQUEST.expired) return 'out-of-reach';
    return reachedIf(isShown(known, request));
  },
  call: ({ request, signatures }, known, { lateSignatures }) => {
    const asked = askedOf(known, request);
    if (asked === null || lateSignatures === null) return null;
    const args = [asked.header, asked.digests, signatures] as const;
    return { to: lateSignatures, data: encodeFunctionData({ abi: LATE_SIGNATURES_ABI, functionName: 'record', args }) };
  },
  gas: () => 0n,
};

function isShown({ ledger }: Known, request: Hex): boolean {
  return ledger.requests.get(request)?.isShownLate === true;
}
