/** Genuine evidence, and what a third party's library said of it; where we differ, the difference is named here. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { isRefusal } from '../../signer/evidence/refusal.ts';
import { VENDOR_ROOTS } from '../../signer/evidence/roots.ts';
import { verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { describeSamples, read, type Sample, sample } from './support/samples.ts';
import { accepted, verdict, verifierAt } from './support/verifier.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describeSamples('genuine Nitro documents', 'nitro', (samples) => {
  const at = ({ meta }: Sample) => Math.floor(Number(meta.validAtMs) / 1000);
  const wanted = ({ meta }: Sample) =>
    meta.verified !== true ? 'NITRO_SIGNATURE' : meta.debug === true ? 'NITRO_DEBUG' : 'accepted';

  for (const one of samples)
    it(`${one.name}: ${wanted(one)}`, () => {
      expect(verdict({ bytes: one.bytes }, verifierAt(at(one)))).to.equal(wanted(one));
    });

  for (const one of samples.filter((each) => wanted(each) === 'accepted'))
    it(`${one.name} says what its fields say, and holds only while its leaf does`, () => {
      const { fields, reportData } = accepted({ bytes: one.bytes }, verifierAt(at(one)));
      const {
        pcrs,
        module,
        timestamp,
        user_data: userData,
      } = one.meta as { pcrs: Record<string, string>; module: string; timestamp: number; user_data: string | null };
      expect(fields).to.include({ moduleId: module, timestamp });
      for (const [index, value] of Object.entries(pcrs)) expect(fields[`pcr${index}`], index).to.equal(`0x${value}`);
      expect(hex(reportData.slice(0, 32))).to.equal(userData ?? ''); // the page beside it names 32 bytes at most
      const [, ends] = (one.meta.leafValid as string[]).map((text) => Date.parse(text) / 1000);
      expect(verdict({ bytes: one.bytes }, verifierAt((ends ?? 0) + 1))).to.equal('CERTIFICATE_EXPIRED');
      expect(fields.leafNotAfter).to.equal(ends);
    });

  it('include indefinite maps, so those have to be read', () => {
    expect(samples.filter(({ bytes }) => Buffer.from(bytes).includes(Buffer.from([0xbf, 0x69]))).length).to.be.above(0);
  });
});

type Rated = {
  readonly file: string;
  readonly validAt: number;
  readonly until: string;
  readonly phala_dcap_qvl: { status?: string; advisories?: string[]; rejects?: string };
};

/** Where the library stops at another check than we do. Its words, and for which samples they are something else here. */
const REJECTS: Readonly<Record<string, string>> = {
  'Certificate is expired or not yet valid': 'CERTIFICATE_NOT_YET_VALID',
  'Debug mode is enabled': 'DEBUG',
  'SEPT_VE_DISABLE is not enabled': 'TD_SEPT_VE_DISABLE',
  'No matching TCB level found': 'TCB_LEVEL_NONE',
  'Invalid mr service td': 'TD_SERVICE_TD',
};

for (const kind of ['tdx', 'sgx'] as const)
  describeSamples(`genuine ${kind.toUpperCase()} quotes`, kind, (samples) => {
    for (const one of samples) {
      const rated = (one.meta.collateral ?? []) as Rated[];
      if (rated.length === 0)
        it(`${one.name}, without collateral, is refused`, () => {
          const code = { 'sgx-v3-none-8cc428aa-unverifiable': 'QUOTE_CERTIFICATION' }[one.name] ?? 'COLLATERAL_ABSENT';
          expect(verdict({ bytes: one.bytes }, verifierAt(1_760_000_000))).to.equal(code);
        });
      for (const { file, validAt, until, phala_dcap_qvl: theirs } of rated)
        it(`${one.name} with ${file}: ${theirs.status ?? theirs.rejects}`, () => {
          const outcome = verifyEvidence({ bytes: one.bytes, collateral: read(one.folder, file) }, verifierAt(validAt));
          if (theirs.status === undefined) {
            const code =
              one.name.startsWith('tdx-v5') && theirs.rejects?.startsWith('No')
                ? 'TD_SERVICE_TD'
                : REJECTS[theirs.rejects ?? ''];
            expect(isRefusal(outcome) ? outcome.code : 'accepted').to.equal(
              code === 'DEBUG' ? (kind === 'tdx' ? 'TD_DEBUG' : 'SGX_DEBUG') : code,
            );
            return;
          }
          const verified = isRefusal(outcome) ? outcome.subject : outcome;
          expect(isRefusal(outcome) ? outcome.code : 'accepted').to.equal(
            theirs.status === 'UpToDate' ? 'accepted' : 'TCB_STATUS',
          );
          expect(verified?.tcbStatus).to.equal(theirs.status);
          expect(verified?.advisories).to.include.members(theirs.advisories ?? []);
          expect(verified?.validUntil).to.equal(Date.parse(until) / 1000);
        });
    }

    it('say what their fields say', () => {
      for (const { name, meta, bytes, folder } of samples) {
        const [first] = (meta.collateral ?? []) as Rated[];
        if (first === undefined) continue;
        const outcome = verifyEvidence({ bytes, collateral: read(folder, first.file) }, verifierAt(first.validAt));
        const verified = isRefusal(outcome) ? outcome.subject : outcome;
        if (verified === null) continue;
        expect(hex(verified.reportData), name).to.equal(meta.reportData);
        for (const field of [
          'mrtd',
          'tdAttributes',
          'xfam',
          'mrConfigId',
          'mrOwner',
          'mrSeam',
          'teeTcbSvn',
          'mrenclave',
          'mrsigner',
          'attributes',
        ])
          if (meta[field] !== undefined)
            expect(verified.fields[field], `${name} ${field}`).to.equal(`0x${meta[field]}`);
        expect(verified.fields.fmspc, name).to.equal(meta.fmspc);
      }
    });
  });

describeSamples('genuine TDX quotes, by hand', 'tdx', (samples) => {
  const one = sample(samples, '709a3cc2');
  const rate = (file: string, at: string) => {
    const outcome = verifyEvidence(
      { bytes: one.bytes, collateral: read(one.folder, file) },
      verifierAt(Date.parse(at) / 1000),
    );
    return isRefusal(outcome) ? outcome.subject : outcome;
  };

  it('were good in 2025: components 3 3 2 2 4 1 0 5 and TEE SVNs 5 1 3 reach the first level, module TDX_01 of SVN 5 its best', () => {
    expect(rate('collateral-2025-09-29.json', '2025-09-29T19:26:58Z')).to.include({
      tcbStatus: 'UpToDate',
      evaluationNumber: 17,
    });
  });

  it('are out of date in 2026: level and TDX module both, so the advisories of both are named, and the lower number of the two texts', () => {
    const later = rate('collateral-2026-08-13.json', '2026-08-13T11:45:38Z');
    expect(later).to.include({ tcbStatus: 'OutOfDate', evaluationNumber: 19 });
    const module = ['INTEL-SA-01036', 'INTEL-SA-01099']; // of TDX_01 at SVN 4, which a library that skips the module does not name
    expect(later?.advisories).to.deep.equal([
      ...module,
      'INTEL-SA-01192',
      'INTEL-SA-01245',
      'INTEL-SA-01312',
      'INTEL-SA-01313',
    ]);
  });

  it('are refused with collateral that has run out, or is not issued yet', () => {
    const evidence = { bytes: one.bytes, collateral: read(one.folder, 'collateral-2025-09-29.json') };
    expect(verdict(evidence, verifierAt(Date.parse('2025-10-02T07:03:51Z') / 1000))).to.equal('CRL_EXPIRED');
    expect(verdict(evidence, verifierAt(Date.parse('2025-09-29T18:26:57Z') / 1000))).to.equal('TCB_INFO_NOT_YET_VALID');
  });
});

describeSamples('genuine SEV-SNP reports', 'snp', (samples) => {
  for (const { name, bytes, folder } of samples)
    it(`${name} is of Milan, and refused`, () => {
      expect(existsSync(join(folder, 'vek.der'))).to.equal(true);
      expect(verdict({ bytes, vek: read(folder, 'vek.der') }, verifierAt(1_760_000_000, VENDOR_ROOTS))).to.equal(
        'SNP_MILAN',
      );
    });
});
