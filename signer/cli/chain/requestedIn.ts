/** The signing requests of one block, by their event. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { addressOf } from './deploymentRecord.ts';
import { logsOf } from './logsOf.ts';
import type { Source } from './source.ts';

type By = { readonly requester: Hex; readonly keyId?: Hex };

/** In order: id, intent and what else the event says. */
export async function requestedIn(source: Source, block: number, by: By) {
  const event = { abi: SIGNING_REQUESTS_ABI, eventName: 'SignatureRequested' } as const;
  const topics = encodeEventTopics({ ...event, args: by }) as (Hex | null)[];
  const range = { from: block, to: block };
  const logs = await logsOf(source, addressOf(source.record, 'signingRequests'), topics, range);
  return logs.map(({ topics: found, data }) => {
    return decodeEventLog({ ...event, data, topics: found as [Hex, ...Hex[]] }).args;
  });
}
