/** The keys of a committee and their sum, each decoded once. */

import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { type Bytes, hex, isEqual } from '../bytes.ts';
import type { SyncCommittee } from '../containers.ts';
import { reject } from '../rejection.ts';

const { Point } = bls12_381.G1;
const { Fp } = Point;
/** y^2 = x^3 + 4 */
const CURVE_B = 4n;
export type G1Point = typeof Point.BASE;

export type PublicKeys = {
  readonly count: number;
  /** Of all keys: most committees sign nearly whole, so what is missing is subtracted from this. */
  readonly sum: () => G1Point;
  readonly at: (index: number) => G1Point;
};

/**
 * > eth_aggregate_pubkeys, KeyValidate: each key a point of the curve and of the subgroup, none the identity.
 * DIFF FROM SPEC: the aggregate key is compared with the sum of the keys here too, not only by the chain that computed it.
 * @throws Rejected
 */
export function admittedKeys(committee: SyncCommittee): PublicKeys {
  const points = committee.pubkeys.map((key, at) => keyValidate(key, `pubkeys[${at}]`));
  const sum = points.reduce((total, point) => total.add(point), Point.ZERO);
  if (sum.is0() || !isEqual(sum.toBytes(), committee.aggregate_pubkey))
    reject('COMMITTEE_AGGREGATE', 'aggregate_pubkey', hex(sum.toBytes()), hex(committee.aggregate_pubkey));
  return { count: points.length, sum: () => sum, at: (index) => points[index] ?? missing(index) };
}

/** DANGER: only for keys that were admitted once and have been sealed since: nothing about them is checked but their decoding. */
export function restoredKeys({ pubkeys, aggregate_pubkey }: SyncCommittee): PublicKeys {
  const points = new Map<number, G1Point>();
  let sum: G1Point | undefined;
  const at = (index: number) => {
    const point = points.get(index) ?? pointOf(pubkeys[index] ?? missing(index), `pubkeys[${index}]`);
    points.set(index, point);
    return point;
  };
  return {
    count: pubkeys.length,
    at,
    sum: () => {
      sum ??= pointOf(aggregate_pubkey, 'aggregate_pubkey');
      return sum;
    },
  };
}

function keyValidate(key: Bytes, field: string): G1Point {
  const point = pointOf(key, field);
  if (point.is0() || !point.isTorsionFree()) reject('COMMITTEE_KEY', field, 'a point of order r', hex(key));
  return point;
}

const COMPRESSED = 0x80;
const INFINITY = 0x40;
const LARGER_Y = 0x20;

/** On the curve, in the one encoding that it has; whether it is in the subgroup is another question. */
function pointOf(key: Bytes, field: string): G1Point {
  const flags = (key[0] ?? 0) & (COMPRESSED | INFINITY);
  if (flags !== COMPRESSED) reject('COMMITTEE_KEY', field, 'a compressed point, not the identity', hex(key));
  const x = bytesToNumberBE(Uint8Array.of((key[0] ?? 0) & 0x1f, ...key.subarray(1)));
  if (x >= Fp.ORDER) reject('COMMITTEE_KEY', field, 'a coordinate below p', hex(key));
  const y = rootOf(Fp.add(Fp.mul(Fp.sqr(x), x), CURVE_B), key, field);
  const isLarger = 2n * y >= Fp.ORDER;
  return Point.fromAffine({ x, y: isLarger === (((key[0] ?? 0) & LARGER_Y) !== 0) ? y : Fp.neg(y) });
}

function rootOf(square: bigint, key: Bytes, field: string): bigint {
  try {
    return Fp.sqrt(square);
  } catch (cause) {
    return reject('COMMITTEE_KEY', field, 'a point on the curve', hex(key), { cause });
  }
}

function missing(index: number): never {
  throw new RangeError(`a committee has no key ${index}`);
}
