/** P + tweak·G, for tweaks that are hashes: those of negligible chance are refused all the same (BIP-32, BIP-341). */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { refuse } from '../formats/refusal.ts';
import { uintOf } from '../formats/words.ts';

type Point = InstanceType<typeof secp256k1.Point>;

export function addTweak(point: Point, tweak: Uint8Array): Point {
  const scalar = uintOf(tweak);
  if (scalar === 0n || scalar >= secp256k1.Point.Fn.ORDER) {
    refuse('TWEAK_OUT_OF_RANGE', 'a tweak of zero, or of the group order and beyond');
  }
  const sum = point.add(secp256k1.Point.BASE.multiplyUnsafe(scalar)); // "unsafe" is its time, which a public tweak may show
  if (sum.equals(secp256k1.Point.ZERO)) refuse('TWEAK_OUT_OF_RANGE', 'the tweak cancels the key');
  return sum;
}
