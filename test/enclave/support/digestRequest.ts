/** A request of a raw digest of an ECDSA key, as the chain makes it. */

import type { Request } from '../../../signer/enclave/api.ts';
import { hash } from '../../../signer/formats/words.ts';
import { decodePayload } from '../../../signer/payload/decodePayload.ts';
import { wireOf } from './network.ts';
import { ask, type World } from './world.ts';

const KIND = 6;

export function digestRequest({ facts, ...world }: World, counter: number): Request {
  facts.row.kinds = 0xff;
  const { key } = facts;
  const request = { ...facts.request, counter: BigInt(counter), kind: KIND, payload: hash(Uint8Array.of(counter)) };
  const publicKey = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  const { messages, effects } = decodePayload('ecdsa-secp256k1', KIND, { request, publicKey, birth: key.birth });
  return wireOf(ask({ facts, ...world }, { ...request, digests: messages, effects }).request);
}
