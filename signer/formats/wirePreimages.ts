/** The preimages over values as they travel: the one place where hex becomes the bytes that are hashed, and hashes hex. */

import * as headers from './header.ts';
import { fromHex, type Hex, toHex, type Wire } from './hex.ts';
import * as ids from './ids.ts';
import * as intents from './intent.ts';
import type { Request } from './request.ts';
import type { PublicKey } from './schemes.ts';

/** @throws Error on anything that is not lower- or upper-case hex of the right length */
export function enclaveId(chainId: number, registry: Hex, operator: Hex, identity: Hex): Hex {
  return toHex(ids.enclaveId(BigInt(chainId), fromHex(registry), fromHex(operator), fromHex(identity)));
}

export function birthDomain(chainId: number, registry: Hex, keyId: Hex, { prefix, x }: Wire<PublicKey>): Hex {
  return toHex(ids.birthDomain(BigInt(chainId), fromHex(registry), fromHex(keyId), { prefix, x: fromHex(x) }));
}

export function derivationTweak(birth: Hex, requester: Hex, path: Hex): Hex {
  return toHex(ids.derivationTweak(fromHex(birth), fromHex(requester), fromHex(path)));
}

/** The id that this contract gives to this request: whoever brings its bytes can be checked. */
export function requestId(chainId: number, signingRequests: Hex, request: Wire<Request>): Hex {
  const asked = requestBytes(request);
  return toHex(intents.requestId(BigInt(chainId), fromHex(signingRequests), asked, intents.intentHash(asked)));
}

const headersMade = new WeakMap<Wire<Request>, ReturnType<typeof makeHeader>>();

/** As the contracts' functions take it. Made once for each request, however often it is asked for. */
export function requestHeader(request: Wire<Request>): ReturnType<typeof makeHeader> {
  const made = headersMade.get(request) ?? makeHeader(request);
  headersMade.set(request, made);
  return made;
}

function makeHeader(request: Wire<Request>) {
  const { payloadHash, digestsHash, effectsHash } = headers.requestHeader(requestBytes(request));
  const { payload: _, digests: __, effects: ___, counter, ...fixed } = request;
  const hashes = { payloadHash: toHex(payloadHash), digestsHash: toHex(digestsHash), effectsHash: toHex(effectsHash) };
  return { ...fixed, ...hashes, counter: BigInt(counter) };
}

/** A request as its event showed it, in bytes. */
export function requestBytes(request: Wire<Request>): Request {
  return {
    ...request,
    keyId: fromHex(request.keyId),
    requester: fromHex(request.requester),
    counter: BigInt(request.counter),
    path: fromHex(request.path),
    payload: fromHex(request.payload),
    digests: request.digests.map(fromHex),
    effects: request.effects.map((effect) => ({
      ...effect,
      asset: fromHex(effect.asset),
      recipient: fromHex(effect.recipient),
      amount: BigInt(effect.amount),
      detail: fromHex(effect.detail),
    })),
    consumer: fromHex(request.consumer),
    replaces: fromHex(request.replaces),
  };
}
