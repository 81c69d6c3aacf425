/**
 * Stage 6: the payload is decoded to its last byte; digests and declared effects have to be its own.
 *
 * DANGER: of the key's POLICY ONLY THE PAYLOAD KINDS ARE COMPARED YET (`verifyRequest`). The contract has checked requester and
 * delay when the request was made and made ready; caps and allow-lists are nobody's yet. `requirePolicy` plugs in below, where effects are known.
 */

import { bytesToHex } from '@noble/hashes/utils.js';
import { isZero } from '../formats/equal.ts';
import type { PayloadKind } from '../formats/schemes.ts';
import { named, PAYLOAD_KIND_NUMBERS } from '../formats/schemes.ts';
import { decidePsbt } from '../policy/decidePsbt.ts';
import type { DecodedPayload } from '../policy/decodedPayload.ts';
import { requireDigests } from '../policy/requireDigests.ts';
import { requireEffects } from '../policy/requireEffects.ts';
import { refusable, refuse } from '../refusal.ts';
import type { ApprovedRequest, Configuration, DecideRequest, VerifiedRequest } from './stages.ts';

export const decideRequest: DecideRequest = (verified, configuration) =>
  refusable(() => {
    requireNoReplacement(verified.request.replaces);
    const { messages, effects, tweaks, verifyingKey } = decodePayload(verified, configuration);
    requireDigests(verified.request.digests, messages);
    requireEffects(verified.request.effects, effects);
    return { session: verified.session, id: verified.id, messages, tweaks, verifyingKey } as ApprovedRequest;
  });

function decodePayload(verified: VerifiedRequest, configuration: Configuration): DecodedPayload {
  const kind = kindOf(verified.request.kind);
  switch (verified.scheme) {
    case 'bip340':
      return decodeForBip340(kind, verified, configuration);
    case 'ed25519':
    case 'ecdsa-secp256k1':
      return unsupported(kind, verified);
  }
}

function decodeForBip340(kind: PayloadKind, verified: VerifiedRequest, configuration: Configuration): DecodedPayload {
  switch (kind) {
    case 'bitcoin-psbt':
      return decidePsbt(verified, configuration);
    case 'solana-message':
    case 'evm-transaction':
    case 'eip712':
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
  return named(PAYLOAD_KIND_NUMBERS, number) ?? refuse('KIND_UNKNOWN', `payload kind ${number}`);
}

function unsupported(kind: PayloadKind, { scheme }: VerifiedRequest): never {
  return refuse('KIND_NOT_SUPPORTED', `${kind} with a ${scheme} key`);
}
