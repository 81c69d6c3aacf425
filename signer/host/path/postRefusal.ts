/** A member's signed word that it will not sign, or cannot yet, onto the chain: each member posts its own. */

import type { Event } from '../../enclave/api.ts';
import { isRefusedBy, type Ledger } from '../chain/view/ledger.ts';
import type { Poster } from '../posting/poster.ts';

export function postRefusal(
  ledger: Ledger,
  poster: Pick<Poster, 'want'>,
  { requestId, member, kind, codeWord, identitySignature }: Extract<Event, { readonly event: 'refusal' }>,
): void {
  if (isRefusedBy(ledger, requestId, { member, kind })) return;
  const goal = { kind: 'refuse', request: requestId, member, refusal: kind } as const;
  poster.want({ ...goal, code: codeWord, signature: identitySignature }, 0);
}
