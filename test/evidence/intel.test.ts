import { expect } from 'chai';
import type { RefusalCode } from '../../signer/evidence/refusal.ts';
import type { Policy } from '../../signer/evidence/verified.ts';
import { nameOf, pem } from '../../signer/tee/issuers/certificates.ts';
import { type Bytes, bytes, concat, integer, octets, oid, sequence, text } from '../../signer/tee/issuers/der.ts';
import { type CollateralParts, iso, tcbLevel } from '../../signer/tee/issuers/intel/collateral.ts';
import { type PckTcb, pckExtensions } from '../../signer/tee/issuers/intel/pckExtension.ts';
import type { QuoteParts } from '../../signer/tee/issuers/intel/quote.ts';
import { type SgxParts, sgxReport, type TdParts, tdBody } from '../../signer/tee/issuers/intel/reports.ts';
import { freshSerial, type Spec } from './support/certificates.ts';
import * as intel from './support/intelWriter.ts';
import { accepted, verdict } from './support/verifier.ts';

const { cert, INTEL_AT, INTEL_PAIRS, INTEL_ROOT, intelEvidence, intelVerifier, QE, SGX, svns, TD } = intel;
const { other, root, pck } = INTEL_PAIRS;

type Outcome = RefusalCode | 'accepted';
const DAY = 86_400;
const KINDS = ['tdx4', 'tdx5', 'sgx3'] as const;
const teeOf = (kind: intel.QuoteKind) => (kind === 'sgx3' ? 'sgx' : 'tdx');

const quoted = (kind: intel.QuoteKind, change: Partial<QuoteParts>): Outcome =>
  verdict(intelEvidence(kind, change), intelVerifier());
const published = (
  kind: intel.QuoteKind,
  change: Partial<CollateralParts>,
  policy: Partial<Policy> = {},
  at = INTEL_AT,
): Outcome => verdict(intelEvidence(kind, {}, change), intelVerifier(policy, at));
const td = (change: Partial<TdParts>, info: object = {}) =>
  verdict(
    intelEvidence('tdx5', { body: tdBody({ ...TD, ...change }, true) }, { tcbInfo: intel.tdxInfo(info) }),
    intelVerifier(),
  );
const pckChain = (change: Partial<Spec>) => pem(cert('pck', change), cert('ca'), INTEL_ROOT);
const ofTcb = (change: Partial<PckTcb>) => pckChain({ more: pckExtensions({ ...intel.PCK_TCB, ...change }) });
const infoOf = (kind: intel.QuoteKind, change: object) =>
  kind === 'sgx3' ? intel.sgxInfo(change) : intel.tdxInfo(change);
const qeOf = (kind: intel.QuoteKind, change: object) => intel.qeIdentity(kind === 'sgx3' ? 'QE' : 'TD_QE', change);

for (const kind of KINDS)
  describe(`a quote (${kind})`, () => {
    it('that holds says what runs, how good its platform is, and for how long it counts', () => {
      const verified = accepted(intelEvidence(kind), intelVerifier());
      expect(verified).to.include({ kind: teeOf(kind), tcbStatus: 'UpToDate', evaluationNumber: 17 });
      expect(verified).to.include({ notBefore: INTEL_AT - DAY, validUntil: INTEL_AT + 28 * DAY });
      expect(verified.advisories).to.deep.equal([]);
      expect(verified.reportData).to.deep.equal(new Uint8Array(64).fill(kind === 'sgx3' ? 0x5a : 0xd5));
    });

    it('counts until the first of all that it needs ends: lists, texts, certificates, the policy', () => {
      const until = (change: Partial<CollateralParts>, policy: Partial<Policy> = {}) =>
        accepted(intelEvidence(kind, {}, change), intelVerifier(policy)).validUntil - INTEL_AT;
      expect(until({ rootCrl: intel.rootCrl({ nextUpdate: INTEL_AT + 3 * DAY }) })).to.equal(3 * DAY);
      expect(until({ tcbInfo: infoOf(kind, { nextUpdate: iso(INTEL_AT + 4 * DAY) }) })).to.equal(4 * DAY);
      expect(until({ qeIdentity: qeOf(kind, { nextUpdate: iso(INTEL_AT + 5 * DAY) }) })).to.equal(5 * DAY);
      expect(until({ issuerChain: pem(cert('signer', { notAfter: INTEL_AT + 6 * DAY }), INTEL_ROOT) })).to.equal(
        6 * DAY,
      );
      expect(until({}, { registrationSeconds: 7 * DAY })).to.equal(7 * DAY);
      expect(until({}, { graceSeconds: DAY, registrationSeconds: 99 * DAY })).to.equal(29 * DAY);
    });

    it('names its machine within one network, and another one under another salt', () => {
      const ofSalt = (byte: number) =>
        accepted(intelEvidence(kind), intelVerifier({ platformSalt: new Uint8Array(32).fill(byte) })).platformId;
      expect(ofSalt(1)).not.to.deep.equal(ofSalt(2));
      expect(ofSalt(1)).to.deep.equal(
        accepted(intelEvidence('tdx4'), intelVerifier({ platformSalt: new Uint8Array(32).fill(1) })).platformId,
      );
    });

    it('is held against what was expected', () => {
      const expected = (what: object) => verdict(intelEvidence(kind), intelVerifier({ expected: what }));
      const { measurement, reportData } = accepted(intelEvidence(kind), intelVerifier());
      expect(expected({ measurement, reportData })).to.equal('accepted');
      expect(expected({ reportData: new Uint8Array(64) })).to.equal('REPORT_DATA_DIFFERS');
      expect(expected({ measurement: reportData.subarray(0, 32) })).to.equal('MEASUREMENT_DIFFERS');
    });

    const wrongVersion = kind === 'sgx3' ? 4 : 3;
    const refusals: readonly (readonly [string, RefusalCode, () => Outcome])[] = [
      // the quote
      ['of a version that does not fit', 'QUOTE_VERSION', () => quoted(kind, { version: wrongVersion })],
      ['of another key type', 'QUOTE_KEY_TYPE', () => quoted(kind, { keyType: 3 })],
      ['of another QE vendor', 'QUOTE_QE_VENDOR', () => quoted(kind, { vendor: new Uint8Array(16) })],
      ['with bytes behind', 'QUOTE_TRAILING_BYTES', () => quoted(kind, { tail: text('x') })],
      [
        'cut off',
        'QUOTE_TRUNCATED',
        () => verdict({ ...intelEvidence(kind), bytes: intelEvidence(kind).bytes.subarray(0, -1) }, intelVerifier()),
      ],
      ['larger than any', 'EVIDENCE_TOO_LARGE', () => quoted(kind, { tail: new Uint8Array(16_384) })],
      [
        'signed by another key than the quoting enclave vouches for',
        'QUOTE_SIGNATURE',
        () => quoted(kind, { quoteSigner: other }),
      ],
      ['whose QE report is of another PCK', 'QE_REPORT_SIGNATURE', () => quoted(kind, { qeSigner: other })],
      [
        'whose attestation key is not in the QE report',
        'QE_REPORT_DATA',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, reportData: new Uint8Array(64).fill(1) } }),
      ],
      ['with another kind of certification', 'QUOTE_CERTIFICATION', () => quoted(kind, { certificationType: 1 })],
      ['without collateral', 'COLLATERAL_ABSENT', () => verdict({ bytes: intelEvidence(kind).bytes }, intelVerifier())],
      // the chain
      ['whose chain is of two', 'CHAIN_LENGTH', () => quoted(kind, { chain: pem(cert('pck'), cert('ca')) })],
      [
        'whose chain is of four',
        'CHAIN_LENGTH',
        () => quoted(kind, { chain: pem(cert('pck'), cert('ca'), INTEL_ROOT, INTEL_ROOT) }),
      ],
      ['whose chain is empty', 'CHAIN_LENGTH', () => quoted(kind, { chain: '' })],
      [
        'whose chain is in reverse',
        'CHAIN_ROOT',
        () => quoted(kind, { chain: pem(INTEL_ROOT, cert('ca'), cert('pck')) }),
      ],
      [
        'under another root of the same name',
        'CHAIN_ROOT',
        () =>
          quoted(kind, {
            chain: pem(cert('pck'), cert('ca', { signer: other }), cert('root', { pair: other, signer: other })),
          }),
      ],
      [
        'whose PCK certificate is forged under the genuine CAs',
        'CHAIN_SIGNATURE',
        () => quoted(kind, { chain: pckChain({ pair: other, signer: other }), qeSigner: other }),
      ],
      [
        'whose forged PCK certificate names no key ids',
        'CHAIN_SIGNATURE',
        () => quoted(kind, { chain: pckChain({ pair: other, signer: other, ...NO_IDS }), qeSigner: other }),
      ],
      [
        'whose forged PCK certificate has empty key ids',
        'CHAIN_KEY_ID',
        () =>
          quoted(kind, {
            chain: pckChain({
              pair: other,
              signer: other,
              subjectKeyId: new Uint8Array(),
              authorityKeyId: new Uint8Array(),
            }),
            qeSigner: other,
          }),
      ],
      ['whose PCK certificate names no key', 'CHAIN_KEY_ID', () => quoted(kind, { chain: pckChain(NO_IDS) })],
      ['whose PCK certificate is a CA', 'CHAIN_LEAF_IS_CA', () => quoted(kind, { chain: pckChain({ ca: {} }) })],
      [
        'whose PCK certificate issued another',
        'CHAIN_NOT_CA',
        () =>
          quoted(kind, {
            chain: pem(
              cert('pck', {
                issuer: 'Intel SGX PCK Certificate',
                signer: pck,
                authorityKeyId: new Uint8Array(20).fill(3),
              }),
              cert('pck', { issuer: 'Intel SGX Root CA', signer: root, authorityKeyId: new Uint8Array(20).fill(1) }),
              INTEL_ROOT,
            ),
          }),
      ],
      [
        'whose PCK certificate the TCB signing certificate issued',
        'CHAIN_NOT_CA',
        () =>
          quoted(kind, {
            chain: pem(
              cert('pck', {
                issuer: 'Intel SGX TCB Signing',
                signer: INTEL_PAIRS.signer,
                authorityKeyId: new Uint8Array(20).fill(4),
              }),
              cert('signer'),
              INTEL_ROOT,
            ),
          }),
      ],
      [
        'whose PCK certificate a CA of another name issued',
        'PCK_ISSUER',
        () =>
          quoted(kind, {
            chain: pem(
              cert('pck', { issuer: 'Intel SGX Other CA' }),
              cert('ca', { subject: 'Intel SGX Other CA' }),
              INTEL_ROOT,
            ),
          }),
      ],
      [
        'whose PCK certificate is expired',
        'CERTIFICATE_EXPIRED',
        () => quoted(kind, { chain: pckChain({ notAfter: INTEL_AT - 1 }) }),
      ],
      [
        'whose CA is not yet valid',
        'CERTIFICATE_NOT_YET_VALID',
        () => quoted(kind, { chain: pem(cert('pck'), cert('ca', { notBefore: INTEL_AT + 1 }), INTEL_ROOT) }),
      ],
      ['whose chain is not spelled as PEM is', 'PEM_MALFORMED', () => quoted(kind, { chain: `${pckChain({})}\n` })],
      [
        'whose chain has other lines',
        'PEM_MALFORMED',
        () => quoted(kind, { chain: pckChain({}).replaceAll('\n', '\r\n') }),
      ],
      // the PCK extension
      ['without the PCK extension', 'PCK_EXTENSION', () => quoted(kind, { chain: pckChain({ more: [] }) })],
      [
        'with 15 SVNs',
        'PCK_EXTENSION',
        () => quoted(kind, { chain: ofTcb({ components: Array<number>(15).fill(5) }) }),
      ],
      [
        'with 17 SVNs',
        'PCK_EXTENSION',
        () => quoted(kind, { chain: ofTcb({ components: Array<number>(17).fill(5) }) }),
      ],
      [
        'with an SVN above 255',
        'PCK_EXTENSION',
        () => quoted(kind, { chain: ofTcb({ components: Array<number>(16).fill(256) }) }),
      ],
      ['with a short FMSPC', 'PCK_EXTENSION', () => quoted(kind, { chain: ofTcb({ fmspc: '00806f0500' }) })],
      [
        'with an empty PCK extension',
        'PCK_EXTENSION',
        () => quoted(kind, { chain: pckChain({ more: [{ oid: '1.2.840.113741.1.13.1', value: sequence() }] }) }),
      ],
      // the quoting enclave
      [
        'of a quoting enclave of another signer',
        'QE_SIGNER',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, mrsigner: new Uint8Array(32) } }),
      ],
      ['of a quoting enclave of another product', 'QE_PRODUCT', () => quoted(kind, { qe: { ...QE, isvProdId: 7 } })],
      [
        'of a quoting enclave in debug mode',
        'QE_ATTRIBUTES',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, attributes: bytes(`13${'00'.repeat(15)}`) } }),
      ],
      [
        'of a quoting enclave with other MISCSELECT',
        'QE_MISCSELECT',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, miscSelect: Uint8Array.of(1, 0, 0, 0) } }),
      ],
      [
        'of a quoting enclave too old for any level',
        'QE_SVN',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, isvSvn: 3 } }),
      ],
      [
        'of a quoting enclave that is out of date',
        'TCB_STATUS',
        () => quoted(kind, { qe: { ...intel.quoteParts[kind]().qe, isvSvn: 5 } }),
      ],
      // the platform
      [
        'of a platform below every level',
        'TCB_LEVEL_NONE',
        () => quoted(kind, { chain: ofTcb({ components: Array<number>(16).fill(3) }) }),
      ],
      [
        'of a platform with one SVN below every level',
        'TCB_LEVEL_NONE',
        () => quoted(kind, { chain: ofTcb({ components: [...Array<number>(15).fill(9), 3] }) }),
      ],
      ['of a platform with an old PCE', 'TCB_LEVEL_NONE', () => quoted(kind, { chain: ofTcb({ pceSvn: 10 }) })],
      [
        'of a platform at a level that is not good',
        'TCB_STATUS',
        () => quoted(kind, { chain: ofTcb({ components: Array<number>(16).fill(4) }) }),
      ],
      [
        'of a platform model that TCB info is not of',
        'TCB_INFO_FMSPC',
        () => quoted(kind, { chain: ofTcb({ fmspc: '00906ed50000' }) }),
      ],
      ['of a PCE that TCB info is not of', 'TCB_INFO_PCEID', () => quoted(kind, { chain: ofTcb({ pceId: '0001' }) })],
      // collateral
      ['with forged TCB info', 'TCB_INFO_SIGNATURE', () => published(kind, { tcbSigner: other })],
      ['with a forged QE identity', 'QE_IDENTITY_SIGNATURE', () => published(kind, { qeIdentitySigner: other })],
      [
        'with TCB info that was written anew',
        'TCB_INFO_SIGNATURE',
        () =>
          verdict(
            respelled(kind, 'tcb_info', (info) => ({ version: info.version, ...info })),
            intelVerifier(),
          ),
      ],
      [
        'with TCB info in other spacing',
        'JSON_MALFORMED',
        () => published(kind, { tcbInfo: JSON.stringify(infoOf(kind, {}), null, 1) }),
      ],
      [
        'with TCB info that has a field twice',
        'JSON_MALFORMED',
        () =>
          published(kind, {
            tcbInfo: JSON.stringify(infoOf(kind, {})).replace('"version":3', '"version":3,"version":3'),
          }),
      ],
      [
        'with expired TCB info',
        'TCB_INFO_EXPIRED',
        () => published(kind, { tcbInfo: infoOf(kind, { nextUpdate: iso(INTEL_AT) }) }),
      ],
      [
        'with TCB info from the future',
        'TCB_INFO_NOT_YET_VALID',
        () => published(kind, { tcbInfo: infoOf(kind, { issueDate: iso(INTEL_AT + 1) }) }),
      ],
      [
        'with an expired QE identity',
        'QE_IDENTITY_EXPIRED',
        () => published(kind, { qeIdentity: qeOf(kind, { nextUpdate: iso(INTEL_AT) }) }),
      ],
      [
        'with a QE identity from the future',
        'QE_IDENTITY_NOT_YET_VALID',
        () => published(kind, { qeIdentity: qeOf(kind, { issueDate: iso(INTEL_AT + 1) }) }),
      ],
      [
        'with TCB info of an older evaluation',
        'TCB_INFO_ROLLBACK',
        () => published(kind, {}, { leastTcbEvaluation: 19 }),
      ],
      [
        'with a QE identity of an older evaluation',
        'QE_IDENTITY_ROLLBACK',
        () => published(kind, {}, { leastQeEvaluation: 18 }),
      ],
      [
        'with TCB info of the other TEE',
        'TCB_INFO_ID',
        () => published(kind, { tcbInfo: kind === 'sgx3' ? intel.tdxInfo() : intel.sgxInfo() }),
      ],
      [
        'with the QE identity of the other TEE',
        'QE_IDENTITY_ID',
        () => published(kind, { qeIdentity: intel.qeIdentity(kind === 'sgx3' ? 'TD_QE' : 'QE') }),
      ],
      [
        'with TCB info of another version',
        'TCB_INFO_MALFORMED',
        () => published(kind, { tcbInfo: infoOf(kind, { version: 2 }) }),
      ],
      [
        'with TCB info of 15 SVNs',
        'TCB_INFO_MALFORMED',
        () =>
          published(kind, {
            tcbInfo: infoOf(kind, {
              tcbLevels: [tcbLevel({ sgx: Array<number>(15).fill(1), pce: 1, tdx: intel.all(1), status: 'UpToDate' })],
            }),
          }),
      ],
      [
        'with TCB info of an unknown status',
        'TCB_INFO_MALFORMED',
        () =>
          published(kind, {
            tcbInfo: infoOf(kind, {
              tcbLevels: [tcbLevel({ sgx: intel.all(1), pce: 1, tdx: intel.all(1), status: 'Fine' })],
            }),
          }),
      ],
      [
        'with TCB info without levels',
        'TCB_LEVEL_NONE',
        () => published(kind, { tcbInfo: infoOf(kind, { tcbLevels: [] }) }),
      ],
      [
        'with a QE identity of another version',
        'QE_IDENTITY_MALFORMED',
        () => published(kind, { qeIdentity: qeOf(kind, { version: 1 }) }),
      ],
      [
        'with collateral that the CA of PCKs signed',
        'COLLATERAL_SIGNER',
        () =>
          published(kind, { issuerChain: pem(cert('signer', { subject: 'Intel SGX PCK Certificate' }), INTEL_ROOT) }),
      ],
      [
        'with collateral of a signer that the root did not issue',
        'CHAIN_SIGNATURE',
        () =>
          published(kind, {
            issuerChain: pem(cert('signer', { pair: other, signer: other }), INTEL_ROOT),
            tcbSigner: other,
          }),
      ],
      [
        'with collateral of a longer chain',
        'CHAIN_LENGTH',
        () => published(kind, { issuerChain: pem(cert('signer'), cert('ca'), INTEL_ROOT) }),
      ],
      [
        'with a revoked PCK certificate',
        'CERTIFICATE_REVOKED',
        () => {
          const serial = freshSerial();
          return verdict(
            intelEvidence(
              kind,
              { chain: pckChain({ serial }) },
              { pckCrl: intel.pckCrl({ serials: [freshSerial(), serial] }) },
            ),
            intelVerifier(),
          );
        },
      ],
      [
        'with a revoked CA',
        'CERTIFICATE_REVOKED',
        () => {
          const serial = freshSerial();
          return verdict(
            intelEvidence(
              kind,
              { chain: pem(cert('pck'), cert('ca', { serial }), INTEL_ROOT) },
              { rootCrl: intel.rootCrl({ serials: [serial] }) },
            ),
            intelVerifier(),
          );
        },
      ],
      [
        'with a revoked signer of collateral',
        'CERTIFICATE_REVOKED',
        () => {
          const serial = freshSerial();
          return published(kind, {
            issuerChain: pem(cert('signer', { serial }), INTEL_ROOT),
            rootCrl: intel.rootCrl({ serials: [serial] }),
          });
        },
      ],
      [
        'with a PCK certificate that a vote revoked',
        'CERTIFICATE_REVOKED',
        () => {
          const serial = freshSerial();
          return verdict(
            intelEvidence(kind, { chain: pckChain({ serial }) }),
            intelVerifier({ revoked: [{ issuer: nameOf(intel.PLATFORM_CA), serial }] }),
          );
        },
      ],
      [
        'with a forged list of PCKs',
        'CRL_SIGNATURE',
        () => published(kind, { pckCrl: intel.pckCrl({ signer: other }) }),
      ],
      [
        'with a forged list of the root',
        'CRL_SIGNATURE',
        () => published(kind, { rootCrl: intel.rootCrl({ signer: other }) }),
      ],
      [
        'with an expired list of PCKs',
        'CRL_EXPIRED',
        () => published(kind, { pckCrl: intel.pckCrl({ nextUpdate: INTEL_AT }) }),
      ],
      [
        'with an expired list of the root',
        'CRL_EXPIRED',
        () => published(kind, { rootCrl: intel.rootCrl({ nextUpdate: INTEL_AT }) }),
      ],
      [
        'with a list from the future',
        'CRL_NOT_YET_VALID',
        () => published(kind, { pckCrl: intel.pckCrl({ thisUpdate: INTEL_AT + 1 }) }),
      ],
      [
        'with the list of another CA',
        'CRL_ISSUER',
        () => published(kind, { pckCrl: intel.pckCrl({ issuer: 'Intel SGX PCK Processor CA' }) }),
      ],
      [
        'with the lists exchanged',
        'CRL_ISSUER',
        () => published(kind, { pckCrl: intel.rootCrl(), rootCrl: intel.pckCrl() }),
      ],
      [
        'with a list of changes only',
        'CERTIFICATE_EXTENSION',
        () =>
          published(kind, { pckCrl: intel.pckCrl({ more: [{ oid: '2.5.29.27', value: text('?'), critical: true }] }) }),
      ],
      [
        'with collateral that is none',
        'COLLATERAL_MALFORMED',
        () => verdict({ ...intelEvidence(kind), collateral: text('{') }, intelVerifier()),
      ],
      [
        'with collateral that has an unknown field',
        'COLLATERAL_MALFORMED',
        () => published(kind, { more: { extra: 1 } }),
      ],
      [
        'with collateral that is not of hexadecimal digits',
        'COLLATERAL_MALFORMED',
        () => published(kind, { more: { root_ca_crl: 'zz' } }),
      ],
      [
        'with collateral that lacks a field',
        'COLLATERAL_MALFORMED',
        () => published(kind, { more: { tcb_info: undefined } }),
      ],
      [
        'with collateral larger than any',
        'EVIDENCE_TOO_LARGE',
        () => verdict({ ...intelEvidence(kind), collateral: new Uint8Array((1 << 20) + 1) }, intelVerifier()),
      ],
    ];
    for (const [what, code, run] of refusals) it(`${what} is refused: ${code}`, () => expect(run()).to.equal(code));

    it('of a listed status is accepted, if its advisories are listed too, and Revoked never', () => {
      const chain = ofTcb({ components: Array<number>(16).fill(4) });
      const [status, advisory] =
        kind === 'sgx3' ? (['SWHardeningNeeded', 'INTEL-SA-3'] as const) : (['OutOfDate', 'INTEL-SA-2'] as const);
      const listed = (advisories: string[]) =>
        verdict(intelEvidence(kind, { chain }), intelVerifier({ statuses: [{ status, advisories }] }));
      expect(listed([advisory, 'INTEL-SA-9'])).to.equal('accepted');
      expect(listed(['INTEL-SA-9'])).to.equal('TCB_STATUS');
      const revoked = infoOf(kind, {
        tcbLevels: [tcbLevel({ sgx: intel.all(1), pce: 1, tdx: intel.all(0), status: 'Revoked' })],
      });
      const policy = { statuses: [{ status: 'Revoked', advisories: [] }] } as const;
      expect(published(kind, { tcbInfo: revoked }, policy)).to.equal('TCB_STATUS');
    });
  });

const NO_IDS = { subjectKeyId: undefined, authorityKeyId: undefined } as unknown as Partial<Spec>;

/** The collateral with one of its texts written anew, under the old signature. */
function respelled(kind: intel.QuoteKind, name: string, change: (value: Record<string, unknown>) => object) {
  const evidence = intelEvidence(kind);
  const file = JSON.parse(Buffer.from(evidence.collateral ?? []).toString()) as Record<string, string>;
  const changed = { ...file, [name]: JSON.stringify(change(JSON.parse(file[name] ?? ''))) };
  return { ...evidence, collateral: text(JSON.stringify(changed)) };
}

describe('TCB info', () => {
  const level = { sgx: intel.all(1), pce: 1, tdx: intel.all(0), status: 'UpToDate' };
  const plain = tcbLevel(level);
  const withTcb = (change: object) => ({ tcbLevels: [{ ...plain, tcb: { ...plain.tcb, ...change } }] });
  const bad: readonly (readonly [string, object])[] = [
    ['more levels than any', { tcbLevels: Array.from({ length: 65 }, () => plain) }],
    ['levels that are no list', { tcbLevels: { 0: plain } }],
    ['a level that is no object', { tcbLevels: [null] }],
    ['a PCESVN below 0', withTcb({ pcesvn: -1 })],
    ['a PCESVN that is no whole number', withTcb({ pcesvn: 1.5 })],
    ['a PCESVN above 65,535', withTcb({ pcesvn: 65_536 })],
    ['a PCESVN that is text', withTcb({ pcesvn: '1' })],
    ['an SVN above 255', withTcb({ sgxtcbcomponents: Array.from({ length: 16 }, () => ({ svn: 256 })) })],
    ['17 TDX SVNs', withTcb({ tdxtcbcomponents: Array.from({ length: 17 }, () => ({ svn: 0 })) })],
    ['an advisory that is a number', { tcbLevels: [{ ...plain, advisoryIDs: [1] }] }],
    ['another type', { tcbType: 1 }],
    ['a date that does not exist', { issueDate: '2026-02-30T00:00:00Z' }],
    ['an FMSPC that is a number', { fmspc: 1 }],
    [
      'a module whose signer is short',
      { tdxModule: { mrsigner: '00', attributes: '00'.repeat(8), attributesMask: '00'.repeat(8) } },
    ],
  ];
  for (const [what, change] of bad)
    it(`with ${what} is refused`, () =>
      expect(published('tdx4', { tcbInfo: intel.tdxInfo(change) })).to.equal('TCB_INFO_MALFORMED'));
  it('of more than 128 KiB is refused before it is read', () => {
    expect(published('tdx4', { tcbInfo: ' '.repeat((1 << 17) + 1) })).to.equal('EVIDENCE_TOO_LARGE');
    expect(published('tdx4', { tcbInfo: ' '.repeat(1 << 17) })).to.equal('JSON_MALFORMED');
  });
  it('with one level that everything reaches is good', () =>
    expect(published('tdx4', { tcbInfo: intel.tdxInfo({ tcbLevels: [plain] }) })).to.equal('accepted'));
});

describe('the PCK extension', () => {
  const value = (suffix: string, content: Bytes) => sequence(oid(`1.2.840.113741.1.13.1${suffix}`), content);
  const extended = (change: (items: Bytes[]) => Bytes[], tcbMore: readonly Bytes[] = []) => {
    const svns = Array.from({ length: 16 }, (_, at) => value(`.2.${at + 1}`, integer(5)));
    const tcb = sequence(...svns, value('.2.17', integer(11)), value('.2.18', octets(new Uint8Array(16))), ...tcbMore);
    const items = [
      value('.1', octets(new Uint8Array(16))),
      value('.2', tcb),
      value('.3', octets(new Uint8Array(2))),
      value('.4', octets(bytes(intel.FMSPC))),
    ];
    return quoted('tdx4', {
      chain: pckChain({ more: [{ oid: '1.2.840.113741.1.13.1', value: sequence(...change(items)) }] }),
    });
  };
  it('has its values in any order, and others that are not needed', () => {
    expect(extended((items) => [...items.toReversed(), value('.5', integer(1))])).to.equal('accepted');
  });
  const bad: readonly (readonly [string, () => Outcome])[] = [
    ['a TCB value too many', () => extended((items) => items, [value('.2.19', integer(1))])],
    ['a value twice', () => extended((items) => [...items, items[0] ?? sequence()])],
    ['a foreign value', () => extended((items) => [...items, sequence(oid('1.2.3.4.5.6.7.8.9'), integer(1))])],
    ['a value deeper than it should be', () => extended((items) => [...items, value('.1.1', integer(1))])],
    ['a PPID that is a number', () => extended((items) => [value('.1', integer(1)), ...items.slice(1)])],
    ['a short PPID', () => extended((items) => [value('.1', octets(new Uint8Array(15))), ...items.slice(1)])],
  ];
  for (const [what, run] of bad) it(`with ${what} is refused`, () => expect(run()).to.equal('PCK_EXTENSION'));
});

describe('levels', () => {
  it('are taken from the highest SVNs down, in whatever order they are written', () => {
    const reversed = (levels: unknown) => (levels as readonly unknown[]).toReversed();
    const { tcbLevels, tdxModuleIdentities } = intel.tdxInfo();
    const [module] = tdxModuleIdentities;
    const identity = intel.qeIdentity('TD_QE');
    const tcbInfo = intel.tdxInfo({
      tcbLevels: reversed(tcbLevels),
      tdxModuleIdentities: [{ ...module, tcbLevels: reversed(module?.tcbLevels) }],
    });
    expect(
      published('tdx5', { tcbInfo, qeIdentity: { ...identity, tcbLevels: reversed(identity.tcbLevels) } }),
    ).to.equal('accepted');
  });
});

describe('a TD', () => {
  const attributes = (hex: string) => td({ tdAttributes: bytes(hex) });
  const refusals: readonly (readonly [string, RefusalCode, () => Outcome])[] = [
    ['in debug mode', 'TD_DEBUG', () => attributes('0100001000000000')],
    ['with another bit of the byte that says debug', 'TD_DEBUG', () => attributes('8000001000000000')],
    ['that may be migrated', 'TD_MIGRATABLE', () => attributes('0000003000000000')],
    ['without SEPT_VE_DISABLE', 'TD_SEPT_VE_DISABLE', () => attributes('0000000000000000')],
    ['with reserved attributes', 'TD_ATTRIBUTES', () => attributes('0000001000000001')],
    ['with a service TD', 'TD_SERVICE_TD', () => td({ mrServiceTd: new Uint8Array(48).fill(1) })],
    ['on a module of another signer', 'TDX_MODULE_SIGNER', () => td({ mrSignerSeam: new Uint8Array(48).fill(1) })],
    [
      'on a module with attributes',
      'TDX_MODULE_ATTRIBUTES',
      () => td({ seamAttributes: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0) }),
    ],
    ['on a module of a major version that nobody lists', 'TDX_MODULE_UNKNOWN', () => td({ teeTcbSvn: svns(5, 9, 4) })],
    ['on a module below every level', 'TDX_MODULE_SVN', () => td({ teeTcbSvn: svns(2, 1, 4) })],
    ['on a module that is out of date', 'TCB_STATUS', () => td({ teeTcbSvn: svns(4, 1, 4) })],
    ['launched on a good module that an old one has replaced', 'TCB_STATUS', () => td({ teeTcbSvn2: svns(4, 1, 4) })],
    ['on old microcode', 'TCB_STATUS', () => td({ teeTcbSvn: svns(5, 1, 3) })],
    ['on microcode below every level', 'TCB_LEVEL_NONE', () => td({ teeTcbSvn: svns(5, 1, 2) })],
    ['on an old module of version 0, which the levels rate', 'TCB_LEVEL_NONE', () => td({ teeTcbSvn: svns(4, 0, 4) })],
    [
      'on a module of version 0 where nothing names it',
      'TDX_MODULE_UNKNOWN',
      () => td({ teeTcbSvn: svns(5, 0, 4) }, { tdxModule: undefined }),
    ],
    [
      'rated by levels without TDX SVNs',
      'TCB_LEVEL_NONE',
      () => td({}, { tcbLevels: [tcbLevel({ sgx: intel.all(1), pce: 1, status: 'UpToDate' })] }),
    ],
    [
      'whose body is of another type',
      'QUOTE_BODY',
      () => quoted('tdx5', { bodyHead: Uint8Array.of(1, 0, 0x88, 2, 0, 0) }),
    ],
    [
      'whose body is of another size',
      'QUOTE_BODY',
      () => quoted('tdx5', { bodyHead: Uint8Array.of(3, 0, 0x48, 2, 0, 0) }),
    ],
  ];
  for (const [what, code, run] of refusals) it(`${what} is refused: ${code}`, () => expect(run()).to.equal(code));

  it('on a module with attributes is refused even where TCB info masks them, and on one without where TCB info wants some', () => {
    const [module] = intel.tdxInfo().tdxModuleIdentities;
    const modules = (change: object) => ({ tdxModuleIdentities: [{ ...module, ...change }] });
    const attributes = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    expect(td({ seamAttributes: attributes }, modules({ attributesMask: '00'.repeat(8) }))).to.equal(
      'TDX_MODULE_ATTRIBUTES',
    );
    expect(td({}, modules({ attributes: `01${'00'.repeat(7)}` }))).to.equal('TDX_MODULE_ATTRIBUTES');
  });

  it('on a module of version 0 is good where the levels say so', () => {
    expect(td({ teeTcbSvn: svns(5, 0, 4), teeTcbSvn2: svns(6, 0, 4) })).to.equal('accepted');
  });

  it('of 584 bytes is read in a quote of version 5, too', () => {
    expect(quoted('tdx5', { bodyHead: Uint8Array.of(2, 0, 0x48, 2, 0, 0), body: tdBody(TD, false) })).to.equal(
      'accepted',
    );
  });

  it('with LASS, PKS, KL, TPA or PERFMON is another measurement, and no reason to refuse', () => {
    const measure = (hex: string) =>
      accepted(intelEvidence('tdx4', { body: tdBody({ ...TD, tdAttributes: bytes(hex) }, false) }), intelVerifier())
        .measurement;
    const seen = [
      '0000001000000000',
      '0000001800000000',
      '0000005000000000',
      '0000009000000000',
      '0000001000000040',
      '0000001000000080',
    ].map((hex) => Buffer.from(measure(hex)).toString('hex'));
    expect(new Set(seen).size).to.equal(6);
  });

  it('is of another measurement for each of its fields, and of the same whatever it reports', () => {
    const measure = (change: Partial<TdParts>) =>
      Buffer.from(
        accepted(intelEvidence('tdx4', { body: tdBody({ ...TD, ...change }, false) }), intelVerifier()).measurement,
      ).toString('hex');
    const flipped = (at: number) => TD.measured.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const fields = [0, 8, 56, 104, 152, 200, 248, 296, 344];
    expect(new Set([measure({}), ...fields.map((at) => measure({ measured: flipped(at) }))]).size).to.equal(
      fields.length + 1,
    );
    expect(measure({ reportData: new Uint8Array(64) })).to.equal(measure({}));
  });
});

describe('an SGX enclave', () => {
  const sgx = (change: Partial<SgxParts>) => quoted('sgx3', { body: sgxReport({ ...SGX, ...change }) });
  const flags = (byte: string) => bytes(`${byte}${'00'.repeat(7)}e7${'00'.repeat(7)}`);

  it('in debug mode is refused', () => expect(sgx({ attributes: flags('07') })).to.equal('SGX_DEBUG'));
  it('that is not initialised, or has keys of Intel enclaves, is refused', () => {
    for (const byte of ['04', '15', '25']) expect(sgx({ attributes: flags(byte) }), byte).to.equal('SGX_ATTRIBUTES');
  });
  it('with reserved bytes in use is refused', () => {
    expect(quoted('sgx3', { body: sgxReport(SGX).map((byte, at) => (at === 20 ? 1 : byte)) })).to.equal('QUOTE_BODY');
  });
  it('is of another measurement for each of its fields, but for what the machine offers', () => {
    const measure = (change: Partial<SgxParts>) =>
      Buffer.from(
        accepted(intelEvidence('sgx3', { body: sgxReport({ ...SGX, ...change }) }), intelVerifier()).measurement,
      ).toString('hex');
    const one = new Uint8Array(32).fill(9);
    const changes: Partial<SgxParts>[] = [
      {},
      { mrenclave: one },
      { mrsigner: one },
      { isvProdId: 1 },
      { isvSvn: 1 },
      { configId: concat(one, one) },
      { attributes: flags('85') },
    ];
    expect(new Set(changes.map(measure)).size).to.equal(changes.length);
    expect(measure({ attributes: bytes(`05${'00'.repeat(7)}03${'00'.repeat(7)}`) })).to.equal(measure({}));
  });
});
