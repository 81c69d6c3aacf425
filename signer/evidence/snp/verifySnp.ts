/**
 * An SEV-SNP report, with the certificate of the key that signed it. Milan is refused whatever its report says: BadFuse (arXiv 2605.12990) reads
 * the root seed of its keys by software alone, so anybody with such a chip writes its reports.
 */

import { type Bytes, isZero, toHex, toHex0x } from '../formats/bytes.ts';
import { measurementOf, platformIdOf } from '../identity.ts';
import { refuse } from '../refusal.ts';
import { requireSignature } from '../signatures/signature.ts';
import type { TcbStatus, VerifiedEvidence, Verifier } from '../verified.ts';
import { type Certificate, decodeCertificate } from '../x509/certificate.ts';
import { requireCertificateSignature, requireInForce } from '../x509/verifyChain.ts';
import type { SnpIssuer } from './issuers.ts';
import { decodeReport, type SnpReport } from './report.ts';
import { decodeTcb, partBelow, type SnpTcb, TCB_PARTS, tcbText } from './tcb.ts';
import { decodeVek, isOfChip, type Vek } from './vek.ts';

type Product = SnpIssuer['product'];

export function verifySnp(bytes: Bytes, vekBytes: Bytes, verifier: Verifier): VerifiedEvidence {
  const { policy, at, verifySignature } = verifier;
  const report = decodeReport(bytes);
  const certificate = decodeCertificate(vekBytes, 'the VEK');
  const vek = decodeVek(certificate);
  const product = requireProduct(report, vek, certificate.issuerName);
  requireVek(certificate, vek, product, verifier);
  requireSignature(verifySignature, certificate.key, report.signed, report.signature, 'SNP_SIGNATURE', 'the report');
  requireGuest(report);
  requireSameKey(report, vek, product);
  const machine = requireChip(report, vek);
  return {
    kind: 'snp',
    measurement: snpMeasurement(report),
    fields: fieldsOf(report, product, vek),
    reportData: report.reportData,
    platformId: platformIdOf('amd', policy.platformSalt, machine),
    notBefore: certificate.notBefore,
    validUntil: Math.min(certificate.notAfter, at + policy.registrationSeconds),
    tcbStatus: requireTcb(report, product, policy),
    advisories: [],
    evaluationNumber: null,
  };
}

/** CPUID family and model of what is known (AMD's "Processor Programming Reference"s). */
function productOfCpu({ cpu }: SnpReport): string | null {
  if (cpu === null) return null;
  const { family, model } = cpu;
  if (family === 0x19 && model < 0x10) return 'Milan';
  if (family === 0x19 && (model < 0x20 || (model >= 0xa0 && model < 0xb0))) return 'Genoa';
  return family === 0x1a && model < 0x20 ? 'Turin' : `family ${family}, model ${model}`;
}

/** Report, certificate and issuer name one product; and it is not Milan. */
function requireProduct(report: SnpReport, vek: Vek, issuer: string | null): Product {
  const ofCpu = productOfCpu(report);
  const values = { cpu: ofCpu, certificate: vek.product, issuer };
  if ([ofCpu, vek.product].includes('Milan') || issuer?.endsWith('Milan'))
    refuse('SNP_MILAN', 'Milan is broken in software (BadFuse): its reports prove nothing', values);
  if ((vek.product !== 'Genoa' && vek.product !== 'Turin') || (ofCpu !== null && ofCpu !== vek.product))
    refuse('SNP_PRODUCT', 'a product that is not known, or two', values);
  return vek.product;
}

/** A VEK has neither key usage nor constraints; who signed it says what it is. */
function requireVek(
  certificate: Certificate,
  { kind }: Vek,
  product: Product,
  { roots, policy, at, verifySignature }: Verifier,
): void {
  const issuer = roots.amd.find((one) => one.product === product && one.signs === kind);
  if (issuer === undefined || certificate.issuerName !== issuer.name)
    refuse('VEK_ISSUER', `a ${kind} of ${product} has another issuer`, {
      found: certificate.issuerName,
      wanted: issuer?.name ?? null,
    });
  requireInForce(certificate, { at, revoked: policy.revoked });
  if (certificate.key.kind !== 'p384')
    refuse('CERTIFICATE_ALGORITHM', 'the VEK has no key of P-384', { found: certificate.key.kind });
  requireCertificateSignature(
    certificate,
    { kind: 'rsa', modulus: issuer.modulus, exponent: issuer.exponent },
    verifySignature,
  );
}

/** Bits of POLICY. */
const ALWAYS_ONE = 1n << 17n;
const MIGRATE_MA = 1n << 18n;
const DEBUG = 1n << 19n;
const KNOWN = 0x3ff_ffffn;
/** A guest has four levels; a report that the host asked for says more than 3. */
const MOST_VMPL = 3;

function requireGuest({ policy, vmpl }: SnpReport): void {
  const values = { policy: policy.toString(16) };
  if (policy & DEBUG) refuse('SNP_DEBUG', 'the guest may be debugged', values);
  if (policy & MIGRATE_MA) refuse('SNP_MIGRATABLE', 'the guest may be migrated', values);
  if (!(policy & ALWAYS_ONE) || policy & ~KNOWN) refuse('SNP_POLICY', 'the policy has bits that are reserved', values);
  if (vmpl > MOST_VMPL)
    refuse('SNP_VMPL', `a report for VMPL ${vmpl}: no guest asked for it`, { found: vmpl, most: MOST_VMPL });
}

/** The key is derived from the TCB that the report states; its kind is in the report's flags. */
function requireSameKey({ flags, reportedTcb }: SnpReport, { kind, tcb }: Vek, product: Product): void {
  const [signingKey, isMasked] = [(flags >> 2) & 7, (flags >> 1) & 1];
  if (isMasked === 1 || signingKey !== (kind === 'VCEK' ? 0 : 1))
    refuse('SNP_SIGNING_KEY', `the report is not signed by a ${kind}`, {
      signingKey,
      isMasked: isMasked === 1,
      certificate: kind,
    });
  const reported = decodeTcb(reportedTcb, product);
  if (TCB_PARTS.some((part) => reported[part] !== tcb[part]))
    refuse('SNP_TCB', 'the certificate is of another TCB than the report', {
      found: tcbText(tcb),
      wanted: tcbText(reported),
    });
}

function requireChip({ chipId }: SnpReport, { chip }: Vek): Bytes {
  const values = { report: toHex(chipId), certificate: chip === null ? null : toHex(chip) };
  if (isZero(chipId)) refuse('SNP_CHIP', 'the report does not say which chip it is of', values);
  if (chip !== null && !isOfChip(chipId, chip)) refuse('SNP_CHIP', 'the certificate is of another chip', values);
  return chipId;
}

/** AMD publishes no list of statuses: the least TCB is a vote's to say. */
function requireTcb(
  { reportedTcb }: SnpReport,
  product: Product,
  { leastSnpTcb }: Verifier['policy'],
): TcbStatus | null {
  const least = leastSnpTcb[product];
  if (least === undefined) return null;
  const found: SnpTcb = decodeTcb(reportedTcb, product);
  const part = partBelow(found, least);
  if (part !== null)
    refuse('SNP_TCB_TOO_LOW', `${part} is below what is wanted`, {
      part,
      found: tcbText(found),
      least: tcbText(least),
    });
  return 'UpToDate';
}

function snpMeasurement(report: SnpReport): Bytes {
  const { measurement, familyId, imageId, hostData, idKeyDigest, authorKeyDigest } = report;
  const numbers = [BigInt(report.guestSvn), report.policy, BigInt(report.vmpl)].map(word);
  return measurementOf('snp', measurement, ...numbers, familyId, imageId, hostData, idKeyDigest, authorKeyDigest);
}

function word(value: bigint): Bytes {
  return Uint8Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(8 * (7 - at))) & 0xffn));
}

function fieldsOf(report: SnpReport, product: Product, { kind }: Vek): VerifiedEvidence['fields'] {
  const { version, guestSvn, vmpl, policy, flags } = report;
  const bytes = [
    'measurement',
    'familyId',
    'imageId',
    'hostData',
    'idKeyDigest',
    'authorKeyDigest',
    'reportId',
    'chipId',
  ] as const;
  const tcbs = ['currentTcb', 'reportedTcb', 'committedTcb', 'launchTcb'] as const;
  const named = [...bytes, ...tcbs].map((name) => [name, toHex0x(report[name])]);
  return {
    version,
    product,
    signingKey: kind,
    guestSvn,
    vmpl,
    policy: `0x${policy.toString(16)}`,
    flags,
    ...Object.fromEntries(named),
  };
}
