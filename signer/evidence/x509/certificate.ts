/** One X.509 certificate (RFC 5280), read strictly; of what it may contain, as much as Intel, AWS and AMD use. Nothing is verified here. */

import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import {
  bitBytes,
  context,
  type Der,
  DerFields,
  decodeDer,
  oidText,
  smallInteger,
  TAG,
  unsigned,
} from '../formats/der.ts';
import { derTime } from '../formats/time.ts';
import { refuse } from '../refusal.ts';
import { decodeKey, type EcdsaKey } from '../signatures/signature.ts';
import { decodeAlgorithm, type SignatureAlgorithm } from './algorithm.ts';
import { decodeExtensions, type Extensions } from './extensions.ts';

export type Certificate = {
  readonly encoded: Bytes;
  /** What is signed. */
  readonly tbs: Bytes;
  readonly serial: Bytes;
  /** Names as their DER, to be compared byte by byte. */
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly commonName: string | null;
  readonly issuerName: string | null;
  /** Seconds since 1970; both ends belong to the time of validity. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: EcdsaKey;
  readonly algorithm: SignatureAlgorithm;
  /** As the certificate carries it. */
  readonly signature: Bytes;
  readonly extensions: Extensions;
};

export const MOST_CERTIFICATE_BYTES = 4096;

export function decodeCertificate(encoded: Bytes, what: string): Certificate {
  if (encoded.length > MOST_CERTIFICATE_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `${what} has ${encoded.length} bytes`, { what, most: MOST_CERTIFICATE_BYTES });
  const fields = new DerFields(decodeDer(encoded, TAG.sequence, what).content, what);
  const tbs = fields.next(TAG.sequence, 'TBSCertificate');
  const algorithm = fields.next(TAG.sequence, 'signatureAlgorithm');
  const signature = bitBytes(fields.next(TAG.bitString, 'signature'), 'signature');
  fields.end();
  return { encoded, tbs: tbs.encoded, signature, ...decodeTbs(tbs, algorithm, what) };
}

/** > 4.1.1.2: signatureAlgorithm MUST contain the same algorithm identifier as the field signature in the sequence tbsCertificate. */
function decodeTbs(tbs: Der, outer: Der, what: string) {
  const fields = new DerFields(tbs.content, what);
  requireVersion3(fields, what);
  const serial = serialOf(fields.next(TAG.integer, 'serialNumber'), what);
  const inner = fields.next(TAG.sequence, 'signature algorithm');
  if (!isEqual(inner.encoded, outer.encoded))
    refuse('CERTIFICATE_ALGORITHM', `${what} names two signature algorithms`, {
      inner: toHex(inner.encoded),
      outer: toHex(outer.encoded),
    });
  const issuer = fields.next(TAG.sequence, 'issuer');
  const validity = decodeValidity(fields.fields(TAG.sequence, 'validity'));
  const subject = fields.next(TAG.sequence, 'subject');
  const key = decodeKey(fields.next(TAG.sequence, 'subjectPublicKeyInfo').encoded, `the key of ${what}`);
  const extensions = decodeExtensions(fields.next(context(3), 'extensions').content, what);
  fields.end();
  const names = { commonName: commonNameOf(subject, what), issuerName: commonNameOf(issuer, what) };
  const algorithm = decodeAlgorithm(outer, what);
  return {
    serial,
    issuer: issuer.encoded,
    subject: subject.encoded,
    ...names,
    ...validity,
    key,
    algorithm,
    extensions,
  };
}

function requireVersion3(fields: DerFields, what: string): void {
  const wrapped = fields.fields(context(0), 'version');
  const version = smallInteger(wrapped.next(TAG.integer, 'version'), 'version');
  wrapped.end();
  if (version !== 2) refuse('CERTIFICATE_MALFORMED', `${what} is not of version 3`, { found: version + 1 });
}

/** > 4.1.2.2: a positive integer of at most 20 octets. DIFF FROM SPEC: AMD's are 0. */
export function serialOf(der: Der, what: string): Bytes {
  const serial = unsigned(der, `the serial number of ${what}`);
  if (serial.length > 20) refuse('CERTIFICATE_MALFORMED', `${what} has a serial number of ${serial.length} bytes`);
  return serial;
}

function decodeValidity(fields: DerFields) {
  const notBefore = derTime(fields.any('notBefore'), 'notBefore');
  const notAfter = derTime(fields.any('notAfter'), 'notAfter');
  fields.end();
  return { notBefore, notAfter };
}

const COMMON_NAME = '2.5.4.3';

function commonNameOf(name: Der, what: string): string | null {
  let found: string | null = null;
  for (const sets = new DerFields(name.content, 'name'); !sets.isDone; ) {
    const set = sets.fields(TAG.set, 'RDN');
    const attribute = set.fields(TAG.sequence, 'attribute');
    set.end();
    const type = oidText(attribute.next(TAG.oid, 'type'), 'type');
    const value = attribute.any('value');
    attribute.end();
    if (type !== COMMON_NAME) continue;
    if (found !== null) refuse('CERTIFICATE_MALFORMED', `${what} has two common names`, { found });
    found = new TextDecoder().decode(value.content);
  }
  return found;
}
