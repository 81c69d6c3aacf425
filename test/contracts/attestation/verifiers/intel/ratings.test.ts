/** How good a platform is: which collateral rates it, which level it reaches, and what a status is made of. */

import { expect } from 'chai';
import { keccak256, toUtf8Bytes } from 'ethers';
import { codeOf } from '../../../../../scripts/evidence/evidenceChain.ts';
import { POLICY } from '../../../../../scripts/evidence/intelChain.ts';
import { pem } from '../../../../../signer/tee/issuers/certificates.ts';
import { text } from '../../../../../signer/tee/issuers/der.ts';
import { iso, svnLevel, tcbLevel } from '../../../../../signer/tee/issuers/intel/collateral.ts';
import { type PckTcb, pckExtensions } from '../../../../../signer/tee/issuers/intel/pckExtension.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import { verdict } from '../../../../evidence/support/verifier.ts';
import {
  AT,
  bareIntel,
  bringQeIdentity,
  bringTcbInfo,
  broughtIntel,
  CA,
  CA_INDEX,
  CHAIN,
  DAY,
  expectRefusal,
  FMSPC,
  nothing,
  quoteOf,
  type Refusal,
  ROOT,
  teeOf,
} from '../support/intelWorld.ts';

const { all, intelEvidence, intelVerifier, PCK_TCB, qeIdentity, sgxInfo, tdxInfo } = writer;
const teeTag = (kind: writer.QuoteKind) => keccak256(toUtf8Bytes(`quorate/tee/${teeOf(kind)}/1`));
const zero16 = `0x${'00'.repeat(16)}`;
const TD_SVNS = '0x05010400000000000000000000000000';
const svns = (...values: readonly number[]) => `0x${Buffer.from(values).toString('hex')}`;
const infoOf = (kind: writer.QuoteKind, change: object) => (kind === 'sgx3' ? sgxInfo(change) : tdxInfo(change));

for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const)
  describe(`a platform, rated (${kind})`, () => {
    const intel = broughtIntel();
    const verify = (quote = quoteOf(kind)) => intel()[teeOf(kind)].verify(quote);
    const bringChain = async (change: Partial<PckTcb>) => {
      const chain = pem(writer.cert('pck', { more: pckExtensions({ ...PCK_TCB, ...change }) }), CA, ROOT);
      await (await intel().certificates.bringPck(text(chain))).wait();
      return chain;
    };
    const teeSvns = kind === 'sgx3' ? zero16 : TD_SVNS;

    const four = kind === 'sgx3' ? (['TcbStatus', 1, 8] as const) : (['TcbStatus', 4, 2] as const);
    const PLATFORMS: readonly (readonly [string, Partial<PckTcb>, Refusal])[] = [
      ['below every level', { components: all(3) }, ['TcbLevelNone', svns(...all(3)), 11, teeSvns]],
      [
        'with one SVN below every level',
        { components: [...all(9).slice(1), 3] },
        ['TcbLevelNone', svns(...all(9).slice(1), 3), 11, teeSvns],
      ],
      ['with an old PCE', { pceSvn: 10 }, ['TcbLevelNone', svns(...all(5)), 10, teeSvns]],
      ['of another PCE', { pceId: '0001' }, ['TcbInfoPceid', 0, 1]],
      [
        'of another model',
        { fmspc: '00906ed50000' },
        ['CollateralAbsent', teeTag(kind), `0x00906ed50000${'00'.repeat(26)}`],
      ],
      ['with one SVN at a worse level', { components: [...all(5).slice(1), 4] }, four],
    ];
    for (const [what, change, refusal] of PLATFORMS)
      it(`${what}: ${refusal[0]}`, async () => {
        const chain = await bringChain(change);
        await expectRefusal(intel(), () => verify(quoteOf(kind, { chain })), ...refusal);
        const off = verdict(intelEvidence(kind, { chain }), intelVerifier());
        expect(off).to.equal(refusal[0] === 'CollateralAbsent' ? 'TCB_INFO_FMSPC' : codeOf(refusal[0]));
      });

    it('by collateral that is due: TcbInfoExpired, QeIdentityExpired', async () => {
      await intel().tcb.setPolicy({ ...POLICY, registration: 300 * DAY });
      const due = AT + 29 * DAY;
      const lists = { thisUpdate: AT - 1, nextUpdate: due + 9 * DAY };
      await (await intel().certificates.bringCrl(0, writer.rootCrl(lists))).wait();
      await (await intel().certificates.bringCrl(CA_INDEX, writer.pckCrl(lists))).wait();
      await intel().helpers.time.increaseTo(due - 1);
      expect((await verify()).validUntil).to.equal(BigInt(due));
      await intel().helpers.time.increaseTo(due);
      await expectRefusal(intel(), () => verify(), 'TcbInfoExpired', due, due);
      const later = { issueDate: iso(due - 9), nextUpdate: iso(due + DAY) };
      await bringTcbInfo(intel(), infoOf(kind, later));
      const now = await intel().helpers.time.latest();
      await expectRefusal(intel(), () => verify(), 'QeIdentityExpired', due, now);
      await bringQeIdentity(intel(), qeIdentity(kind === 'sgx3' ? 'QE' : 'TD_QE', later));
      expect((await verify()).validUntil).to.equal(BigInt(due + DAY));
    });

    it('for longer than its collateral counts, where a vote says by how much it may be overdue', async () => {
      await intel().tcb.setPolicy({ ...POLICY, overdue: DAY });
      expect((await verify()).validUntil).to.equal(BigInt(AT + 29 * DAY));
      await intel().tcb.setPolicy({ ...POLICY, overdue: 5 * DAY, registration: 300 * DAY });
      expect((await verify()).validUntil).to.equal(BigInt(AT + 33 * DAY));
    });

    it('by an evaluation that a vote wants newer: TcbInfoRollback, QeIdentityRollback', async () => {
      await intel().tcb.setPolicy({ ...POLICY, leastTcbEvaluation: 19 });
      await expectRefusal(intel(), () => verify(), 'TcbInfoRollback', 18, AT - DAY, 19, 0);
      await intel().tcb.setPolicy({ ...POLICY, leastQeEvaluation: 18 });
      await expectRefusal(intel(), () => verify(), 'QeIdentityRollback', 17, AT - DAY, 18, 0);
    });

    it('by the first of its levels, whatever their order in the text', async () => {
      const level = (svn: number, status: string, advisories?: readonly string[]) =>
        tcbLevel({ sgx: all(svn), pce: 11, tdx: all(0), status, ...(advisories && { advisories }) });
      const levels = [
        level(3, 'OutOfDate'),
        level(5, 'UpToDate'),
        level(4, 'ConfigurationNeeded'),
        level(9, 'OutOfDate'),
      ];
      await bringTcbInfo(intel(), infoOf(kind, { tcbEvaluationDataNumber: 19, tcbLevels: levels }));
      expect((await verify()).tcbStatus).to.equal(0n);
      const chain = await bringChain({ components: all(4) });
      await expectRefusal(intel(), () => verify(quoteOf(kind, { chain })), 'TcbStatus', 2, 0);
    });

    const STATUSES: readonly (readonly [string, string, number])[] = [
      ['UpToDate', 'SWHardeningNeeded', 1],
      ['UpToDate', 'ConfigurationNeeded', 2],
      ['UpToDate', 'ConfigurationAndSWHardeningNeeded', 3],
      ['SWHardeningNeeded', 'ConfigurationNeeded', 3],
      ['OutOfDate', 'SWHardeningNeeded', 4],
      ['OutOfDate', 'UpToDate', 4],
      ['OutOfDate', 'ConfigurationNeeded', 5],
      ['UpToDate', 'OutOfDateConfigurationNeeded', 5],
      ['Revoked', 'UpToDate', 6],
      ['UpToDate', 'Revoked', 6],
    ];
    for (const [platform, qe, status] of STATUSES)
      it(`${platform} with a quoting enclave that is ${qe}: ${status}`, async () => {
        const levels = [tcbLevel({ sgx: all(1), pce: 1, tdx: all(0), status: platform })];
        await bringTcbInfo(intel(), infoOf(kind, { tcbEvaluationDataNumber: 19, tcbLevels: levels }));
        const qeChange = { tcbEvaluationDataNumber: 18, tcbLevels: [svnLevel(1, qe)] };
        await bringQeIdentity(intel(), qeIdentity(kind === 'sgx3' ? 'QE' : 'TD_QE', qeChange));
        await expectRefusal(intel(), () => verify(), 'TcbStatus', status, 0);
      });
  });

describe('a platform without collateral', () => {
  const intel = bareIntel();

  it('is rated by none: CollateralAbsent, of its model, then of its quoting enclave', async () => {
    await (await intel().certificates.bringPck(text(CHAIN))).wait();
    await (await intel().certificates.bringCrl(CA_INDEX, writer.pckCrl())).wait();
    const verify = () => intel().tdx.verify(quoteOf('tdx4'));
    await expectRefusal(intel(), verify, 'CollateralAbsent', teeTag('tdx4'), FMSPC.padEnd(66, '0'));
    await bringTcbInfo(intel(), sgxInfo());
    await expectRefusal(intel(), verify, 'CollateralAbsent', teeTag('tdx4'), FMSPC.padEnd(66, '0'));
    await bringTcbInfo(intel(), tdxInfo());
    await expectRefusal(intel(), verify, 'CollateralAbsent', teeTag('tdx4'), nothing);
    await bringQeIdentity(intel(), qeIdentity('QE'));
    await expectRefusal(intel(), verify, 'CollateralAbsent', teeTag('tdx4'), nothing);
    await bringQeIdentity(intel(), qeIdentity('TD_QE'));
    expect((await verify()).tcbStatus).to.equal(0n);
  });

  it('may need newer evaluations than are brought: TcbInfoRollback, QeIdentityRollback', async () => {
    await intel().tcb.setPolicy({ ...POLICY, leastTcbEvaluation: 19, leastQeEvaluation: 18 });
    const tcb = () => bringTcbInfo(intel(), tdxInfo());
    await expectRefusal(intel(), tcb, 'TcbInfoRollback', 18, AT - DAY, 19, 0);
    const qe = () => bringQeIdentity(intel(), qeIdentity('QE'));
    await expectRefusal(intel(), qe, 'QeIdentityRollback', 17, AT - DAY, 18, 0);
  });
});
