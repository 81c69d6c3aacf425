/** The request that a transaction has made, by its event. */

import type { Hex } from '../../formats/hex.ts';
import { Fatal } from '../../host/errors.ts';
import { requestedIn } from '../chain/requestedIn.ts';
import type { Sent } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Intent } from '../payload/intent.ts';

/** The last one in that block of this requester with this payload: a second of the same block says the same. */
export async function askedIn(source: Source, requester: Hex, { block, hash }: Sent, intent: Intent): Promise<Hex> {
  const requested = await requestedIn(source, block, { requester, keyId: intent.keyId });
  const found = requested.findLast((one) => one.intent.payload === intent.payload && one.intent.path === intent.path);
  if (found !== undefined) return found.id;
  const detail = `the transaction ${hash} is in block ${block}, and the RPC shows no request there`;
  throw new Fatal(
    'CONFIG_INVALID',
    detail,
    'It was sent: find it with `quorate requests`, and do not ask again before.',
  );
}
