/** Key pairs of issuers, each with what certificates say of it; an elliptic one is a function of a seed and a name. */

import { createECDH, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { PublicKey } from '../../evidence/signatures/signature.ts';
import type { Bytes } from './der.ts';

export type Pair = { readonly secret: KeyObject; readonly key: PublicKey; readonly spki: Bytes };
export type Curve = 'p256' | 'p384';

const CURVES = {
  p256: { name: 'prime256v1', jwk: 'P-256', curve: p256, scalar: 32 },
  p384: { name: 'secp384r1', jwk: 'P-384', curve: p384, scalar: 48 },
} as const;
/** More than a scalar has, so that what is left of it modulo the order is even enough. */
const EXCESS_BYTES = 16;

/** The same seed and name give the same key for ever: a development root need not be kept twice. */
export function derivedPair(kind: Curve, seed: Bytes, name: string): Pair {
  const { scalar: length, curve } = CURVES[kind];
  const drawn = Buffer.from(hkdfSync('sha256', seed, '', `quorate/development-pki/1 ${name}`, length + EXCESS_BYTES));
  const scalar = (BigInt(`0x${drawn.toString('hex')}`) % (curve.Point.Fn.ORDER - 1n)) + 1n;
  return pairOf(kind, Buffer.from(scalar.toString(16).padStart(2 * length, '0'), 'hex'));
}

function pairOf(kind: Curve, scalar: Buffer): Pair {
  const { name, jwk: crv, scalar: length } = CURVES[kind];
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + length), point.subarray(1 + length)].map((part) => part.toString('base64url'));
  const jwk = { kty: 'EC', crv, d: scalar.toString('base64url'), x: x ?? '', y: y ?? '' };
  return withSpki(createPrivateKey({ key: jwk, format: 'jwk' }), { kind, point: new Uint8Array(point) });
}

export function withSpki(secret: KeyObject, key: PublicKey): Pair {
  return { secret, key, spki: new Uint8Array(createPublicKey(secret).export({ format: 'der', type: 'spki' })) };
}

/** r ‖ s with a nonce that key and message give (RFC 6979), so that one root certificate is one run of bytes. */
export function signEcdsa(kind: Curve, secret: KeyObject, message: Bytes): Bytes {
  const scalar = new Uint8Array(Buffer.from(secret.export({ format: 'jwk' }).d ?? '', 'base64url'));
  return CURVES[kind].curve.sign(message, scalar, { lowS: false });
}
