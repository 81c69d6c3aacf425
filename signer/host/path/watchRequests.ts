/**
 * Stage 3: what governance asked for, from the events of finalised blocks, once each, across restarts, reorgs and logs that an
 * RPC left out; and on to READY or EXPIRED when the time has come, or a row has overtaken them, which anybody may do.
 */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { SIGNING_REQUESTS_ABI } from '../chain/abi.ts';
import { isOvertaken, pausedUntil, type RequestRecord } from '../chain/ledger.ts';
import { observe } from '../chain/observe.ts';
import { requestHeader } from '../../formats/wirePreimages.ts';
import { type Context, type Self, timeNow } from '../context.ts';
import { postingId, want } from '../posting/want.ts';
import { rankOf } from '../sessions/order.ts';

export async function watchRequests(context: Context): Promise<void> {
  await observe(context);
  const { self, ledger, metrics } = context;
  const byState = Object.groupBy(ledger.requests.values(), ({ state }) => state);
  for (const [state, requests] of Object.entries(byState)) metrics.set('quorate_requests', requests.length, { state });
  if (self === null || context.isStopping) return;
  for (const record of [...(byState.queued ?? []), ...(byState.ready ?? [])]) advance(context, self, record);
}

function advance(context: Context, self: Self, record: RequestRecord): void {
  const { id, state, readyAt, request, keyId } = record;
  const members = context.ledger.keys.get(keyId)?.members ?? [];
  if (request === null || !members.includes(self.id)) return;
  const now = timeNow(context);
  const isOver = now > request.deadline || (isOvertaken(context.ledger, record) && !isFulfilling(context, id));
  const earliest = Math.max(readyAt, pausedUntil(context.ledger, keyId));
  if (!isOver && (state !== 'queued' || now < earliest || isOvertaken(context.ledger, record))) return;
  const functionName = isOver ? 'expire' : 'markReady';
  const data = encodeFunctionData({ abi: SIGNING_REQUESTS_ABI, functionName, args: [requestHeader(request)] });
  const kind = isOver ? 'expire' : 'mark-ready';
  want(context, {
    goal: { kind, request: id },
    to: context.deployment.signingRequests,
    data,
    rank: rankOf(id, members, self.id),
  });
}

/** A signature that was out before its row went on still fulfils, until somebody expires the request. */
function isFulfilling({ store }: Context, id: Hex): boolean {
  const posting = store.posting(postingId({ kind: 'fulfil', request: id }));
  return posting !== null && posting.state !== 'done' && posting.state !== 'given-up';
}
