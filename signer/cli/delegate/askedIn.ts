/** The request that a transaction has made, by its event. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { Fatal } from '../../host/errors.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { Sent } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Intent } from '../payload/intent.ts';

/** The last one in that block of this requester with this payload: a second of the same block says the same. */
export async function askedIn(source: Source, requester: Hex, { block, hash }: Sent, intent: Intent): Promise<Hex> {
  const event = { abi: SIGNING_REQUESTS_ABI, eventName: 'SignatureRequested' } as const;
  const topics = encodeEventTopics({ ...event, args: { keyId: intent.keyId, requester } }) as (Hex | null)[];
  const range = { from: block, to: block };
  const logs = await logsOf(source, addressOf(source.record, 'signingRequests'), topics, range);
  const ids = logs.flatMap(({ topics: found, data }) => {
    const { args } = decodeEventLog({ ...event, data, topics: found as [Hex, ...Hex[]] });
    return args.intent.payload === intent.payload && args.intent.path === intent.path ? [args.id] : [];
  });
  const id = ids.at(-1);
  if (id !== undefined) return id;
  const detail = `the transaction ${hash} is in block ${block}, and the RPC shows no request there`;
  throw new Fatal(
    'CONFIG_INVALID',
    detail,
    'It was sent: find it with `quorate requests`, and do not ask again before.',
  );
}
