/**
 * Stage 6: the payload is decoded to its last byte; digests and declared effects have to be its own.
 *
 * Limits are not looked at here: they live in one place, the contract, whose guard has agreed to the declared effects, and enclaves
 * obey them by one number, the epoch of the row (`verifyRequest`).
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isZero } from '../../formats/equal.ts';
import type { PayloadKind } from '../../formats/kinds.ts';
import { isSignedBy, payloadKind } from '../../formats/kinds.ts';
import { refusable, refuse } from '../../formats/refusal.ts';
import { decidePsbt } from '../../payload/bitcoin/decidePsbt.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import { requireDigests } from '../../payload/requireDigests.ts';
import { requireEffects } from '../../payload/requireEffects.ts';
import type { ApprovedRequest, DecideRequest, VerifiedRequest } from './stages.ts';

export const decideRequest: DecideRequest = (verified) =>
  refusable(() => {
    requireNoReplacement(verified.request.replaces);
    const { messages, effects, tweaks, verifyingKey } = decodePayload(verified);
    requireDigests(verified.request.digests, messages);
    requireEffects(verified.request.effects, effects);
    return { session: verified.session, id: verified.id, messages, tweaks, verifyingKey } as ApprovedRequest;
  });

function decodePayload(verified: VerifiedRequest): DecodedPayload {
  const kind = kindOf(verified.request.kind);
  switch (verified.scheme) {
    case 'bip340':
      return decodeForBip340(kind, verified);
    case 'ed25519':
    case 'ecdsa-secp256k1':
      return unsupported(kind, verified);
  }
}

function decodeForBip340(kind: PayloadKind, verified: VerifiedRequest): DecodedPayload {
  switch (kind) {
    case 'bitcoin-psbt':
      return decidePsbt(verified);
    case 'solana-message':
    case 'evm-transaction':
    case 'eip712':
    case 'eip712-unbound':
    case 'eip191':
    case 'raw-digest':
      return unsupported(kind, verified);
  }
}

// What is replaced may be mined all the same: a replacement that does not conflict with it pays twice.
function requireNoReplacement(replaces: Uint8Array): void {
  if (!isZero(replaces))
    refuse('REPLACES_UNPROVEN', `0x${bytesToHex(replaces)} is not shown, so nothing tells that both conflict`);
}

function kindOf(number: number): PayloadKind {
  return payloadKind(number) ?? refuse('KIND_UNKNOWN', `payload kind ${number}`);
}

function unsupported(kind: PayloadKind, { scheme }: VerifiedRequest): never {
  const problem = isSignedBy(kind, scheme) ? 'is not decoded yet' : 'is no kind that it signs';
  return refuse('KIND_NOT_SUPPORTED', `${kind} with a ${scheme} key ${problem}`);
}
