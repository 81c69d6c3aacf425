/** Stage 9: verified signatures onto the chain, the leader first and the others in turn; before them the derived key, once. */

import { encodeFunctionData, zeroHash } from 'viem';
import type { Event, Request } from '../../enclave/api.ts';
import { DERIVED_KEYS_ABI, SIGNING_REQUESTS_ABI } from '../chain/abi.ts';
import { derivedPoints } from '../chain/derivedPoints.ts';
import { claimName } from '../chain/foldKeys.ts';
import type { KeyRecord } from '../chain/ledger.ts';
import { birthDomain, requestHeader } from '../../formats/wirePreimages.ts';
import type { Context, Self } from '../context.ts';
import { want } from '../posting/want.ts';
import { rankOf } from '../sessions/order.ts';

/** Scheme number of keys that are used as they are (docs/formats.md): they are claimed without points. */
const ED25519 = 2;
const NO_POINTS = { derivedX: zeroHash, derivedY: zeroHash, outputX: zeroHash, outputY: zeroHash };

export function postSignature(
  context: Context,
  self: Self,
  { session, requestId, signatures }: Extract<Event, { readonly event: 'signature' }>,
): void {
  const record = context.ledger.requests.get(requestId);
  const key = record && context.ledger.keys.get(record.keyId);
  if (!record?.request || !key) {
    context.log('info', 'a signature that nobody waits for', { request: requestId });
    return;
  }
  const leader = context.book.find(session)?.leader ?? undefined;
  const rank = rankOf(requestId, key.members, self.id, leader);
  claimKey(context, key, record.request, rank);
  const data = encodeFunctionData({
    abi: SIGNING_REQUESTS_ABI,
    functionName: 'fulfil',
    args: [requestHeader(record.request), record.request.digests, signatures],
  });
  want(context, { goal: { kind: 'fulfil', request: requestId }, to: context.deployment.signingRequests, data, rank });
}

/** The contract verifies under the key of this requester and path, and must have seen it once. */
function claimKey(context: Context, key: KeyRecord, { requester, path }: Request, rank: number): void {
  const { deployment } = context;
  if (key.publicKey === null || key.claimed.has(claimName(requester, path))) return;
  // this registry wrote the birth when the key became active; the contract checks the points under what is stored
  const birth = birthDomain(deployment.chainId, deployment.keyRegistry, key.id, key.publicKey);
  const points = key.scheme === ED25519 ? NO_POINTS : derivedPoints(key.publicKey, birth, requester, path);
  const data = encodeFunctionData({
    abi: DERIVED_KEYS_ABI,
    functionName: 'claim',
    args: [key.id, requester, path, points],
  });
  want(context, {
    goal: { kind: 'claim-key', keyId: key.id, requester, path },
    to: deployment.derivedKeys,
    data,
    rank,
  });
}
