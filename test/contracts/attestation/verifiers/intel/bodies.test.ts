/** What a TD or an enclave may be: every field that says what runs is measured, and what opens it is refused. */

import { expect } from 'chai';
import { hexlify, keccak256, toUtf8Bytes } from 'ethers';
import { codeOf } from '../../../../../scripts/evidence/evidenceChain.ts';
import { type Bytes, bytes, concat } from '../../../../../signer/tee/issuers/der.ts';
import { moduleIdentity, svnLevel } from '../../../../../signer/tee/issuers/intel/collateral.ts';
import { type SgxParts, sgxReport, type TdParts, tdBody } from '../../../../../signer/tee/issuers/intel/reports.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import { accepted, verdict } from '../../../../evidence/support/verifier.ts';
import { bringTcbInfo, broughtIntel, CHAIN, expectRefusal, quoteOf, type Refusal } from '../support/intelWorld.ts';

const { intelEvidence, intelVerifier, SGX, svns, TD, tdxInfo } = writer;
const zeros = (length: number) => new Uint8Array(length);
const halves = (value: Bytes) => [hexlify(value.slice(0, 32)), hexlify(value.slice(32))] as const;
const u16 = (value: number) => Uint8Array.of(value & 255, value >> 8);
const flip = (from: Bytes, at: number): Bytes => from.map((byte, place) => (place === at ? byte ^ 1 : byte));

for (const kind of ['tdx4', 'tdx5'] as const)
  describe(`a TD on chain (${kind})`, () => {
    const intel = broughtIntel();
    const is15 = kind === 'tdx5';
    const bodyOf = (change: Partial<TdParts>) => tdBody({ ...TD, ...change }, is15);
    const verify = (quote: Bytes) => intel().tdx.verify(quote);
    const attributes = (hex: string) => ({ tdAttributes: bytes(hex) });
    const other48 = zeros(48).fill(1);

    const LIES: readonly (readonly [string, Partial<TdParts>, Refusal])[] = [
      ['in debug mode', attributes('0100001000000000'), ['TdDebug', '0x0100001000000000']],
      ['that may be debugged later', attributes('8000001000000000'), ['TdDebug', '0x8000001000000000']],
      ['with SEPT_VE_DISABLE off', attributes('0000000000000000'), ['TdSeptVeDisable', '0x0000000000000000']],
      ['that may be migrated', attributes('0000003000000000'), ['TdMigratable', '0x0000003000000000']],
      ['with reserved attributes', attributes('0001001000000000'), ['TdAttributes', '0x0001001000000000']],
      ['of another module signer', { mrSignerSeam: other48 }, ['TdxModuleSigner', ...halves(other48)]],
      [
        'of a module with attributes',
        { seamAttributes: bytes('0000000000000001') },
        ['TdxModuleAttributes', '0x0000000000000001', '0x0000000000000000'],
      ],
      ['of an unknown module', { teeTcbSvn: svns(5, 9, 4), teeTcbSvn2: svns(5, 9, 4) }, ['TdxModuleUnknown', 9]],
      [
        'of a module below every level',
        { teeTcbSvn: svns(2, 1, 4), teeTcbSvn2: svns(2, 1, 4) },
        ['TdxModuleSvn', 1, 2],
      ],
      ['of a module that is out of date', { teeTcbSvn: svns(4, 1, 4), teeTcbSvn2: svns(4, 1, 4) }, ['TcbStatus', 4, 1]],
      [
        'below every level of the platform',
        { teeTcbSvn: svns(5, 1, 2), teeTcbSvn2: svns(5, 1, 2) },
        ['TcbLevelNone', `0x${'05'.repeat(16)}`, 11, '0x05010200000000000000000000000000'],
      ],
      ['at a level that is out of date', { teeTcbSvn: svns(5, 1, 3), teeTcbSvn2: svns(5, 1, 3) }, ['TcbStatus', 4, 2]],
    ];
    const SECOND: typeof LIES = [
      ['to which a service TD is bound', { mrServiceTd: other48 }, ['TdServiceTd', ...halves(other48)]],
      [
        'to which one is bound by its last byte',
        { mrServiceTd: flip(zeros(48), 47) },
        ['TdServiceTd', ...halves(flip(zeros(48), 47))],
      ],
      ['whose second SVNs alone are old', { teeTcbSvn2: svns(5, 1, 3) }, ['TcbStatus', 4, 2]],
      ['whose second module alone is old', { teeTcbSvn2: svns(4, 1, 4) }, ['TcbStatus', 4, 1]],
      ['whose second module is unknown', { teeTcbSvn2: svns(5, 9, 4) }, ['TdxModuleUnknown', 9]],
    ];
    for (const [what, change, refusal] of is15 ? [...LIES, ...SECOND] : LIES)
      it(`${what}: ${refusal[0]}, on chain and off`, async () => {
        const quote = quoteOf(kind, { body: bodyOf(change) });
        await expectRefusal(intel(), () => verify(quote), ...refusal);
        const off = verdict({ ...intelEvidence(kind, { chain: CHAIN }), bytes: quote }, intelVerifier());
        expect(off).to.equal(codeOf(refusal[0]));
      });

    it('may use what software may use', async () => {
      for (const hex of ['000000d8000000c0', '0000001800000000']) {
        const quote = quoteOf(kind, { body: bodyOf(attributes(hex)) });
        expect((await verify(quote)).tcbStatus).to.equal(0n);
      }
    });

    it('is measured in every field: attributes, XFAM, MRTD, MRCONFIGID, owners, RTMR0 to 3', async () => {
      const seen = new Set<string>([(await verify(quoteOf(kind))).measurement]);
      const places = Array.from({ length: TD.measured.length }, (_, place) => place).filter(
        (place) => place % 24 === 7,
      );
      for (const place of places) {
        const quote = quoteOf(kind, { body: bodyOf({ measured: flip(TD.measured, place) }) });
        seen.add((await verify(quote)).measurement);
      }
      seen.add((await verify(quoteOf(kind, { body: bodyOf(attributes('0000001800000000')) }))).measurement);
      expect(seen.size).to.equal(places.length + 2);
    });

    it('of module version 0 is rated by its platform alone, if TCB info names that module', async () => {
      const old = quoteOf(kind, { body: bodyOf({ teeTcbSvn: svns(5, 0, 4), teeTcbSvn2: svns(5, 0, 4) }) });
      expect((await verify(old)).tcbStatus).to.equal(0n);
      const { tdxModule: _, ...none } = tdxInfo({ tcbEvaluationDataNumber: 19 });
      await bringTcbInfo(intel(), none);
      await expectRefusal(intel(), () => verify(old), 'TdxModuleUnknown', 0);
    });

    it('of a module whose attributes TCB info says otherwise: TdxModuleAttributes', async () => {
      const identity = { ...moduleIdentity('TDX_01', svnLevel(1, 'UpToDate')), attributes: `01${'00'.repeat(7)}` };
      await bringTcbInfo(intel(), tdxInfo({ tcbEvaluationDataNumber: 19, tdxModuleIdentities: [identity] }));
      const values = ['0x0000000000000000', '0x0100000000000000'] as const;
      await expectRefusal(intel(), () => verify(quoteOf(kind)), 'TdxModuleAttributes', ...values);
    });

    it('of a module whose id has another form: TdxModuleUnknown', async () => {
      for (const id of ['TDX_1', 'TDX_0g', 'TDX-01', 'TDX_011', 'QE_01']) {
        const snapshot = await intel().helpers.takeSnapshot();
        const identities = [moduleIdentity(id, svnLevel(1, 'UpToDate'))];
        await bringTcbInfo(intel(), tdxInfo({ tcbEvaluationDataNumber: 19, tdxModuleIdentities: identities }));
        await expectRefusal(intel(), () => verify(quoteOf(kind)), 'TdxModuleUnknown', 1);
        await snapshot.restore();
      }
    });
  });

describe('a body of a TDX quote 5', () => {
  const intel = broughtIntel();
  const head = (type: number, size: number) => concat(u16(type), u16(size), u16(0));

  for (const [type, size] of [
    [1, 584],
    [2, 648],
    [3, 584],
    [4, 648],
    [3, 649],
  ] as const)
    it(`of type ${type} has not ${size} bytes: QuoteBody`, async () => {
      const quote = quoteOf('tdx5', { bodyHead: head(type, size) });
      await expectRefusal(intel(), () => intel().tdx.verify(quote), 'QuoteBody', type, size);
    });

  it('may be of TD 1.0', async () => {
    const quote = quoteOf('tdx5', { bodyHead: head(2, 584), body: tdBody(TD, false) });
    const [on, four] = [await intel().tdx.verify(quote), await intel().tdx.verify(quoteOf('tdx4'))];
    expect(on.measurement).to.equal(four.measurement);
  });

  it('that is cut before its size: QuoteTruncated', async () => {
    const cut = quoteOf('tdx5').slice(0, 53);
    await expectRefusal(intel(), () => intel().tdx.verify(cut), 'QuoteTruncated', 53, 54);
  });
});

describe('an SGX enclave on chain', () => {
  const intel = broughtIntel();
  const verify = (quote: Bytes) => intel().sgx.verify(quote);
  const flags = (hex: string) => ({ attributes: bytes(hex) });
  const body = (change: Partial<SgxParts>) => quoteOf('sgx3', { body: sgxReport({ ...SGX, ...change }) });
  const rest = '00'.repeat(15);

  for (const [what, change, refusal] of [
    ['in debug mode', flags(`07${rest}`), ['SgxDebug', `0x07${rest}`]],
    ['that is not initialised', flags(`04${rest}`), ['SgxAttributes', `0x04${rest}`]],
    ['with the provisioning key', flags(`15${rest}`), ['SgxAttributes', `0x15${rest}`]],
    ['with the launch key', flags(`25${rest}`), ['SgxAttributes', `0x25${rest}`]],
  ] as readonly (readonly [string, Partial<SgxParts>, Refusal])[])
    it(`${what}: ${refusal[0]}, on chain and off`, async () => {
      await expectRefusal(intel(), () => verify(body(change)), ...refusal);
      const off = verdict({ ...intelEvidence('sgx3', { chain: CHAIN }), bytes: body(change) }, intelVerifier());
      expect(off).to.equal(codeOf(refusal[0]));
    });

  for (const [begin, end] of [
    [20, 32],
    [96, 128],
    [160, 192],
    [262, 304],
  ] as const)
    it(`with bytes ${begin} to ${end} in use, the first or the last: QuoteBody`, async () => {
      for (const at of [begin, end - 1]) {
        const quote = quoteOf('sgx3', { body: flip(sgxReport(SGX), at) });
        await expectRefusal(intel(), () => verify(quote), 'QuoteBody', 0, begin);
      }
    });

  it('is measured in every field but what the machine offers', async () => {
    const plain = (await verify(quoteOf('sgx3'))).measurement;
    const whole = sgxReport(SGX);
    const fields = [16, 32, 47, 48, 56, 64, 95, 128, 159, 192, 255, 256, 258, 260, 304, 319];
    const seen = new Set([plain]);
    for (const at of fields) {
      const quote = quoteOf('sgx3', {
        body: at === 48 ? sgxReport({ ...SGX, ...flags(`0d${'00'.repeat(7)}e7${'00'.repeat(7)}`) }) : flip(whole, at),
      });
      seen.add((await verify(quote)).measurement);
    }
    expect(seen.size).to.equal(fields.length + 1);
    const avx = body(flags(`05${'00'.repeat(7)}03${'00'.repeat(7)}`));
    expect((await verify(avx)).measurement).to.equal(plain);
    expect((await verify(avx)).measurement).to.equal(
      hexlify(accepted({ ...intelEvidence('sgx3', { chain: CHAIN }), bytes: avx }, intelVerifier()).measurement),
    );
  });
});

describe('Intel verifiers', () => {
  const intel = broughtIntel();

  it('say which TEE, which vendor, and with what they judge', async () => {
    for (const kind of ['tdx', 'sgx'] as const) {
      const verifier = intel()[kind];
      expect(await verifier.tee()).to.equal(keccak256(toUtf8Bytes(`quorate/tee/${kind}/1`)));
      expect(await verifier.vendor()).to.equal(keccak256(toUtf8Bytes('quorate/vendor/intel/1')));
      expect(await verifier.certificates()).to.equal(await intel().certificates.getAddress());
      expect(await verifier.tcb()).to.equal(await intel().tcb.getAddress());
      expect(await verifier.platformSalt()).to.equal(`0x${'00'.repeat(32)}`);
    }
    const { certificates, tcb, tdx, sgx } = intel();
    for (const one of [certificates, tcb, tdx, sgx])
      expect(await one.contractURI()).to.match(/Quorate (Intel|Tdx|Sgx)/);
  });
});
