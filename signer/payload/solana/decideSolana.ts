/** A Solana message is signed only if the key is one of its signers and every instruction is an effect. It is its own digest. */

import { ed25519 } from '@noble/curves/ed25519.js';
import { isZero } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { AskedOfKey, DecodedPayload } from '../decodedPayload.ts';
import { orderOf } from './order.ts';

type Bytes = Uint8Array;

export function decideSolana({ request, publicKey: { prefix, x: key } }: AskedOfKey): DecodedPayload {
  requireUnderived(request.path);
  requirePoint(prefix, key);
  const { payload } = request;
  return { messages: [payload], effects: orderOf(payload, key).effects, tweaks: [], verifyingKey: key };
}

// Derived keys of Ed25519 do not exist: what another path asked for would come from the same account.
function requireUnderived(path: Bytes): void {
  if (!isZero(path)) refuse('PATH_NOT_EMPTY', 'an Ed25519 key has no derived keys');
}

function requirePoint(prefix: number, key: Bytes): void {
  if (prefix !== 0) refuse('PUBLIC_KEY_INVALID', `prefix ${prefix} of an Ed25519 key`);
  try {
    ed25519.Point.fromBytes(key, false);
  } catch (cause) {
    refuse('PUBLIC_KEY_INVALID', 'x is no point of Ed25519', { cause });
  }
}
