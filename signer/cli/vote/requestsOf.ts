/** The signing requests that an executed proposal has asked for. */

import { decodeEventLog, encodeEventTopics } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { logsOf } from '../chain/logsOf.ts';
import type { Sent } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Proposal } from './proposals.ts';

/** Those of that block whose requester is the timelock and whose payload is in the proposal. */
export async function requestsOf(source: Source, { calldatas }: Proposal, { block }: Sent): Promise<readonly Hex[]> {
  const event = { abi: SIGNING_REQUESTS_ABI, eventName: 'SignatureRequested' } as const;
  const topics = encodeEventTopics({ ...event, args: { requester: addressOf(source.record, 'timelock') } });
  const range = { from: block, to: block };
  const logs = await logsOf(source, addressOf(source.record, 'signingRequests'), topics as (Hex | null)[], range);
  return logs.flatMap(({ topics: found, data }) => {
    const { args } = decodeEventLog({ ...event, data, topics: found as [Hex, ...Hex[]] });
    return calldatas.some((call) => call.includes(args.intent.payload.slice(2))) ? [args.id] : [];
  });
}
