/** A TCB signing certificate and a revocation list from their parts, each of which can be bytes that no writer would write. */

import {
  algorithmOf,
  type Extension,
  extension,
  nameOf,
  signDer,
} from '../../../../../signer/tee/issuers/certificates.ts';
import {
  type Bytes,
  bits,
  boolean,
  bytes,
  der,
  integer,
  octets,
  oid,
  sequence,
  utcTime,
} from '../../../../../signer/tee/issuers/der.ts';
import { INTEL_AT, INTEL_PAIRS, PLATFORM_CA } from '../../../../evidence/support/intelWriter.ts';

const DAY = 86_400;
const ECDSA_SHA256 = algorithmOf(INTEL_PAIRS.root);
const id = (byte: number) => new Uint8Array(20).fill(byte);

export const CONSTRAINTS: Extension = { oid: '2.5.29.19', critical: true, value: sequence() };
export const USAGE: Extension = { oid: '2.5.29.15', critical: true, value: bytes('03020780') };
export const KEY_ID: Extension = { oid: '2.5.29.14', value: octets(id(4)) };
export const ISSUER_KEY_ID: Extension = { oid: '2.5.29.35', value: sequence(der(0x80, id(1))) };
export const EXTENSIONS: readonly Extension[] = [CONSTRAINTS, USAGE, KEY_ID, ISSUER_KEY_ID];

/** Every part is whole, tag and length included. */
export type CertificateParts = {
  readonly version: Bytes;
  readonly serial: Bytes;
  readonly inner: Bytes;
  readonly issuer: Bytes;
  readonly validity: Bytes;
  readonly subject: Bytes;
  readonly key: Bytes;
  readonly extensions: Bytes;
  readonly algorithm: Bytes;
  /** Instead of the root's. */
  readonly signature?: Bytes;
};

export function rawCertificate(change: Partial<CertificateParts> = {}): Bytes {
  const parts: CertificateParts = {
    version: der(0xa0, integer(2)),
    serial: integer(0x77),
    inner: ECDSA_SHA256,
    issuer: nameOf('Intel SGX Root CA'),
    validity: sequence(utcTime(INTEL_AT - DAY), utcTime(INTEL_AT + DAY)),
    subject: nameOf('Intel SGX TCB Signing'),
    key: INTEL_PAIRS.signer.spki,
    extensions: extensionsOf(...EXTENSIONS),
    algorithm: ECDSA_SHA256,
    ...change,
  };
  const { version, serial, inner, issuer, validity, subject, key, extensions } = parts;
  const tbs = sequence(version, serial, inner, issuer, validity, subject, key, extensions);
  return sequence(tbs, parts.algorithm, parts.signature ?? bits(signDer(tbs, INTEL_PAIRS.root)));
}

export const extensionsOf = (...all: readonly Extension[]) => der(0xa3, sequence(...all.map(extension)));
/** With FALSE spelled out, which DER forbids. */
export const withFalse = ({ oid: name, value }: Extension) => sequence(oid(name), boolean(false), octets(value));

export type ListParts = {
  readonly version: Bytes;
  readonly inner: Bytes;
  readonly issuer: Bytes;
  readonly times: readonly Bytes[];
  readonly entries: readonly Bytes[];
  readonly extensions: Bytes;
  readonly algorithm: Bytes;
};

/** A list of the Platform CA. */
export function rawList(change: Partial<ListParts> = {}): Bytes {
  const parts: ListParts = {
    version: integer(1),
    inner: ECDSA_SHA256,
    issuer: nameOf(PLATFORM_CA),
    times: [utcTime(INTEL_AT - DAY / 2), utcTime(INTEL_AT + DAY)],
    entries: [entry(integer(1))],
    extensions: der(0xa0, sequence(extension({ oid: '2.5.29.20', value: integer(1) }))),
    algorithm: ECDSA_SHA256,
    ...change,
  };
  const { version, inner, issuer, times, entries, extensions } = parts;
  const tbs = sequence(version, inner, issuer, ...times, sequence(...entries), extensions);
  return sequence(tbs, parts.algorithm, bits(signDer(tbs, INTEL_PAIRS.ca)));
}

export const entry = (serial: Bytes, ...more: readonly Bytes[]) => sequence(serial, utcTime(INTEL_AT - DAY), ...more);

/** What follows tag and length. */
export function contentOf(value: Bytes): Bytes {
  const length = value[1]!;
  return value.slice(length < 0x80 ? 2 : 2 + length - 0x80);
}
