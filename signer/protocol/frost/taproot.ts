/** BIP-341: the tweak that makes an internal key an output key. */
import { schnorr } from '@noble/curves/secp256k1.js';
import type { Tweak } from './signingKey.ts';

/**
 * > t = int(hash_TapTweak(bytes(P) || k_m)); BIP-86 commits to no script at all by leaving k_m out, so that no hidden script can spend.
 * @param internalX the 32 bytes of the internal key's x coordinate
 * @param merkleRoot 32 bytes, only for an output with scripts
 */
export function taprootTweak(internalX: Uint8Array, merkleRoot: Uint8Array = new Uint8Array()): Tweak {
  if (internalX.length !== 32) throw new RangeError(`an x coordinate has 32 bytes, not ${internalX.length}`);
  if (merkleRoot.length !== 0 && merkleRoot.length !== 32) throw new RangeError('a Merkle root has 32 bytes');
  return { kind: 'xonly', scalar: schnorr.utils.taggedHash('TapTweak', internalX, merkleRoot) };
}
