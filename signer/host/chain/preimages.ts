/** Ids and hashes that the host needs (docs/formats.md, "Preimages"). */

import { concat, encodeAbiParameters, type Hex, keccak256, stringToHex } from 'viem';
import type { Effect, Request } from '../../enclave/api.ts';

type Word = { readonly type: 'bytes32' | 'address' | 'uint256'; readonly value: Hex | bigint };

const tag = (name: string): Word => bytes32(keccak256(stringToHex(name)));
const bytes32 = (value: Hex): Word => ({ type: 'bytes32', value });
const address = (value: Hex): Word => ({ type: 'address', value });
const uint = (value: number | bigint | string): Word => ({ type: 'uint256', value: BigInt(value) });

function keccakOf(words: readonly Word[]): Hex {
  return keccak256(encodeAbiParameters(words, words.map(({ value }) => value) as never));
}

function list(words: readonly Hex[]): Hex {
  return keccak256(concat([...words]));
}

export function enclaveId(chainId: number, registry: Hex, operator: Hex, identity: Hex): Hex {
  return keccakOf([tag('quorate/enclave/1'), uint(chainId), address(registry), address(operator), address(identity)]);
}

export function birthDomain(
  chainId: number,
  registry: Hex,
  keyId: Hex,
  root: { readonly prefix: number; readonly x: Hex },
): Hex {
  const birth = [tag('quorate/birth-domain/1'), uint(chainId), address(registry), bytes32(keyId)];
  return keccakOf([...birth, uint(root.prefix), bytes32(root.x)]);
}

export function derivationTweak(birth: Hex, requester: Hex, path: Hex): Hex {
  return keccakOf([tag('quorate/derivation-tweak/1'), bytes32(birth), address(requester), bytes32(path)]);
}

/** The request with its dynamic parts hashed: the contract's RequestHeader. */
export function requestHeader(request: Request) {
  const { keyId, requester, path, kind, deadline, consumer, callbackGas, replaces } = request;
  return {
    ...{ keyId, requester, path, kind, deadline, consumer, callbackGas, replaces },
    counter: BigInt(request.counter),
    payloadHash: keccak256(request.payload),
    digestsHash: list(request.digests.map((digest) => keccak256(digest))),
    effectsHash: list(request.effects.map(effectHash)),
  };
}

function effectHash({ kind, asset, recipient, amount, detail }: Effect): Hex {
  const effect = [tag('quorate/effect/1'), uint(kind), bytes32(asset), bytes32(keccak256(recipient))];
  return keccakOf([...effect, uint(amount), bytes32(detail)]);
}
