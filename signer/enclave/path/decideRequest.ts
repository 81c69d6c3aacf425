/**
 * Stage 6: the payload is decoded to its last byte; digests and declared effects have to be its own.
 *
 * Limits are not looked at here: they live in one place, the contract, whose guard has agreed to the declared effects, and enclaves
 * obey them by one number, the epoch of the row (`verifyRequest`).
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { decodePayload } from '../../payload/decodePayload.ts';
import { requireDigests } from '../../payload/requireDigests.ts';
import { requireEffects } from '../../payload/requireEffects.ts';
import type { ApprovedRequest, VerifiedRequest } from './stages.ts';

export function decideRequest(verified: VerifiedRequest): ApprovedRequest {
  const { id, scheme, request } = verified;
  requireNoReplacement(request.replaces);
  const { messages, effects, tweaks, verifyingKey } = decodePayload(scheme, request.kind, verified);
  requireDigests(request.digests, messages);
  requireEffects(request.effects, effects);
  return { id, scheme, messages, tweaks, verifyingKey } as ApprovedRequest;
}

// What is replaced may be mined all the same: a replacement that does not conflict with it pays twice.
function requireNoReplacement(replaces: Uint8Array): void {
  if (!isZero(replaces))
    refuse('REPLACES_UNPROVEN', `0x${bytesToHex(replaces)} is not shown, so nothing tells that both conflict`);
}
