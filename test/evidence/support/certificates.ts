/** Keys drawn anew for each run, and certificates whose serial number nobody needs to say. */

import { generateKeyPairSync } from 'node:crypto';
import { certificate as certificateOf, type Spec as FullSpec } from '../../../signer/tee/issuers/certificates.ts';
import type { Bytes } from '../../../signer/tee/issuers/der.ts';
import { type Curve, type Pair, withSpki } from '../../../signer/tee/issuers/keys.ts';

export type Spec = Omit<FullSpec, 'serial'> & Partial<Pick<FullSpec, 'serial'>>;

let serials = 0;
export const freshSerial = (): Bytes => Uint8Array.of(0x11, 0x22, ++serials >> 8, serials & 255);

export const certificate = (spec: Spec): Bytes => certificateOf({ serial: freshSerial(), ...spec });

export function ecPair(kind: Curve): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: kind === 'p256' ? 'P-256' : 'P-384' });
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  return withSpki(privateKey, { kind, point: spki.slice(kind === 'p256' ? -65 : -97) });
}

/** 2,048 bits are made in no time, and the code takes any whole number of bytes. */
export function rsaPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '' } = publicKey.export({ format: 'jwk' });
  const modulus = new Uint8Array(Buffer.from(n, 'base64url'));
  return withSpki(privateKey, { kind: 'rsa', modulus, exponent: 65_537 });
}
