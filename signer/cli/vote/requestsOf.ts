/** The signing requests that an executed proposal has asked for. */

import type { Hex } from '../../formats/hex.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { requestedIn } from '../chain/requestedIn.ts';
import type { Sent } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Proposal } from './proposals.ts';

/** Those of that block whose requester is the timelock and whose payload is in the proposal. */
export async function requestsOf(source: Source, { calldatas }: Proposal, { block }: Sent): Promise<readonly Hex[]> {
  const requested = await requestedIn(source, block, { requester: addressOf(source.record, 'timelock') });
  const isOf = (payload: Hex) => calldatas.some((call) => call.includes(payload.slice(2)));
  return requested.filter(({ intent }) => isOf(intent.payload)).map(({ id }) => id);
}
