/**
 * What a TDX and an SGX quote have in common (Intel DCAP): the attestation key signs header and body, the quoting enclave vouches for that key, the PCK
 * certificate for the quoting enclave, Intel's root for the certificate; collateral says how good platform and quoting enclave are.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { type Bytes, isEqual, isZero, toHex, utf8 } from '../formats/bytes.ts';
import { decodePem } from '../formats/pem.ts';
import { platformIdOf } from '../identity.ts';
import { refuse } from '../refusal.ts';
import { type EcdsaKey, ecdsaKey, requireSignature } from '../signatures/signature.ts';
import type { VerifiedEvidence, Verifier } from '../verified.ts';
import { type Certificate, decodeCertificate } from '../x509/certificate.ts';
import { type Trust, verifyChain } from '../x509/verifyChain.ts';
import type { Collateral } from './collateral.ts';
import { decodePckPlatform, type PckPlatform } from './pckCertificate.ts';
import { rateQe } from './qeIdentity.ts';
import type { Quote } from './quote.ts';
import { decodeSgxReport } from './sgxReport.ts';
import type { Rating } from './status.ts';
import { requirePlatform, verifyCollateral } from './verifyCollateral.ts';

/** Which CAs issue PCK certificates. The TCB signing certificate is none of them, and no CA at all. */
const PCK_ISSUERS = ['Intel SGX PCK Platform CA', 'Intel SGX PCK Processor CA'];

export type VerifiedQuote = {
  readonly platform: PckPlatform;
  readonly qe: Rating;
} & Pick<VerifiedEvidence, 'platformId' | 'notBefore' | 'validUntil' | 'evaluationNumber'>;

export function verifyQuote(
  quote: Quote,
  kind: 'sgx' | 'tdx',
  collateral: Collateral,
  verifier: Verifier,
): VerifiedQuote {
  const { roots, policy, at, verifySignature: verify } = verifier;
  const trust = { roots: roots.intel, revoked: policy.revoked, at, verify };
  const pckChain = verifyPckChain(quote.pckChain, trust);
  requireSignatures(quote, pckChain[0].key, trust);
  verifyCollateral(collateral, kind, pckChain, trust, policy);
  const platform = decodePckPlatform(pckChain[0]);
  requirePlatform(platform, collateral);
  const qe = rateQe(decodeSgxReport(quote.qeReport), collateral.qeIdentity.content);
  const { tcbInfo, qeIdentity } = collateral;
  return {
    platform,
    qe,
    platformId: platformIdOf('intel', policy.platformSalt, platform.ppid),
    evaluationNumber: Math.min(tcbInfo.content.evaluation, qeIdentity.content.evaluation),
    ...validity(collateral, pckChain, verifier),
  };
}

function verifyPckChain(pem: Bytes, trust: Trust): readonly [Certificate, Certificate, Certificate] {
  const chain = decodePem(utf8(pem) ?? '\0', 'the PCK chain').map((encoded) =>
    decodeCertificate(encoded, 'a certificate of the PCK chain'),
  );
  const [pck, ca, root] = chain;
  if (pck === undefined || ca === undefined || root === undefined || chain.length !== 3)
    refuse('CHAIN_LENGTH', `a PCK chain of ${chain.length} certificates`, { found: chain.length, wanted: 3 });
  verifyChain(chain, trust);
  if (!PCK_ISSUERS.includes(ca.commonName ?? ''))
    refuse('PCK_ISSUER', `a PCK certificate of ${ca.commonName}`, { found: ca.commonName });
  for (const { extensions, commonName } of chain)
    if (extensions.authorityKeyId === null || !extensions.subjectKeyId?.length)
      refuse('CHAIN_KEY_ID', `${commonName} names no key`, { certificate: commonName });
  return [pck, ca, root];
}

function requireSignatures(quote: Quote, pckKey: EcdsaKey, { verify }: Trust): void {
  const { signed, signature, attestationKey, qeReport, qeReportSignature, qeAuthData } = quote;
  requireSignature(verify, pckKey, qeReport, qeReportSignature, 'QE_REPORT_SIGNATURE', 'the QE report');
  const { reportData } = decodeSgxReport(qeReport);
  const vouched = sha256(concatBytes(attestationKey, qeAuthData));
  if (!isEqual(reportData.subarray(0, 32), vouched) || !isZero(reportData.subarray(32)))
    refuse('QE_REPORT_DATA', 'the quoting enclave vouches for another attestation key', {
      found: toHex(reportData),
      wanted: toHex(vouched),
    });
  const key = ecdsaKey('p256', concatBytes(Uint8Array.of(4), attestationKey));
  requireSignature(verify, key, signed, signature, 'QUOTE_SIGNATURE', 'the quote');
}

/** Everything that was needed has to hold: from the latest beginning to the earliest end. */
function validity(
  { tcbInfo, qeIdentity, rootCrl, pckCrl }: Collateral,
  pckChain: readonly Certificate[],
  { policy, at }: Verifier,
) {
  const certificates = [...pckChain, ...tcbInfo.chain, ...qeIdentity.chain];
  const lists = [rootCrl, pckCrl];
  const texts = [tcbInfo.content, qeIdentity.content];
  const begins = [
    ...certificates.map((one) => one.notBefore),
    ...lists.map((one) => one.thisUpdate),
    ...texts.map((one) => one.issueDate),
  ];
  const overdue = [...lists, ...texts].map((one) => one.nextUpdate + policy.graceSeconds);
  const ends = [...certificates.map((one) => one.notAfter), ...overdue, at + policy.registrationSeconds];
  return { notBefore: Math.max(...begins), validUntil: Math.min(...ends) };
}
