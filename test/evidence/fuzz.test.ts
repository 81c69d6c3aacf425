/** Hostile bytes: every reader ends with a value or with a refusal of this floor, and never with anything else. */

import { expect } from 'chai';
import fc from 'fast-check';
import { decodeCbor } from '../../signer/evidence/formats/cbor.ts';
import { decodeJson } from '../../signer/evidence/formats/json.ts';
import { decodePem } from '../../signer/evidence/formats/pem.ts';
import { decodeCollateral } from '../../signer/evidence/intel/collateral.ts';
import { decodeQeIdentity } from '../../signer/evidence/intel/qeIdentity.ts';
import { decodeSgxReport } from '../../signer/evidence/intel/sgxReport.ts';
import { decodeTcbInfo } from '../../signer/evidence/intel/tcbInfo.ts';
import { decodeEnvelope } from '../../signer/evidence/nitro/document.ts';
import { isRefusal, refusable } from '../../signer/evidence/refusal.ts';
import { decodeSgxQuote } from '../../signer/evidence/sgx/verifySgx.ts';
import { decodeReport } from '../../signer/evidence/snp/report.ts';
import { decodeTdBody } from '../../signer/evidence/tdx/body.ts';
import { decodeTdxQuote } from '../../signer/evidence/tdx/verifyTdx.ts';
import { verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { decodeCertificate } from '../../signer/evidence/x509/certificate.ts';
import { decodeRevocationList } from '../../signer/evidence/x509/revocationList.ts';
import { type Bytes, concat, text } from '../../signer/tee/issuers/der.ts';
import { pckExtension } from '../../signer/tee/issuers/intel/pckExtension.ts';
import { sgxReport, tdBody } from '../../signer/tee/issuers/intel/reports.ts';
import { payloadOf } from '../../signer/tee/issuers/nitro/document.ts';
import * as intel from './support/intelWriter.ts';
import { nitroDocument, nitroParts, nitroVerifier } from './support/nitroWriter.ts';
import { report, snpEvidence, snpVerifier, vek } from './support/snpWriter.ts';

const RUNS = { numRuns: 300, seed: 20_261_128 };

/** Good bytes with pieces of them overwritten, cut out, or put in twice. */
function damaged(good: Bytes): fc.Arbitrary<Bytes> {
  const edit = fc.record({
    at: fc.nat(good.length),
    remove: fc.nat(6),
    insert: fc.uint8Array({ maxLength: 6 }),
    again: fc.nat(40),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce<Bytes>(
        (bytes, { at, remove, insert, again }) =>
          again > 36
            ? concat(bytes.slice(0, at), bytes.slice(Math.max(0, at - again)))
            : concat(bytes.slice(0, at), insert, bytes.slice(at + remove)),
        good,
      ),
    );
}

const readers: readonly (readonly [string, (bytes: Bytes) => unknown, Bytes])[] = [
  ['CBOR', decodeCbor, payloadOf(nitroParts())],
  ['a Nitro envelope', decodeEnvelope, nitroDocument()],
  ['a certificate', (bytes) => decodeCertificate(bytes, 'it'), intel.cert('pck')],
  ['the certificate of a VEK', (bytes) => decodeCertificate(bytes, 'it'), vek()],
  [
    'a revocation list',
    (bytes) => decodeRevocationList(bytes, 'it'),
    intel.pckCrl({ serials: [Uint8Array.of(1, 2, 3)] }),
  ],
  ['PEM', (bytes) => decodePem(Buffer.from(bytes).toString('latin1'), 'it'), text(intel.quoteParts.tdx4().chain)],
  ['JSON', (bytes) => decodeJson(bytes, 'it'), text(JSON.stringify(intel.tdxInfo()))],
  ['TCB info', decodeTcbInfo, text(JSON.stringify(intel.tdxInfo()))],
  ['a QE identity', decodeQeIdentity, text(JSON.stringify(intel.qeIdentity('TD_QE')))],
  ['collateral', decodeCollateral, intel.collateral('tdx')],
  ['a TDX quote', decodeTdxQuote, intel.intelEvidence('tdx5').bytes],
  ['an SGX quote', decodeSgxQuote, intel.intelEvidence('sgx3').bytes],
  ['a TD report', decodeTdBody, tdBody(intel.TD, true)],
  ['an SGX report', decodeSgxReport, sgxReport(intel.SGX)],
  ['an SEV-SNP report', decodeReport, report()],
];

describe('hostile bytes', () => {
  for (const [what, decode, good] of readers)
    it(`as ${what}: a value, or a refusal`, () => {
      expect(isRefusal(refusable(() => decode(good)))).to.equal(false);
      const property = (bytes: Bytes) => {
        refusable(() => decode(bytes)); // anything but a refusal is thrown on, and fails here
      };
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), property), RUNS);
      fc.assert(fc.property(damaged(good), property), RUNS);
    });

  it('as evidence: never accepted', function () {
    this.timeout(20_000);
    const cases = [
      [{ bytes: nitroDocument() }, nitroVerifier()],
      [intel.intelEvidence('tdx4'), intel.intelVerifier()],
      [intel.intelEvidence('sgx3'), intel.intelVerifier()],
      [snpEvidence(), snpVerifier()],
    ] as const;
    for (const [evidence, verifier] of cases)
      fc.assert(
        fc.property(damaged(evidence.bytes), (bytes) => {
          const isSame = Buffer.from(bytes).equals(Buffer.from(evidence.bytes));
          expect(isRefusal(verifyEvidence({ ...evidence, bytes }, verifier))).to.equal(!isSame);
        }),
        { ...RUNS, numRuns: 200 },
      );
  });

  it('as PCK extension, key identifiers or names of a certificate that is well signed: a refusal', () => {
    const extension = pckExtension(intel.PCK_TCB);
    fc.assert(
      fc.property(damaged(extension), (value) => {
        const chain = intel.quoteParts.tdx4().chain.replace(/^[\s\S]*?END CERTIFICATE-----\n/, '');
        const leaf = intel.cert('pck', { more: [{ oid: '1.2.840.113741.1.13.1', value }] });
        const evidence = intel.intelEvidence('tdx4', { chain: pemOf(leaf) + chain });
        verifyEvidence(evidence, intel.intelVerifier());
      }),
      { ...RUNS, numRuns: 60 },
    );
  });
});

function pemOf(certificate: Bytes): string {
  const lines = (
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
