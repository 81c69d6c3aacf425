import { expect } from 'chai';
import type { RefusalCode } from '../../signer/evidence/refusal.ts';
import type { Policy } from '../../signer/evidence/verified.ts';
import { nameOf } from '../../signer/tee/issuers/certificates.ts';
import { concat, octets, text } from '../../signer/tee/issuers/der.ts';
import { ecPair, type Spec } from './support/certificates.ts';
import * as snp from './support/snpWriter.ts';
import { accepted, verdict } from './support/verifier.ts';

const { CHIP, SNP_AT, SNP_PAIRS, snpEvidence, snpVerifier, VEK, vekExtensions } = snp;
type Outcome = RefusalCode | 'accepted';
const reported = (change: Partial<snp.ReportParts>, vek: Partial<Spec> = {}): Outcome =>
  verdict(snpEvidence(change, vek), snpVerifier());
const certified = (change: Partial<Spec>): Outcome => reported({}, change);
const ofVek = (change: Partial<snp.VekParts>) => ({ more: vekExtensions({ ...VEK, ...change }) });
const under = (policy: Partial<Policy>): Outcome => verdict(snpEvidence(), snpVerifier(policy));

/** Turin's TCB has another order, and an FMC; its chips have ids of eight bytes. */
const TURIN_CHIP = concat(CHIP.slice(0, 8), new Uint8Array(56));
const TURIN = {
  report: { cpu: [0x1a, 0x02], tcb: Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 84), chip: TURIN_CHIP } as const,
  vek: {
    issuer: 'SEV-Turin',
    ...ofVek({ product: 'Turin-C1', spls: { 9: 1, 1: 2, 2: 3, 3: 4, 8: 84 }, chip: CHIP.slice(0, 8) }),
  },
};
const VLEK = {
  subject: 'SEV-VLEK',
  issuer: 'SEV-VLEK-Genoa',
  signer: SNP_PAIRS.asvk,
  ...ofVek({ product: 'Genoa', chip: null }),
};

describe('an SEV-SNP report', () => {
  it('that holds says what runs, on which chip, and for how long it counts', () => {
    const verified = accepted(snpEvidence(), snpVerifier());
    expect(verified).to.include({ kind: 'snp', tcbStatus: null, validUntil: SNP_AT + 30 * 86_400 });
    expect(verified.fields).to.include({ product: 'Genoa', signingKey: 'VCEK', policy: '0x3001f', vmpl: 0 });
    expect(verified.reportData).to.deep.equal(snp.reportParts.digests.slice(0, 64));
  });

  it('of Turin, of a VLEK, of version 2 and of version 5 is read', () => {
    expect(reported(TURIN.report, TURIN.vek)).to.equal('accepted');
    expect(reported({ flags: 1 << 2 }, VLEK)).to.equal('accepted');
    for (const version of [2, 5]) expect(reported({ version }), String(version)).to.equal('accepted');
  });

  it('has a status where a vote says which TCB is the least', () => {
    const policy = { leastSnpTcb: { Genoa: { snp: 27, microcode: 84 } } };
    expect(accepted(snpEvidence(), snpVerifier(policy)).tcbStatus).to.equal('UpToDate');
    expect(under({ leastSnpTcb: { Genoa: { snp: 28 } } })).to.equal('SNP_TCB_TOO_LOW');
    expect(under({ leastSnpTcb: { Turin: { snp: 28 } } })).to.equal('accepted');
  });

  it('takes the chip of a certificate bare or as an OCTET STRING', () => {
    expect(certified(ofVek({ chip: octets(CHIP) }))).to.equal('accepted');
  });

  const refusals: readonly (readonly [string, RefusalCode, () => Outcome])[] = [
    [
      'of another length',
      'SNP_LENGTH',
      () => verdict({ bytes: concat(snp.report(), text('x')), vek: snp.vek() }, snpVerifier()),
    ],
    ['of an unknown version', 'SNP_VERSION', () => reported({ version: 4 })],
    ['signed by another key', 'SNP_SIGNATURE', () => reported({ signer: SNP_PAIRS.other })],
    ['of another algorithm', 'SNP_ALGORITHM', () => reported({ algorithm: 2 })],
    [
      'with something behind its signature',
      'SIGNATURE_MALFORMED',
      () => reported({ rest: new Uint8Array(368).fill(1) }),
    ],
    ['without the certificate of its key', 'VEK_ABSENT', () => verdict({ bytes: snp.report() }, snpVerifier())],
    ['of Milan, by its processor', 'SNP_MILAN', () => reported({ cpu: [0x19, 0x01] })],
    ['of Milan, by its certificate', 'SNP_MILAN', () => reported({ version: 2 }, ofVek({ product: 'Milan-B0' }))],
    ['of Milan, by its issuer', 'SNP_MILAN', () => reported({ version: 2 }, { issuer: 'SEV-VLEK-Milan' })],
    ['of another product than its certificate', 'SNP_PRODUCT', () => reported({ cpu: [0x1a, 0x02] })],
    ['of an unknown product', 'SNP_PRODUCT', () => reported({ version: 2 }, ofVek({ product: 'Venice-A0' }))],
    ['of an unknown processor', 'SNP_PRODUCT', () => reported({ cpu: [0x1b, 0x02] })],
    ['of a guest that may be debugged', 'SNP_DEBUG', () => reported({ policy: 0xb001fn })],
    ['of a guest that may be migrated', 'SNP_MIGRATABLE', () => reported({ policy: 0x7001fn })],
    ['whose policy lacks the bit that is always set', 'SNP_POLICY', () => reported({ policy: 0x1001fn })],
    ['whose policy has reserved bits', 'SNP_POLICY', () => reported({ policy: 0x800003001fn })],
    ['that the host asked for', 'SNP_VMPL', () => reported({ vmpl: 0xffff_ffff })],
    [
      'of another TCB than its certificate',
      'SNP_TCB',
      () => reported({ tcb: Uint8Array.of(9, 0, 0, 0, 0, 0, 28, 84) }),
    ],
    ['of another chip than its certificate', 'SNP_CHIP', () => reported({ chip: CHIP.map((byte) => byte ^ 1) })],
    [
      'of a short chip id that the report does not pad with zeros',
      'SNP_CHIP',
      () => reported({ ...TURIN.report, chip: CHIP }, TURIN.vek),
    ],
    [
      'that does not say which chip it is of',
      'SNP_CHIP',
      () => reported({ flags: 1 << 2, chip: new Uint8Array(64) }, VLEK),
    ],
    ['whose flags name another kind of key', 'SNP_SIGNING_KEY', () => reported({ flags: 1 << 2 })],
    ['whose flags say that the chip key is masked', 'SNP_SIGNING_KEY', () => reported({ flags: 1 << 1 })],
    ['whose key another AMD key certified', 'CHAIN_SIGNATURE', () => certified({ signer: SNP_PAIRS.asvk })],
    ['whose key a curve certified', 'CERTIFICATE_ALGORITHM', () => certified({ signer: SNP_PAIRS.other })],
    ['whose key is of P-256', 'CERTIFICATE_ALGORITHM', () => certified({ pair: ecPair('p256') })],
    [
      'whose VLEK the issuer of VCEKs certified',
      'VEK_ISSUER',
      () => reported({ flags: 1 << 2 }, { ...VLEK, issuer: 'SEV-Genoa', signer: SNP_PAIRS.ask }),
    ],
    [
      'of a product of which no issuer is pinned',
      'VEK_ISSUER',
      () =>
        reported({ ...TURIN.report, flags: 1 << 2 }, { ...TURIN.vek, subject: 'SEV-VLEK', issuer: 'SEV-VLEK-Turin' }),
    ],
    ['whose certificate is of no such key', 'VEK_EXTENSION', () => certified({ subject: 'SEV-VEK' })],
    ['whose certificate lacks an SVN', 'VEK_EXTENSION', () => certified(ofVek({ spls: { 1: 9, 2: 0, 3: 27 } }))],
    ['whose certificate has a chip id of 63 bytes', 'VEK_EXTENSION', () => certified(ofVek({ chip: CHIP.slice(1) }))],
    ['whose certificate is expired', 'CERTIFICATE_EXPIRED', () => certified({ notAfter: SNP_AT - 1 })],
    ['whose certificate is not yet valid', 'CERTIFICATE_NOT_YET_VALID', () => certified({ notBefore: SNP_AT + 1 })],
    [
      'whose certificate a vote revoked',
      'CERTIFICATE_REVOKED',
      () => under({ revoked: [{ issuer: nameOf('SEV-Genoa'), serial: new Uint8Array() }] }),
    ],
  ];
  for (const [what, code, run] of refusals) it(`${what} is refused: ${code}`, () => expect(run()).to.equal(code));

  it('is of another measurement for each of its identity fields, and of the same whatever it reports', () => {
    const measure = (change: Partial<snp.ReportParts>) =>
      Buffer.from(accepted(snpEvidence(change), snpVerifier()).measurement).toString('hex');
    const at = (index: number) => ({
      digests: snp.reportParts.digests.map((byte, where) => (where === index ? byte ^ 1 : byte)),
    });
    const [MEASUREMENT, HOST_DATA, ID_KEY, AUTHOR_KEY, REPORT_DATA, REPORT_ID] = [64, 112, 144, 192, 0, 240];
    const changes = [
      {},
      { policy: 0x20000n },
      { vmpl: 1 },
      { ids: new Uint8Array(32) },
      at(MEASUREMENT),
      at(HOST_DATA),
      at(ID_KEY),
      at(AUTHOR_KEY),
    ];
    expect(new Set(changes.map(measure)).size).to.equal(changes.length);
    for (const same of [at(REPORT_DATA), at(REPORT_ID)]) expect(measure(same)).to.equal(measure({}));
  });
});
