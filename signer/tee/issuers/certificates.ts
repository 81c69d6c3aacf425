/** Certificates and revocation lists in the vendors' shapes; each part can be told to be wrong, for tests. */

import { constants, sign } from 'node:crypto';
import { type Bytes, bits, boolean, bytes, der, integer, octets, oid, sequence, set, utcTime, utf8 } from './der.ts';
import { type Pair, signEcdsa } from './keys.ts';

const PSS = bytes(
  '304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130',
);

export function algorithmOf({ key }: Pair): Bytes {
  if (key.kind === 'rsa') return PSS;
  return sequence(oid(key.kind === 'p256' ? '1.2.840.10045.4.3.2' : '1.2.840.10045.4.3.3'));
}

/** As a certificate carries it. */
export function signDer(message: Bytes, { secret, key }: Pair): Bytes {
  if (key.kind !== 'rsa') {
    const raw = signEcdsa(key.kind, secret, message);
    return sequence(integer(raw.slice(0, raw.length / 2)), integer(raw.slice(raw.length / 2)));
  }
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return new Uint8Array(sign('sha384', message, { key: secret, padding, saltLength: 48 }));
}

/** r ‖ s, as documents and quotes carry it; of RSA there is one form. */
export function signRaw(message: Bytes, pair: Pair): Bytes {
  return pair.key.kind === 'rsa' ? signDer(message, pair) : signEcdsa(pair.key.kind, pair.secret, message);
}

export const nameOf = (commonName: string) => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));

export type Extension = { readonly oid: string; readonly value: Bytes; readonly critical?: boolean };
export type Spec = {
  readonly subject: string;
  /** Instead of a name of one common name. */
  readonly subjectName?: Bytes;
  readonly issuer: string;
  readonly pair: Pair;
  readonly signer: Pair;
  readonly serial: Bytes;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Absent: no basicConstraints at all. Null: CA false. */
  readonly ca?: { readonly pathLength?: number } | null;
  /** Bits as RFC 5280 numbers them. */
  readonly usage?: readonly number[];
  readonly subjectKeyId?: Bytes;
  readonly authorityKeyId?: Bytes;
  readonly more?: readonly Extension[];
};

export function certificate(spec: Spec): Bytes {
  const { subject, subjectName = nameOf(subject), issuer, pair, signer, notBefore, notAfter, serial } = spec;
  const extensions = extensionsOf(spec).map(extension);
  const tbs = sequence(
    ...[der(0xa0, integer(2)), integer(serial), algorithmOf(signer), nameOf(issuer)],
    ...[sequence(utcTime(notBefore), utcTime(notAfter)), subjectName, pair.spki, der(0xa3, sequence(...extensions))],
  );
  return signed(tbs, signer);
}

export function signed(tbs: Bytes, signer: Pair): Bytes {
  return sequence(tbs, algorithmOf(signer), bits(signDer(tbs, signer)));
}

function extensionsOf({ ca, usage, subjectKeyId, authorityKeyId, more = [] }: Spec): Extension[] {
  const found: Extension[] = [];
  if (ca !== undefined) found.push({ oid: '2.5.29.19', critical: true, value: constraints(ca) });
  if (usage !== undefined) found.push({ oid: '2.5.29.15', critical: true, value: usageBits(usage) });
  if (subjectKeyId !== undefined) found.push({ oid: '2.5.29.14', value: octets(subjectKeyId) });
  if (authorityKeyId !== undefined) found.push({ oid: '2.5.29.35', value: sequence(der(0x80, authorityKeyId)) });
  return [...found, ...more];
}

function constraints(ca: Spec['ca']): Bytes {
  if (!ca) return sequence();
  return ca.pathLength === undefined ? sequence(boolean(true)) : sequence(boolean(true), integer(ca.pathLength));
}

function usageBits(usage: readonly number[]): Bytes {
  const byte = usage.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  const unused = 7 - Math.max(...usage);
  return der(0x03, Uint8Array.of(unused, byte));
}

export function extension({ oid: id, value, critical }: Extension): Bytes {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

export type ListSpec = {
  readonly issuer: string;
  readonly signer: Pair;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly serials?: readonly Bytes[];
  readonly more?: readonly Extension[];
};

export function revocationList({
  issuer,
  signer,
  thisUpdate,
  nextUpdate,
  serials: revoked = [],
  more = [],
}: ListSpec): Bytes {
  const entries = revoked.map((serial) => sequence(integer(serial), utcTime(thisUpdate)));
  const extensions = [{ oid: '2.5.29.20', value: integer(1) }, ...more].map(extension);
  const tbs = sequence(
    ...[integer(1), algorithmOf(signer), nameOf(issuer), utcTime(thisUpdate), utcTime(nextUpdate)],
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    der(0xa0, sequence(...extensions)),
  );
  return signed(tbs, signer);
}

export function pem(...certificates: readonly Bytes[]): string {
  return certificates
    .map((one) =>
      (
        Buffer.from(one)
          .toString('base64')
          .match(/.{1,64}/g) ?? []
      ).join('\n'),
    )
    .map((lines) => `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`)
    .join('');
}
