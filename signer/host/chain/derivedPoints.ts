/** The derived key of (requester, path) and its Taproot output key, for a contract that only checks them. */

import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { bytesToHex, hexToBytes, numberToHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { derivationTweak } from '../../formats/wirePreimages.ts';
import type { PublicKey } from './view/keys.ts';

const { Point } = secp256k1;
type Point = InstanceType<typeof Point>;

export type DerivedPoints = {
  readonly derivedX: Hex;
  readonly derivedY: Hex;
  readonly outputX: Hex;
  readonly outputY: Hex;
};

/** `birth` is the key's birth domain, which the chain keeps with it. */
export function derivedPoints(root: PublicKey, birth: Hex, requester: Hex, path: Hex): DerivedPoints {
  const tweak = BigInt(derivationTweak(birth, requester, path));
  const derived = pointOf(root).add(Point.BASE.multiply(tweak));
  const output = tapTweaked(derived);
  return { ...named('derived', derived), ...named('output', output) };
}

function pointOf({ prefix, x }: PublicKey): Point {
  return Point.fromHex(`${prefix.toString(16).padStart(2, '0')}${x.slice(2)}`);
}

/** BIP-341: Q = lift_x(x(P)) + hash_TapTweak(x(P))·G, without a script tree. */
function tapTweaked(point: Point): Point {
  const x = hexToBytes(word(point.x));
  const tweak = BigInt(bytesToHex(schnorr.utils.taggedHash('TapTweak', x)));
  return schnorr.utils.lift_x(point.x).add(Point.BASE.multiply(tweak));
}

function named<Name extends string>(name: Name, { x, y }: Point): Record<`${Name}X` | `${Name}Y`, Hex> {
  return { [`${name}X`]: word(x), [`${name}Y`]: word(y) } as Record<`${Name}X` | `${Name}Y`, Hex>;
}

function word(value: bigint): Hex {
  return numberToHex(value, { size: 32 });
}
