/** What a message does in the name of one of its signers. */

import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import type { Effect } from '../../formats/request.ts';
import { base58 } from './base58.ts';
import type { Done } from './deed.ts';
import { deedsOf } from './deeds.ts';
import type { DurableNonce } from './durableNonce.ts';
import { durableNonce, requireOwnNonce } from './durableNonce.ts';
import type { Message } from './message.ts';
import { decodeMessage } from './message.ts';
import { solanaEffects } from './solanaEffects.ts';

type Bytes = Uint8Array;

export type Meaning = {
  readonly message: Message;
  /** Null: it holds for as long as a recent block's hash does. */
  readonly nonce: DurableNonce | null;
  readonly done: readonly Done[];
  readonly effects: readonly Effect[];
};

/**
 * @param key of 32 bytes, a point or not
 * @throws Refused as the enclave's decoder
 */
export function meaningOf(payload: Bytes, key: Bytes): Meaning {
  const message = decodeMessage(payload);
  requireSigner(message, key);
  const nonce = durableNonce(message);
  requireOwnNonce(nonce, key);
  const done = deedsOf(message);
  return { message, nonce, done, effects: solanaEffects({ message, nonce, done }, key) };
}

function requireSigner({ signers }: Message, key: Bytes): void {
  if (!signers.some((signer) => isEqual(signer, key))) {
    refuse('MESSAGE_NOT_OWN', `${base58(key)} is none of the ${signers.length} signers`);
  }
}
