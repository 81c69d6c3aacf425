/** A request's content and its id: the id commits to every byte of what was asked (docs/formats.md, "Preimages"). */

import type { Asker, Effect, Intent } from './request.ts';
import { EFFECT_TAG, INTENT_TAG, REQUEST_TAG } from './tags.ts';
import { addressWord, hash, keccak, list, uintWord } from './words.ts';

type Bytes = Uint8Array;

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
