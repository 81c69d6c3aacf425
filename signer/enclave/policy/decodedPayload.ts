/** What a decoder has understood of a payload, every byte of it: what would be signed, what that would do, and with which key. */

import type { Effect } from '../formats/intent.ts';
import type { ApprovedRequest } from '../path/stages.ts';

export type DecodedPayload = Pick<ApprovedRequest, 'messages' | 'tweaks' | 'verifyingKey'> & {
  readonly effects: readonly Effect[];
};
