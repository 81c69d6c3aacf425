/** TDX and SGX quotes with collateral, under a development root: every part can be replaced. */

import type { Policy, Verifier } from '../../../signer/evidence/verified.ts';
import type { Evidence } from '../../../signer/evidence/verifyEvidence.ts';
import { pem, revocationList } from '../../../signer/tee/issuers/certificates.ts';
import { type Bytes, bytes, concat } from '../../../signer/tee/issuers/der.ts';
import {
  type CollateralParts,
  collateralOf,
  iso,
  moduleIdentity,
  qeIdentityOf,
  svnLevel,
  tcbInfoOf,
  tcbLevel,
  tdxInfoOf,
} from '../../../signer/tee/issuers/intel/collateral.ts';
import { type PckTcb, pckExtensions } from '../../../signer/tee/issuers/intel/pckExtension.ts';
import { QE_VENDOR, type QuoteParts, quoteOf } from '../../../signer/tee/issuers/intel/quote.ts';
import { type SgxParts, sgxReport, type TdParts, tdBody } from '../../../signer/tee/issuers/intel/reports.ts';
import { u16, u32, zeros } from '../../../signer/tee/issuers/intel/words.ts';
import { certificate, ecPair, type Spec } from './certificates.ts';
import { rootsOf, verifierAt } from './verifier.ts';

export const INTEL_AT = Date.UTC(2026, 1, 1, 12) / 1000;
const DAY = 86_400;
export const INTEL_PAIRS = {
  ...{
    root: ecPair('p256'),
    ca: ecPair('p256'),
    pck: ecPair('p256'),
    signer: ecPair('p256'),
    attestation: ecPair('p256'),
    other: ecPair('p256'),
  },
};
const pairs = INTEL_PAIRS;

const ROOT = 'Intel SGX Root CA';
export const PLATFORM_CA = 'Intel SGX PCK Platform CA';
const id = (byte: number) => new Uint8Array(20).fill(byte);
const valid = { notBefore: INTEL_AT - 100 * DAY, notAfter: INTEL_AT + 100 * DAY };
const ids = (own: number, issuer: number) => ({ subjectKeyId: id(own), authorityKeyId: id(issuer) });

export const FMSPC = '00806f050000';
export const PCK_TCB: PckTcb = {
  components: Array<number>(16).fill(5),
  pceSvn: 11,
  fmspc: FMSPC,
  pceId: '0000',
  ppid: new Uint8Array(16).fill(7),
};

export const INTEL_SPECS = {
  root: {
    subject: ROOT,
    issuer: ROOT,
    pair: pairs.root,
    signer: pairs.root,
    ...valid,
    ca: { pathLength: 1 },
    usage: [5, 6],
    ...ids(1, 1),
  },
  ca: {
    subject: PLATFORM_CA,
    issuer: ROOT,
    pair: pairs.ca,
    signer: pairs.root,
    ...valid,
    ca: { pathLength: 0 },
    usage: [5, 6],
    ...ids(2, 1),
  },
  pck: {
    ...{
      subject: 'Intel SGX PCK Certificate',
      issuer: PLATFORM_CA,
      pair: pairs.pck,
      signer: pairs.ca,
      ...valid,
      ca: null,
      usage: [0, 1],
      ...ids(3, 2),
    },
    more: pckExtensions(PCK_TCB),
  },
  signer: {
    subject: 'Intel SGX TCB Signing',
    issuer: ROOT,
    pair: pairs.signer,
    signer: pairs.root,
    ...valid,
    ca: null,
    usage: [0],
    ...ids(4, 1),
  },
} satisfies Record<string, Spec>;
export const INTEL_ROOT = certificate(INTEL_SPECS.root);
export const cert = (name: keyof typeof INTEL_SPECS, change: Partial<Spec> = {}): Bytes =>
  certificate({ ...INTEL_SPECS[name], ...change });

export const intelVerifier = (policy: Partial<Policy> = {}, at = INTEL_AT): Verifier =>
  verifierAt(at, rootsOf({ intel: INTEL_ROOT }), policy);

// Reports

const QE_SIGNER = new Uint8Array(32).fill(0x51);
export const QE: SgxParts = {
  ...{
    attributes: bytes(`11${'00'.repeat(7)}e7${'00'.repeat(7)}`),
    miscSelect: new Uint8Array(4),
    mrsigner: QE_SIGNER,
    mrenclave: new Uint8Array(32).fill(1),
  },
  ...{ isvProdId: 2, isvSvn: 6, reportData: new Uint8Array(64), configId: new Uint8Array(64) },
};
export const SGX: SgxParts = {
  ...QE,
  attributes: bytes(`05${'00'.repeat(7)}e7${'00'.repeat(7)}`),
  isvProdId: 9,
  isvSvn: 3,
  reportData: new Uint8Array(64).fill(0x5a),
};
const svns = (...first: number[]) => Uint8Array.from({ length: 16 }, (_, at) => first[at] ?? 0);

export { svns };
export const TD: TdParts = {
  ...{
    teeTcbSvn: svns(5, 1, 4),
    mrSignerSeam: zeros(48),
    seamAttributes: zeros(8),
    tdAttributes: bytes('0000001000000000'),
  },
  ...{
    measured: Uint8Array.from({ length: 8 + 8 * 48 }, (_, at) => at % 251),
    reportData: new Uint8Array(64).fill(0xd5),
    teeTcbSvn2: svns(5, 1, 4),
    mrServiceTd: zeros(48),
  },
};
// Quotes

const defaults = () => ({
  ...{
    keyType: 2,
    vendor: QE_VENDOR,
    attestation: pairs.attestation,
    quoteSigner: pairs.attestation,
    qe: QE,
    qeSigner: pairs.pck,
  },
  ...{
    authData: new Uint8Array(32).fill(0xa0),
    chain: pem(cert('pck'), cert('ca'), INTEL_ROOT),
    certificationType: 5,
    tail: zeros(0),
  },
});
export const quoteParts = {
  tdx4: (): QuoteParts => ({ version: 4, teeType: 0x81, bodyHead: zeros(0), body: tdBody(TD, false), ...defaults() }),
  tdx5: (): QuoteParts => ({
    version: 5,
    teeType: 0x81,
    bodyHead: concat(u16(3), u32(648)),
    body: tdBody(TD, true),
    ...defaults(),
  }),
  sgx3: (): QuoteParts => ({
    version: 3,
    teeType: 0,
    bodyHead: zeros(0),
    body: sgxReport(SGX),
    ...defaults(),
    qe: { ...QE, isvProdId: 1 },
  }),
};
export type QuoteKind = keyof typeof quoteParts;

// Collateral

const dates = { issueDate: iso(INTEL_AT - DAY), nextUpdate: iso(INTEL_AT + 29 * DAY) };

export const all = (svn: number) => Array<number>(16).fill(svn);
const PLATFORM = { fmspc: FMSPC, pceId: '0000' };
const head = { ...dates, tcbEvaluationDataNumber: 18 };
const MODULES = [moduleIdentity('TDX_01', svnLevel(5, 'UpToDate'), svnLevel(3, 'OutOfDate', ['INTEL-SA-1']))];
const TDX_LEVELS = [
  tcbLevel({ sgx: all(5), pce: 11, tdx: [5, 0, 4, ...all(0).slice(3)], status: 'UpToDate' }),
  tcbLevel({
    ...{ sgx: all(4), pce: 11, tdx: [5, 0, 3, ...all(0).slice(3)] },
    ...{ status: 'OutOfDate', advisories: ['INTEL-SA-2'] },
  }),
];
const SGX_LEVELS = [
  tcbLevel({ sgx: all(5), pce: 11, status: 'UpToDate' }),
  tcbLevel({ sgx: all(4), pce: 11, status: 'SWHardeningNeeded', advisories: ['INTEL-SA-3'] }),
];
const QE_LEVELS = [svnLevel(6, 'UpToDate'), svnLevel(4, 'OutOfDate', ['INTEL-SA-4'])];
export const tdxInfo = (change: object = {}) => ({
  ...tdxInfoOf({ ...PLATFORM, fmspc: FMSPC.toUpperCase() }, head, MODULES, TDX_LEVELS),
  ...change,
});
export const sgxInfo = (change: object = {}) => ({ ...tcbInfoOf('SGX', PLATFORM, head, SGX_LEVELS), ...change });
export const qeIdentity = (name: 'QE' | 'TD_QE', change: object = {}) => ({
  ...qeIdentityOf(
    name,
    { mrsigner: QE_SIGNER, isvprodid: name === 'QE' ? 1 : 2 },
    { ...dates, tcbEvaluationDataNumber: 17 },
    QE_LEVELS,
  ),
  ...change,
});

const crlDates = { thisUpdate: INTEL_AT - DAY, nextUpdate: INTEL_AT + 28 * DAY };
export const rootCrl = (change: object = {}) =>
  revocationList({ issuer: ROOT, signer: pairs.root, ...crlDates, ...change });
export const pckCrl = (change: object = {}) =>
  revocationList({ issuer: PLATFORM_CA, signer: pairs.ca, ...crlDates, ...change });

export function collateral(kind: 'sgx' | 'tdx', change: Partial<CollateralParts> = {}): Bytes {
  const parts: CollateralParts = {
    ...{ tcbInfo: kind === 'tdx' ? tdxInfo() : sgxInfo(), qeIdentity: qeIdentity(kind === 'tdx' ? 'TD_QE' : 'QE') },
    ...{
      tcbSigner: pairs.signer,
      qeIdentitySigner: pairs.signer,
      issuerChain: pem(cert('signer'), INTEL_ROOT),
      rootCrl: rootCrl(),
      pckCrl: pckCrl(),
      more: {},
    },
    ...change,
  };
  return collateralOf(parts);
}

export function intelEvidence(
  kind: QuoteKind,
  change: Partial<QuoteParts> = {},
  collateralChange: Partial<CollateralParts> = {},
): Evidence {
  return {
    bytes: quoteOf({ ...quoteParts[kind](), ...change }),
    collateral: collateral(kind === 'sgx3' ? 'sgx' : 'tdx', collateralChange),
  };
}
