/** Ids of enclaves and keys, and what derives a key from another (docs/formats.md, "Preimages"). */

import { BIRTH_TAG, ENCLAVE_TAG, KEY_TAG, TWEAK_TAG } from './tags.ts';
import { addressWord, keccak, uintWord } from './words.ts';

type Bytes = Uint8Array;

export function enclaveId(chainId: bigint, enclaveRegistry: Bytes, operator: Bytes, identity: Bytes): Bytes {
  const registry = addressWord(enclaveRegistry);
  return keccak(ENCLAVE_TAG, uintWord(chainId), registry, addressWord(operator), addressWord(identity));
}

/** `index` counts from 1. */
export function keyId(chainId: bigint, keyRegistry: Bytes, index: bigint): Bytes {
  return keccak(KEY_TAG, uintWord(chainId), addressWord(keyRegistry), uintWord(index));
}

export type RootKey = { readonly prefix: number; readonly x: Bytes };

/** I5: never changes, not by refresh, resharing or a move to new contracts. */
export function birthDomain(chainId: bigint, keyRegistry: Bytes, keyId: Bytes, root: RootKey): Bytes {
  return keccak(BIRTH_TAG, uintWord(chainId), addressWord(keyRegistry), keyId, uintWord(root.prefix), root.x);
}

/** Whoever uses it refuses zero and values from the group order up. */
export function derivationTweak(birthDomain: Bytes, requester: Bytes, path: Bytes): Bytes {
  return keccak(TWEAK_TAG, birthDomain, addressWord(requester), path);
}
