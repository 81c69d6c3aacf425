/** The host's TLS certificate: self-signed, because peers know its key from the registry and trust no authority. */

import 'reflect-metadata';
import { createHash, createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Hex } from '../../formats/hex.ts';

export type Certificate = { readonly cert: string; readonly key: string };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const NAME = 'CN=quorate host';

/** PEM of a new P-256 key and of a certificate that says nothing but that key. */
export async function generateCertificate(notBefore: Date): Promise<Certificate> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const keys = (await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + 20);
  const validity = { notBefore, notAfter };
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: NAME,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity,
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: cert.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

/** SHA-256 of the certificate's SubjectPublicKeyInfo: what the registry calls tlsKey. */
export function tlsKeyOf(certificate: X509Certificate | string): Hex {
  const { publicKey } = typeof certificate === 'string' ? new X509Certificate(certificate) : certificate;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return `0x${createHash('sha256').update(spki).digest('hex')}`;
}

/** Whether both can be read and belong together. */
export function isPair({ cert, key }: Certificate): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // what went wrong may quote the key
  }
}
