/**
 * > eth_fast_aggregate_verify(pubkeys, message, signature), BLS12-381 with public keys in G1
 * (draft-irtf-cfrg-bls-signature, ciphersuite BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_).
 */

import { bls12_381 } from '@noble/curves/bls12-381.js';
import { type Bytes, hex } from '../bytes.ts';
import { reject } from '../rejection.ts';
import type { G1Point, PublicKeys } from './publicKeys.ts';

const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const bls = bls12_381.longSignatures;
type G2Point = typeof bls12_381.G2.Point.BASE;

export function isParticipant(bits: Bytes, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}

export function countParticipants(bits: Bytes): number {
  return Array.from({ length: bits.length * 8 }, (_, at) => at).filter((at) => isParticipant(bits, at)).length;
}

/**
 * DIFF FROM SPEC: the identity is refused as a signature and as the sum of keys, though > G2_POINT_AT_INFINITY verifies there for no key.
 * @param bits who signed, as many as there are keys @throws Rejected
 */
export function fastAggregateVerify(keys: PublicKeys, bits: Bytes, message: Bytes, signature: Bytes): void {
  const point = signaturePoint(signature);
  const key = participantsKey(keys, bits);
  if (key.is0() || !bls.verify(point, bls.hash(message, DOMAIN), key))
    reject('SIGNATURE_INVALID', 'sync_committee_signature', `one of ${hex(message)} by ${hex(bits)}`, hex(signature));
}

/** The whole committee's key less the keys that did not sign: with two thirds present these are always fewer. */
function participantsKey(keys: PublicKeys, bits: Bytes): G1Point {
  let key = keys.sum();
  for (let at = 0; at < keys.count; at++) if (!isParticipant(bits, at)) key = key.subtract(keys.at(at));
  return key;
}

function signaturePoint(signature: Bytes): G2Point {
  const point = decoded(signature);
  if (point.is0()) reject('SIGNATURE_INFINITY', 'sync_committee_signature', 'not the identity', hex(signature));
  return point;
}

/** Compressed, on the curve and in the subgroup, or the identity. */
function decoded(signature: Bytes): G2Point {
  try {
    return bls.Signature.fromBytes(signature);
  } catch (cause) {
    return reject('SIGNATURE_MALFORMED', 'sync_committee_signature', 'a point of G2', hex(signature), { cause });
  }
}
