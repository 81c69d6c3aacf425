/** What members have said against a request, from the events of Refusals. */

import type { Hex } from '../../../formats/hex.ts';
import type { REFUSALS_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

/** Numbers of docs/formats.md. */
const REFUSAL_KINDS = { 1: 'final', 2: 'unsupported' } as const;
type RefusalKind = (typeof REFUSAL_KINDS)[keyof typeof REFUSAL_KINDS];

/** One member's signed word about a request. */
export type RefusalRecord = {
  readonly member: Hex;
  readonly kind: RefusalKind;
  /** ASCII, padded with zeros to 32 bytes */
  readonly code: Hex;
};

export type RefusalEvent = Of<'RequestRefusedBy', { readonly id: Hex } & RefusalRecord>;

type State = {
  readonly refusals: Map<Hex, readonly RefusalRecord[]>;
  readonly requests: { get(id: Hex): unknown };
};

export const refusalEvents: Events<typeof REFUSALS_ABI, RefusalEvent, State> = {
  RequestRefusedBy: {
    /** Null for a kind of a later release. */
    read: ({ id, member, kind, code }) => {
      const named = kind === 1 || kind === 2 ? REFUSAL_KINDS[kind] : null;
      return named && { id, member, kind: named, code };
    },
    // the contract counts for every requests contract that names itself: only ids of this one are known here
    fold: ({ refusals, requests }, { event: _, id, ...refusal }) => {
      if (requests.get(id) !== undefined) refusals.set(id, [...(refusals.get(id) ?? []), refusal]);
    },
  },
};
