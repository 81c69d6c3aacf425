/** Signatures that came too late to be delivered and are there for everybody to see, from the events of LateSignatures. */

import type { Hex } from '../../../formats/hex.ts';
import type { LATE_SIGNATURES_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

export type LateSignatureEvent = Of<'LateSignatureRecorded', { readonly id: Hex }>;

type State = { readonly requests: { showLate(id: Hex): void } };

export const lateSignatureEvents: Events<typeof LATE_SIGNATURES_ABI, LateSignatureEvent, State> = {
  LateSignatureRecorded: {
    read: ({ id }) => ({ id }),
    fold: ({ requests }, { id }) => requests.showLate(id),
  },
};
