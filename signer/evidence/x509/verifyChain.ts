/** A chain of certificates from a leaf to a pinned root, each signed by the next, all of them valid now (RFC 5280, 6.1, without policies and name constraints). */

import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, isEqual, toHex } from '../formats/bytes.ts';
import { isoText } from '../formats/time.ts';
import { type RefusalCode, refuse } from '../refusal.ts';
import { ecdsaFromDer, type PublicKey, requireSignature, type VerifySignature } from '../signatures/signature.ts';
import type { Certificate } from './certificate.ts';
import { KEY_USAGE } from './extensions.ts';

/** By issuer's name (DER) and serial number: what a vote revokes, whatever the vendor says. */
export type RevokedCertificate = { readonly issuer: Bytes; readonly serial: Bytes };

export type Trust = {
  /** SHA-256 of each root certificate that may end a chain. */
  readonly roots: readonly Bytes[];
  readonly revoked: readonly RevokedCertificate[];
  /** Seconds since 1970. */
  readonly at: number;
  readonly verify: VerifySignature;
};

/**
 * @param chain leaf first, root last
 * @returns the leaf
 */
export function verifyChain(chain: readonly Certificate[], trust: Trust): Certificate {
  const [leaf] = chain;
  const root = chain.at(-1);
  if (leaf === undefined || root === undefined || chain.length < 2)
    refuse('CHAIN_LENGTH', `${chain.length} certificates make no chain`, { found: chain.length });
  requireDistinct(chain);
  requireRoot(root, trust);
  for (const certificate of chain) requireInForce(certificate, trust);
  for (const [at, issuer] of chain.entries()) {
    const subject = chain[at - 1];
    if (subject === undefined) continue;
    requireCa(issuer, at - 1);
    requireIssued(subject, issuer, trust.verify);
  }
  if (leaf.extensions.ca !== null) refuse('CHAIN_LEAF_IS_CA', 'the leaf is a CA', { leaf: leaf.commonName });
  requireUsage(leaf, KEY_USAGE.digitalSignature, 'CHAIN_KEY_USAGE');
  return leaf;
}

function requireDistinct(chain: readonly Certificate[]): void {
  const seen = new Set(chain.map(({ encoded }) => toHex(encoded)));
  if (seen.size !== chain.length)
    refuse('CHAIN_DUPLICATE', 'a certificate stands twice in the chain', { certificates: chain.length });
}

function requireRoot(root: Certificate, { roots }: Trust): void {
  const found = sha256(root.encoded);
  if (!roots.some((pinned) => isEqual(pinned, found)))
    refuse('CHAIN_ROOT', 'the chain ends in a root that is not pinned', {
      root: root.commonName,
      sha256: toHex(found),
    });
}

/** Valid at this moment, and not revoked by a vote. */
export function requireInForce(certificate: Certificate, { at, revoked }: Pick<Trust, 'at' | 'revoked'>): void {
  const { commonName, serial, issuer, notBefore, notAfter } = certificate;
  const values = { certificate: commonName, serial: toHex(serial), at: isoText(at) };
  if (at < notBefore)
    refuse('CERTIFICATE_NOT_YET_VALID', `${commonName} is valid from ${isoText(notBefore)}`, {
      ...values,
      notBefore: isoText(notBefore),
    });
  if (at > notAfter)
    refuse('CERTIFICATE_EXPIRED', `${commonName} was valid until ${isoText(notAfter)}`, {
      ...values,
      notAfter: isoText(notAfter),
    });
  if (revoked.some((one) => isEqual(one.serial, serial) && isEqual(one.issuer, issuer)))
    refuse('CERTIFICATE_REVOKED', `${commonName} is revoked by policy`, values);
}

/** @param below how many CAs stand between this one and the leaf */
function requireCa({ extensions: { ca, keyUsage }, commonName }: Certificate, below: number): void {
  if (ca === null) refuse('CHAIN_NOT_CA', `${commonName} issues certificates and is no CA`, { issuer: commonName });
  if (!keyUsage?.has(KEY_USAGE.keyCertSign))
    refuse('CHAIN_KEY_USAGE', `${commonName} may not sign certificates`, { issuer: commonName });
  if (ca.pathLength !== null && below > ca.pathLength)
    refuse('CHAIN_PATH_LENGTH', `${commonName} allows ${ca.pathLength} CAs below it`, {
      issuer: commonName,
      found: below,
    });
}

export function requireUsage({ extensions, commonName }: Certificate, usage: number, code: RefusalCode): void {
  if (!extensions.keyUsage?.has(usage))
    refuse(code, `${commonName} may not do what it does`, { certificate: commonName, usage });
}

/** Names, key ids where they are given, and the signature. */
function requireIssued(subject: Certificate, issuer: Certificate, verify: VerifySignature): void {
  const names = { subject: subject.commonName, issuer: issuer.commonName };
  if (!isEqual(subject.issuer, issuer.subject))
    refuse('CHAIN_ORDER', 'a certificate names another issuer than the next one', names);
  const { authorityKeyId } = subject.extensions;
  const { subjectKeyId } = issuer.extensions;
  const isSame =
    authorityKeyId === null ||
    (subjectKeyId !== null && authorityKeyId.length > 0 && isEqual(authorityKeyId, subjectKeyId));
  if (!isSame)
    refuse('CHAIN_KEY_ID', 'a certificate names another key of its issuer', {
      ...names,
      ...keyIds(authorityKeyId, subjectKeyId),
    });
  requireCertificateSignature(subject, issuer.key, verify);
}

function keyIds(authority: Bytes, subject: Bytes | null) {
  return { authorityKeyId: toHex(authority), subjectKeyId: subject === null ? null : toHex(subject) };
}

export function requireCertificateSignature(certificate: Certificate, key: PublicKey, verify: VerifySignature): void {
  const { algorithm, commonName, tbs, signature } = certificate;
  if (algorithm !== key.kind)
    refuse('CERTIFICATE_ALGORITHM', `${commonName} is signed with ${algorithm}, its issuer has ${key.kind}`, {
      algorithm,
      key: key.kind,
    });
  const what = `certificate ${commonName}`;
  const raw = algorithm === 'rsa' ? signature : ecdsaFromDer(algorithm, signature, what);
  requireSignature(verify, key, tbs, raw, 'CHAIN_SIGNATURE', what);
}
