/** The account of a key. */

import type { secp256k1 } from '@noble/curves/secp256k1.js';
import { hash } from '../../formats/words.ts';

/** > the rightmost 160 bits of the Keccak-256 hash of the public key (Yellow Paper, appendix F) */
export function addressOfPoint(point: InstanceType<typeof secp256k1.Point>): Uint8Array {
  return hash(point.toBytes(false).subarray(1)).subarray(12);
}
