/** One certificate revocation list (RFC 5280, 5), complete and of its issuer alone. */

import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import { bitBytes, context, type Der, DerFields, decodeDer, smallInteger, TAG } from '../formats/der.ts';
import { derTime, isoText } from '../formats/time.ts';
import { refuse } from '../refusal.ts';
import { ecdsaFromDer, requireSignature, type VerifySignature } from '../signatures/signature.ts';
import { decodeAlgorithm, type SignatureAlgorithm } from './algorithm.ts';
import { type Certificate, serialOf } from './certificate.ts';
import { extensionValues, KEY_USAGE } from './extensions.ts';
import { requireUsage } from './verifyChain.ts';

export type RevocationList = {
  readonly tbs: Bytes;
  readonly issuer: Bytes;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly algorithm: SignatureAlgorithm;
  readonly signature: Bytes;
  /** Serial numbers as hexadecimal digits, without leading zeros. */
  readonly serials: ReadonlySet<string>;
};

export const MOST_CRL_BYTES = 1 << 18;

export function decodeRevocationList(encoded: Bytes, what: string): RevocationList {
  if (encoded.length > MOST_CRL_BYTES)
    refuse('EVIDENCE_TOO_LARGE', `${what} has ${encoded.length} bytes`, { what, most: MOST_CRL_BYTES });
  const fields = new DerFields(decodeDer(encoded, TAG.sequence, what).content, what);
  const tbs = fields.next(TAG.sequence, 'tbsCertList');
  const algorithm = fields.next(TAG.sequence, 'signatureAlgorithm');
  const signature = bitBytes(fields.next(TAG.bitString, 'signature'), 'signature');
  fields.end();
  return {
    tbs: tbs.encoded,
    signature,
    algorithm: decodeAlgorithm(algorithm, what),
    ...decodeList(tbs, algorithm, what),
  };
}

function decodeList(tbs: Der, outer: Der, what: string) {
  const fields = new DerFields(tbs.content, what);
  if (smallInteger(fields.next(TAG.integer, 'version'), 'version') !== 1)
    refuse('CRL_MALFORMED', `${what} is not of version 2`);
  if (!isEqual(fields.next(TAG.sequence, 'signature algorithm').encoded, outer.encoded))
    refuse('CRL_MALFORMED', `${what} names two signature algorithms`);
  const issuer = fields.next(TAG.sequence, 'issuer').encoded;
  const thisUpdate = derTime(fields.any('thisUpdate'), 'thisUpdate');
  const nextUpdate = derTime(fields.any('nextUpdate'), 'nextUpdate');
  const revoked = fields.optional(TAG.sequence, 'revokedCertificates');
  const extensions = fields.next(context(0), 'crlExtensions');
  fields.end();
  extensionValues(extensions.content, what); // a delta or a partial list says so in a critical extension, and is refused there
  return { issuer, thisUpdate, nextUpdate, serials: revoked === null ? new Set<string>() : serialsOf(revoked, what) };
}

function serialsOf(revoked: Der, what: string): Set<string> {
  const serials = new Set<string>();
  for (const entries = new DerFields(revoked.content, what); !entries.isDone; ) {
    const entry = entries.fields(TAG.sequence, 'revoked certificate');
    serials.add(toHex(serialOf(entry.next(TAG.integer, 'userCertificate'), what)));
    derTime(entry.any('revocationDate'), 'revocationDate');
    const extensions = entry.optional(TAG.sequence, 'crlEntryExtensions');
    if (extensions !== null) extensionValues(extensions.encoded, what);
    entry.end();
  }
  return serials;
}

/** The issuer has been verified; so is the list, after this. */
export function verifyRevocationList(
  list: RevocationList,
  issuer: Certificate,
  at: number,
  verify: VerifySignature,
): void {
  const { commonName, subject, key } = issuer;
  const values = {
    issuer: commonName,
    at: isoText(at),
    thisUpdate: isoText(list.thisUpdate),
    nextUpdate: isoText(list.nextUpdate),
  };
  if (!isEqual(list.issuer, subject))
    refuse('CRL_ISSUER', `a revocation list is not of ${commonName}`, { ...values, found: toHex(list.issuer) });
  requireUsage(issuer, KEY_USAGE.crlSign, 'CRL_ISSUER');
  if (list.algorithm !== key.kind)
    refuse('CERTIFICATE_ALGORITHM', 'a revocation list is signed with another algorithm');
  const what = `the revocation list of ${commonName}`;
  requireSignature(verify, key, list.tbs, ecdsaFromDer(key.kind, list.signature, what), 'CRL_SIGNATURE', what);
  if (at < list.thisUpdate) refuse('CRL_NOT_YET_VALID', `${what} is from ${values.thisUpdate}`, values);
  if (at >= list.nextUpdate) refuse('CRL_EXPIRED', `${what} was to be renewed by ${values.nextUpdate}`, values);
}

export function requireNotRevoked(certificate: Certificate, list: RevocationList): void {
  const serial = toHex(certificate.serial);
  if (list.serials.has(serial))
    refuse('CERTIFICATE_REVOKED', `${certificate.commonName} is revoked by its issuer`, {
      certificate: certificate.commonName,
      serial,
    });
}
