/** The policy of a key, as its hash on chain commits to it (docs/formats.md, "Preimages"). */

import { POLICY_TAG } from './tags.ts';
import { hash, keccak, uintWord } from './words.ts';

/** `encoded` is abi.encode(policy). */
export function policyHash(keyId: Uint8Array, policyEpoch: number, encoded: Uint8Array): Uint8Array {
  return keccak(POLICY_TAG, keyId, uintWord(policyEpoch), hash(encoded));
}
