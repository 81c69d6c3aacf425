/**
 * The one seam for cryptography: whether a signature holds. What a curve library may or may not check for itself (points off the curve, numbers
 * out of range, two spellings of one signature) is checked here first, so that every implementation behind the seam gives the same answer.
 */

import { p256, p384 } from '@noble/curves/nist.js';
import { type Bytes, isZero, toHex, uintOf } from '../formats/bytes.ts';
import { bitBytes, DerFields, decodeDer, TAG, unsigned } from '../formats/der.ts';
import { type RefusalCode, refuse } from '../refusal.ts';

export type Curve = 'p256' | 'p384';
export type EcdsaKey = { readonly kind: Curve /** SEC 1, uncompressed */; readonly point: Bytes };
export type RsaKey = { readonly kind: 'rsa'; readonly modulus: Bytes; readonly exponent: number };
export type PublicKey = EcdsaKey | RsaKey;

/**
 * The hash goes with the key: SHA-256 for P-256, SHA-384 for P-384 and for RSA (PSS, MGF1 with SHA-384, 48 bytes of salt). Signatures of curves are
 * r ‖ s, big-endian. High s is as good as low s: evidence bytes are no replay key.
 */
export type VerifySignature = (key: PublicKey, message: Bytes, signature: Bytes) => boolean;

const CURVES = { p256, p384 } as const;
export const SCALAR_BYTES = { p256: 32, p384: 48 } as const;

/** A point in the one form that certificates and quotes use: 4 ‖ x ‖ y, both below p, on the curve. */
export function ecdsaKey(kind: Curve, point: Bytes): EcdsaKey {
  try {
    if (point[0] !== 4 || point.length !== 1 + 2 * SCALAR_BYTES[kind])
      throw new RangeError('not an uncompressed point');
    CURVES[kind].Point.fromBytes(point);
  } catch (cause) {
    refuse('KEY_INVALID', `not a point of ${kind}`, { curve: kind, point: toHex(point) }, { cause });
  }
  return { kind, point };
}

/** @throws EvidenceRefused with `code` when the signature does not hold. */
export function requireSignature(
  verify: VerifySignature,
  key: PublicKey,
  message: Bytes,
  signature: Bytes,
  code: RefusalCode,
  what: string,
): void {
  if (key.kind !== 'rsa') requireRange(key.kind, signature, what);
  if (!verify(key, message, signature))
    refuse(code, `the signature of ${what} does not hold`, { what, key: nameOf(key), signature: toHex(signature) });
}

function requireRange(kind: Curve, signature: Bytes, what: string): void {
  const size = SCALAR_BYTES[kind];
  if (signature.length !== 2 * size)
    refuse('SIGNATURE_MALFORMED', `the signature of ${what} has ${signature.length} bytes`, { what, wanted: 2 * size });
  for (const scalar of [signature.subarray(0, size), signature.subarray(size)])
    if (isZero(scalar) || uintOf(scalar) >= CURVES[kind].Point.Fn.ORDER)
      refuse('SIGNATURE_OUT_OF_RANGE', `r or s of ${what} is 0 or not below the order`, {
        what,
        signature: toHex(signature),
      });
}

/** `SEQUENCE { r, s }` in a BIT STRING, as certificates carry it, to r ‖ s. */
export function ecdsaFromDer(kind: Curve, bytes: Bytes, what: string): Bytes {
  const fields = new DerFields(decodeDer(bytes, TAG.sequence, what).content, what);
  const size = SCALAR_BYTES[kind];
  const out = new Uint8Array(2 * size);
  for (const end of [size, 2 * size]) {
    const scalar = unsigned(fields.next(TAG.integer, 'a scalar'), what);
    if (scalar.length > size)
      refuse('SIGNATURE_OUT_OF_RANGE', `a scalar of ${what} is too long`, { what, scalar: toHex(scalar) });
    out.set(scalar, end - scalar.length);
  }
  fields.end();
  return out;
}

const OID = {
  ecPublicKey: '2a8648ce3d0201',
  p256: '2a8648ce3d030107',
  p384: '2b81040022',
} as const;

/** SubjectPublicKeyInfo of a curve (RFC 5480): named curves, uncompressed points. */
export function decodeKey(encoded: Bytes, what: string): EcdsaKey {
  const fields = new DerFields(decodeDer(encoded, TAG.sequence, what).content, what);
  const algorithm = fields.fields(TAG.sequence, 'algorithm');
  const kind = toHex(algorithm.next(TAG.oid, 'algorithm').content);
  const curve = toHex(algorithm.next(TAG.oid, 'curve').content);
  algorithm.end();
  const point = bitBytes(fields.next(TAG.bitString, 'key'), 'key');
  fields.end();
  if (kind !== OID.ecPublicKey || (curve !== OID.p256 && curve !== OID.p384))
    refuse('CERTIFICATE_ALGORITHM', `${what} has a key of another kind`, { what, kind, curve });
  return ecdsaKey(curve === OID.p256 ? 'p256' : 'p384', point);
}

function nameOf(key: PublicKey): string {
  return toHex(key.kind === 'rsa' ? key.modulus.subarray(0, 32) : key.point);
}
