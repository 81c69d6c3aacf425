/**
 * Stage 6: the payload is decoded to its last byte; digests and declared effects have to be its own.
 *
 * Limits are not looked at here: they live in one place, the contract, whose guard has agreed to the declared effects, and enclaves
 * obey them by one number, the epoch of the row (`verifyRequest`).
 */

import { isEqual, isZero } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import { decodePayload } from '../../payload/decodePayload.ts';
import { requireConflict } from '../../payload/requireConflict.ts';
import { requireDigests } from '../../payload/requireDigests.ts';
import { requireEffects } from '../../payload/requireEffects.ts';
import type { ApprovedRequest, VerifiedRequest } from './stages.ts';

export function decideRequest(verified: VerifiedRequest): ApprovedRequest {
  const { id, scheme, request, first } = verified;
  if (first !== null) requireSameRow(request, first);
  else requireNoReplacement(request.replaces);
  const { messages, effects, tweaks, verifyingKey } = decodePayload(scheme, request.kind, verified);
  requireDigests(request.digests, messages);
  requireEffects(request.effects, effects);
  if (first !== null) requireConflict(request.kind, first.payload, request.payload);
  return { id, scheme, messages, tweaks, verifyingKey } as ApprovedRequest;
}

// What is replaced may be mined all the same: a replacement that does not conflict with it pays twice.
function requireNoReplacement(replaces: Uint8Array): void {
  if (!isZero(replaces))
    refuse('REPLACES_UNPROVEN', `${toHex(replaces)} is not shown, so nothing tells that both conflict`);
}

/**
 * All of a row name its first: conflicts of pairs do not chain, over a link that nobody signed least of all.
 * Final, for the request commits to the id of `first`, and that to what is compared.
 */
function requireSameRow(request: Request, first: Request): void {
  if (!isZero(first.replaces)) refuse('REPLACES_OTHER', `what is replaced replaces ${toHex(first.replaces)} itself`);
  const differing = (['keyId', 'requester', 'path'] as const).find((name) => !isEqual(request[name], first[name]));
  const other = differing ?? (request.kind === first.kind ? undefined : 'kind');
  if (other !== undefined) refuse('REPLACES_OTHER', `what is replaced is of another ${other}`);
}
