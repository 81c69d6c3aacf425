/** TDX and SGX quotes with collateral, under a development root: every part can be replaced. */

import { createHash } from 'node:crypto';
import type { Policy, Verifier } from '../../../signer/evidence/verified.ts';
import type { Evidence } from '../../../signer/evidence/verifyEvidence.ts';
import { certificate, ecPair, type Pair, pem, revocationList, type Spec, signRaw } from './certificates.ts';
import { type Bytes, bytes, concat, integer, octets, oid, sequence, text } from './der.ts';
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
/** SVNs 1 to 16, PCESVN and CPUSVN as the PCK extension holds them. */
export type PckTcb = {
  readonly components: readonly number[];
  readonly pceSvn: number;
  readonly fmspc: string;
  readonly pceId: string;
  readonly ppid: Bytes;
};
export const PCK_TCB: PckTcb = {
  components: Array<number>(16).fill(5),
  pceSvn: 11,
  fmspc: FMSPC,
  pceId: '0000',
  ppid: new Uint8Array(16).fill(7),
};

const PCK_OID = '1.2.840.113741.1.13.1';
export function pckExtension({ components, pceSvn, fmspc, pceId, ppid }: PckTcb): Bytes {
  const item = (suffix: string, value: Bytes) => sequence(oid(`${PCK_OID}.${suffix}`), value);
  const svns = components.map((svn, at) => item(`2.${at + 1}`, integer(svn)));
  const tcb = sequence(...svns, item('2.17', integer(pceSvn)), item('2.18', octets(new Uint8Array(16))));
  return sequence(
    item('1', octets(ppid)),
    item('2', tcb),
    item('3', octets(bytes(pceId))),
    item('4', octets(bytes(fmspc))),
  );
}
export const pckExtensions = (tcb: PckTcb) => [{ oid: PCK_OID, value: pckExtension(tcb) }];

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

export type SgxParts = {
  readonly attributes: Bytes;
  readonly miscSelect: Bytes;
  readonly mrsigner: Bytes;
  readonly mrenclave: Bytes;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Bytes;
  readonly configId: Bytes;
  /** Bytes 20 to 32, zeros if absent. */
  readonly reserved?: Bytes;
};
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
const u16 = (value: number) => Uint8Array.of(value & 255, value >> 8);
const u32 = (value: number) => concat(u16(value & 0xffff), u16(value >>> 16));
const zeros = (length: number) => new Uint8Array(length);

export function sgxReport(parts: SgxParts): Bytes {
  return concat(
    ...[
      zeros(16),
      parts.miscSelect,
      parts.reserved ?? zeros(12),
      zeros(16),
      parts.attributes,
      parts.mrenclave,
      zeros(32),
      parts.mrsigner,
      zeros(32),
    ],
    ...[parts.configId, u16(parts.isvProdId), u16(parts.isvSvn), u16(0), zeros(42), zeros(16), parts.reportData],
  );
}

export type TdParts = {
  readonly teeTcbSvn: Bytes;
  readonly mrSignerSeam: Bytes;
  readonly seamAttributes: Bytes;
  readonly tdAttributes: Bytes;
  readonly measured: Bytes;
  readonly reportData: Bytes;
  readonly teeTcbSvn2: Bytes;
  readonly mrServiceTd: Bytes;
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
/** `measured` is XFAM, MRTD, MRCONFIGID, MROWNER, MROWNERCONFIG, RTMR0 to 3. */
export function tdBody(parts: TdParts, is15: boolean): Bytes {
  const body = concat(
    parts.teeTcbSvn,
    zeros(48),
    parts.mrSignerSeam,
    parts.seamAttributes,
    parts.tdAttributes,
    parts.measured,
    parts.reportData,
  );
  return is15 ? concat(body, parts.teeTcbSvn2, parts.mrServiceTd) : body;
}

// Quotes

export type QuoteParts = {
  readonly version: number;
  readonly keyType: number;
  readonly teeType: number;
  readonly vendor: Bytes;
  /** Of version 5: type and size, in front of the body. */
  readonly bodyHead: Bytes;
  readonly body: Bytes;
  readonly attestation: Pair;
  readonly quoteSigner: Pair;
  readonly qe: SgxParts;
  readonly qeSigner: Pair;
  readonly authData: Bytes;
  readonly chain: string;
  readonly certificationType: number;
  readonly tail: Bytes;
};

const VENDOR = bytes('939a7233f79c4ca9940a0db3957f0607');
const defaults = () => ({
  ...{
    keyType: 2,
    vendor: VENDOR,
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

export function quote(parts: QuoteParts): Bytes {
  const header = concat(u16(parts.version), u16(parts.keyType), u32(parts.teeType), zeros(4), parts.vendor, zeros(20));
  const signedPart = concat(header, parts.bodyHead, parts.body);
  const key = parts.attestation.key.kind === 'rsa' ? zeros(64) : parts.attestation.key.point.slice(1);
  const vouched = createHash('sha256').update(key).update(parts.authData).digest();
  const isSet = parts.qe.reportData.some((byte) => byte !== 0);
  const qeReport = sgxReport(
    isSet ? parts.qe : { ...parts.qe, reportData: concat(new Uint8Array(vouched), zeros(32)) },
  );
  const chain = text(parts.chain);
  const pck = concat(u16(parts.certificationType), u32(chain.length), chain);
  const qe = concat(qeReport, signRaw(qeReport, parts.qeSigner), u16(parts.authData.length), parts.authData, pck);
  const certified = parts.version === 3 ? qe : concat(u16(6), u32(qe.length), qe);
  const data = concat(signRaw(signedPart, parts.quoteSigner), key, certified);
  return concat(signedPart, u32(data.length), data, parts.tail);
}

// Collateral

export const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
const component = (svn: number) => ({ svn });
type Level = {
  readonly sgx: readonly number[];
  readonly pce: number;
  readonly tdx?: readonly number[];
  readonly status: string;
  readonly advisories?: readonly string[];
};
export const tcbLevel = ({ sgx, pce, tdx, status, advisories }: Level) => ({
  tcb: { sgxtcbcomponents: sgx.map(component), pcesvn: pce, ...(tdx && { tdxtcbcomponents: tdx.map(component) }) },
  ...{ tcbDate: '2025-08-13T00:00:00Z', tcbStatus: status, ...(advisories && { advisoryIDs: advisories }) },
});
export const svnLevel = (isvsvn: number, tcbStatus: string, advisoryIDs?: readonly string[]) => ({
  ...{ tcb: { isvsvn }, tcbDate: '2025-08-13T00:00:00Z', tcbStatus, ...(advisoryIDs && { advisoryIDs }) },
});
export const all = (svn: number) => Array<number>(16).fill(svn);
const module = { mrsigner: '00'.repeat(48), attributes: '00'.repeat(8), attributesMask: 'FF'.repeat(8) };
const dates = { issueDate: iso(INTEL_AT - DAY), nextUpdate: iso(INTEL_AT + 29 * DAY) };

export const moduleIdentity = (name: string, ...tcbLevels: readonly unknown[]) => ({ id: name, ...module, tcbLevels });
export const tdxInfo = (change: object = {}) => ({
  ...{
    id: 'TDX',
    version: 3,
    ...dates,
    fmspc: FMSPC.toUpperCase(),
    pceId: '0000',
    tcbType: 0,
    tcbEvaluationDataNumber: 18,
    tdxModule: module,
  },
  tdxModuleIdentities: [moduleIdentity('TDX_01', svnLevel(5, 'UpToDate'), svnLevel(3, 'OutOfDate', ['INTEL-SA-1']))],
  tcbLevels: [
    tcbLevel({ sgx: all(5), pce: 11, tdx: [5, 0, 4, ...all(0).slice(3)], status: 'UpToDate' }),
    tcbLevel({
      sgx: all(4),
      pce: 11,
      tdx: [5, 0, 3, ...all(0).slice(3)],
      status: 'OutOfDate',
      advisories: ['INTEL-SA-2'],
    }),
  ],
  ...change,
});
export const sgxInfo = (change: object = {}) => ({
  ...{ id: 'SGX', version: 3, ...dates, fmspc: FMSPC, pceId: '0000', tcbType: 0, tcbEvaluationDataNumber: 18 },
  tcbLevels: [
    tcbLevel({ sgx: all(5), pce: 11, status: 'UpToDate' }),
    tcbLevel({ sgx: all(4), pce: 11, status: 'SWHardeningNeeded', advisories: ['INTEL-SA-3'] }),
  ],
  ...change,
});
export const qeIdentity = (name: 'QE' | 'TD_QE', change: object = {}) => ({
  ...{
    id: name,
    version: 2,
    ...dates,
    tcbEvaluationDataNumber: 17,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
  },
  ...{
    attributes: `11${'00'.repeat(15)}`,
    attributesMask: `FB${'FF'.repeat(7)}${'00'.repeat(8)}`,
    mrsigner: Buffer.from(QE_SIGNER).toString('hex'),
  },
  ...{
    isvprodid: name === 'QE' ? 1 : 2,
    tcbLevels: [svnLevel(6, 'UpToDate'), svnLevel(4, 'OutOfDate', ['INTEL-SA-4'])],
    ...change,
  },
});

export type CollateralParts = {
  readonly tcbInfo: object | string;
  readonly qeIdentity: object | string;
  readonly tcbSigner: Pair;
  readonly qeIdentitySigner: Pair;
  readonly issuerChain: string;
  readonly rootCrl: Bytes;
  readonly pckCrl: Bytes;
  readonly more: object;
};
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
  const [info, identity] = [parts.tcbInfo, parts.qeIdentity].map((one) =>
    typeof one === 'string' ? one : JSON.stringify(one),
  );
  const hex = (one: Bytes) => Buffer.from(one).toString('hex');
  const file = {
    ...{
      pck_crl_issuer_chain: '',
      root_ca_crl: hex(parts.rootCrl),
      pck_crl: hex(parts.pckCrl),
      tcb_info_issuer_chain: parts.issuerChain,
      tcb_info: info,
    },
    ...{
      tcb_info_signature: hex(signRaw(text(info ?? ''), parts.tcbSigner)),
      qe_identity_issuer_chain: parts.issuerChain,
      qe_identity: identity,
    },
    ...{ qe_identity_signature: hex(signRaw(text(identity ?? ''), parts.qeIdentitySigner)), ...parts.more },
  };
  return text(JSON.stringify(file));
}

export function intelEvidence(
  kind: QuoteKind,
  change: Partial<QuoteParts> = {},
  collateralChange: Partial<CollateralParts> = {},
): Evidence {
  return {
    bytes: quote({ ...quoteParts[kind](), ...change }),
    collateral: collateral(kind === 'sgx3' ? 'sgx' : 'tdx', collateralChange),
  };
}
