/** Which row of a policy: a key allows each requester something of its own. */

import type { Hex } from '../../../formats/hex.ts';

export type Row = { readonly keyId: Hex; readonly requester: Hex };

export function rowName({ keyId, requester }: Row): string {
  return `${keyId} ${requester}`;
}
