/** A request's content and its id: the id commits to every byte of what was asked (docs/formats.md, "Preimages"). */

import { EFFECT_TAG, INTENT_TAG, REQUEST_TAG } from './tags.ts';
import { addressWord, hash, keccak, list, uintWord } from './words.ts';

type Bytes = Uint8Array;

export type Effect = {
  readonly kind: number;
  readonly asset: Bytes;
  readonly recipient: Bytes;
  readonly amount: bigint;
  readonly detail: Bytes;
};

export type Intent = {
  readonly keyId: Bytes;
  readonly path: Bytes;
  readonly kind: number;
  readonly payload: Bytes;
  readonly digests: readonly Bytes[];
  readonly effects: readonly Effect[];
  readonly deadline: number;
  readonly consumer: Bytes;
  readonly callbackGas: number;
  readonly replaces: Bytes;
};

export function effectHash({ kind, asset, recipient, amount, detail }: Effect): Bytes {
  return keccak(EFFECT_TAG, uintWord(kind), asset, hash(recipient), uintWord(amount), detail);
}

export function intentHash(intent: Intent): Bytes {
  return keccak(
    INTENT_TAG,
    intent.keyId,
    intent.path,
    uintWord(intent.kind),
    hash(intent.payload),
    list(intent.digests.map(hash)),
    list(intent.effects.map(effectHash)),
    uintWord(intent.deadline),
    addressWord(intent.consumer),
    uintWord(intent.callbackGas),
    intent.replaces,
  );
}

export type Asker = { readonly requester: Bytes; readonly counter: bigint };

export function requestId(chainId: bigint, signingRequests: Bytes, asker: Asker, intent: Bytes): Bytes {
  const contract = addressWord(signingRequests);
  return keccak(
    REQUEST_TAG,
    uintWord(chainId),
    contract,
    addressWord(asker.requester),
    uintWord(asker.counter),
    intent,
  );
}
