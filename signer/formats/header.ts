/** A request with its dynamic parts hashed: what contracts are shown of it instead of all its bytes (docs/formats.md, "Preimages"). */

import { effectHash } from './intent.ts';
import type { Request } from './request.ts';
import { hash, list } from './words.ts';

type Bytes = Uint8Array;

export type RequestHeader = Omit<Request, 'payload' | 'digests' | 'effects'> & {
  readonly payloadHash: Bytes;
  readonly digestsHash: Bytes;
  readonly effectsHash: Bytes;
};

export function requestHeader({ payload, digests, effects, ...fixed }: Request): RequestHeader {
  return {
    ...fixed,
    payloadHash: hash(payload),
    digestsHash: list(digests.map(hash)),
    effectsHash: list(effects.map(effectHash)),
  };
}
