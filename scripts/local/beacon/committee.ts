/**
 * A development sync committee: its secret keys are known to everybody, so it proves nothing but that the code works.
 * DANGER: a configuration that trusts one of these has no chain under it.
 */

import { normalizeZ } from '@noble/curves/abstract/curve.js';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { isParticipant } from '../../../signer/finality/bls/fastAggregateVerify.ts';
import type { SyncCommittee } from '../../../signer/finality/containers.ts';

const { Point } = bls12_381.G1;
const { Fr } = bls12_381.fields;
const bls = bls12_381.longSignatures;
const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';

/** What nobody signs. */
const IDENTITY = Uint8Array.of(0xc0, ...new Uint8Array(95));

export type DevelopmentCommittee = {
  readonly committee: SyncCommittee;
  /** One signature by all whose bits are set: the sum of their keys signs once. */
  readonly sign: (message: Uint8Array, bits: Uint8Array) => Uint8Array;
};

/** Keys k, k+1, k+2, … from a seed: each public key is its neighbour plus the generator. */
export function developmentCommittee(seed: string, size: number): DevelopmentCommittee {
  const first = Fr.create(bytesToNumberBE(sha256(utf8ToBytes(`quorate development committee ${seed}`))));
  const points = [Point.BASE.multiply(first)];
  while (points.length < size) points.push((points.at(-1) ?? Point.ZERO).add(Point.BASE));
  const sum = points.reduce((total, point) => total.add(point), Point.ZERO);
  return {
    committee: {
      pubkeys: normalizeZ(Point, points).map((point) => point.toBytes()),
      aggregate_pubkey: sum.toBytes(),
    },
    sign: (message, bits) => {
      const signers = points.map((_, at) => at).filter((at) => isParticipant(bits, at));
      const secret = signers.reduce((total, at) => Fr.add(total, Fr.add(first, BigInt(at))), 0n);
      return secret === 0n ? IDENTITY : bls.sign(bls.hash(message, DOMAIN), Fr.toBytes(secret)).toBytes();
    },
  };
}

/** The first `count` of a committee. */
export function firstOf(size: number, count: number): Uint8Array {
  return Uint8Array.from({ length: size / 8 }, (_, byte) => {
    const set = Math.min(8, Math.max(0, count - 8 * byte));
    return 2 ** set - 1;
  });
}
