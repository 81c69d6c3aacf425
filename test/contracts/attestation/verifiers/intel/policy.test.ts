/** What votes accept of Intel's platforms, for how long the evaluation before counts, and what new collateral will end. */

import { expect } from 'chai';
import { encodeBytes32String, keccak256, sha256, toBigInt, toUtf8Bytes } from 'ethers';
import { POLICY } from '../../../../../scripts/evidence/intelChain.ts';
import { iso, svnLevel, tcbLevel } from '../../../../../signer/tee/issuers/intel/collateral.ts';
import { tdBody } from '../../../../../signer/tee/issuers/intel/reports.ts';
import { IntelTcb__factory } from '../../../../../types/factories/contracts/attestation/verifiers/intel/IntelTcb__factory.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import {
  AT,
  bareIntel,
  bringQeIdentity,
  bringTcbInfo,
  broughtIntel,
  CA_INDEX,
  DAY,
  expectRefusal,
  FMSPC,
  PCK_SERIAL,
  quoteOf,
  type Refusal,
  showTcbInfo,
} from '../support/intelWorld.ts';

const { all, svns, TD, tdxInfo } = writer;
const OUT_OF_DATE = 4;
const GRACE = 3 * DAY;
const advisory = (name: string) => encodeBytes32String(name);
const TDX = keccak256(toUtf8Bytes('quorate/tee/tdx/1'));
const OLD = tdBody({ ...TD, teeTcbSvn: svns(5, 1, 3), teeTcbSvn2: svns(5, 1, 3) }, true);

describe('the policy of Intel platforms', () => {
  const intel = broughtIntel();
  const old = () => intel().tdx.verify(quoteOf('tdx5', { body: OLD }));
  const refused = (...refusal: Refusal) => expectRefusal(intel(), old, ...refusal);

  it('is the vote’s alone', async () => {
    const by = intel().tcb.connect(intel().anyone);
    for (const call of [by.allowStatus(OUT_OF_DATE, []), by.disallowStatus(OUT_OF_DATE), by.setPolicy(POLICY)])
      await expect(call).to.be.revertedWithCustomError(by, 'AccessManagedUnauthorized');
  });

  it('allows a status with all its advisories, and without one of them does not [V5]', async () => {
    const { tcb } = intel();
    await refused('TcbStatus', OUT_OF_DATE, 2);
    await expect(tcb.allowStatus(OUT_OF_DATE, [advisory('INTEL-SA-1')]))
      .to.emit(tcb, 'StatusAllowed')
      .withArgs(OUT_OF_DATE, 1);
    await refused('TcbStatus', OUT_OF_DATE, 2);
    await tcb.allowStatus(OUT_OF_DATE, [advisory('INTEL-SA-2')]);
    expect(await tcb.allowance(OUT_OF_DATE)).to.deep.equal([true, 2n]);
    expect((await old()).tcbStatus).to.equal(BigInt(OUT_OF_DATE));
    await expect(tcb.disallowStatus(OUT_OF_DATE)).to.emit(tcb, 'StatusDisallowed').withArgs(OUT_OF_DATE);
    await refused('TcbStatus', OUT_OF_DATE, 2);
  });

  it('knows advisories by their names', async () => {
    const { tcb } = intel();
    const shown = await Promise.all([0, 1, 2, 3, 4, 300].map((bit) => tcb.advisoryAt(bit)));
    const known = ['INTEL-SA-1', 'INTEL-SA-2', 'INTEL-SA-4', 'INTEL-SA-3'].map(advisory);
    expect(shown).to.deep.equal([...known, advisory(''), advisory('')]);
  });

  it('needs no vote for UpToDate and has none for Revoked: IntelTcbStatusNotVotable', async () => {
    for (const status of [0, 6, 255])
      await expectRefusal(
        intel(),
        () => intel().tcb.allowStatus.staticCall(status, []),
        ...(['IntelTcbStatusNotVotable', status] as const),
      );
  });

  it('counts for some time: IntelTcbNoRegistration', async () => {
    const none = { ...POLICY, registration: 0 };
    await expectRefusal(intel(), () => intel().tcb.setPolicy.staticCall(none), 'IntelTcbNoRegistration', 0);
    const { tcb, certificates } = intel();
    const factory = new IntelTcb__factory(tcb.runner as never);
    const { data } = await factory.getDeployTransaction(await tcb.authority(), certificates, none);
    await expectRefusal(intel(), () => intel().ethers.provider.call({ data: data! }), 'IntelTcbNoRegistration', 0);
    await tcb.setPolicy({ ...POLICY, registration: 7 });
    expect((await tcb.policy()).registration).to.equal(7n);
  });

  it('has 223 advisories; what comes later stands for one that no vote allows: IntelTcbTooManyAdvisories', async () => {
    const { tcb } = intel();
    const names = Array.from({ length: 219 }, (_, at) => advisory(`A-${at}`)); // four are known
    await tcb.allowStatus(OUT_OF_DATE, names);
    const refusal = ['IntelTcbTooManyAdvisories', advisory('B')] as const;
    await expectRefusal(intel(), () => tcb.allowStatus.staticCall(OUT_OF_DATE, [advisory('B')]), ...refusal);
    await tcb.allowStatus(OUT_OF_DATE, [
      ...names,
      ...['INTEL-SA-1', 'INTEL-SA-2', 'INTEL-SA-3', 'INTEL-SA-4'].map(advisory),
    ]);
    expect((await old()).tcbStatus).to.equal(BigInt(OUT_OF_DATE));
    const level = tcbLevel({ sgx: all(1), pce: 1, tdx: all(0), status: 'OutOfDate', advisories: ['B', 'A-1'] });
    await bringTcbInfo(intel(), tdxInfo({ tcbEvaluationDataNumber: 19, tcbLevels: [level] }));
    await refused('TcbStatus', OUT_OF_DATE, (1n << 223n) | (1n << 5n));
  });
});

describe('the evaluation before', () => {
  const intel = broughtIntel({ evaluationGrace: GRACE });
  const quote = quoteOf('tdx4');
  const verify = () => intel().tdx.verify(quote);
  const outlook = () => intel().tdx.outlook(quote);
  const worse = (number: number, advisories: readonly string[] = []) =>
    tdxInfo({
      ...{ tcbEvaluationDataNumber: number, issueDate: iso(AT - 9) },
      tcbLevels: [tcbLevel({ sgx: all(1), pce: 1, tdx: all(0), status: 'OutOfDate', advisories })],
    });
  const worseQe = (number: number) =>
    writer.qeIdentity('TD_QE', { tcbEvaluationDataNumber: number, tcbLevels: [svnLevel(1, 'OutOfDate')] });

  it('counts while the grace lasts and the newer one refuses; the outlook says until when [V4 V6]', async () => {
    const before = await outlook();
    expect([before.isAllowed, before.acceptedUntil]).to.deep.equal([true, BigInt(AT + 28 * DAY)]);
    await bringTcbInfo(intel(), worse(19, ['INTEL-SA-9']));
    const end = (await intel().tcb.tcbInfo(TDX, FMSPC)).since + BigInt(GRACE);
    const its = await outlook();
    expect([its.isAllowed, its.acceptedUntil, its.verdict.status]).to.deep.equal([false, end, BigInt(OUT_OF_DATE)]);
    expect((await verify()).validUntil).to.equal(end);
    await intel().helpers.time.increaseTo(end - 1n);
    expect((await verify()).tcbStatus).to.equal(0n);
    await intel().helpers.time.increaseTo(end);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 16);
    expect((await outlook()).acceptedUntil).to.equal(0n);
  });

  it('of the quoting enclave counts too, and both together', async () => {
    await bringQeIdentity(intel(), worseQe(18));
    const qeEnd = (await intel().tcb.qeIdentity(TDX)).since + BigInt(GRACE);
    expect((await verify()).validUntil).to.equal(qeEnd);
    await bringTcbInfo(intel(), worse(19));
    expect((await verify()).validUntil).to.equal(qeEnd);
    await intel().helpers.time.increaseTo(qeEnd);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
  });

  it('keeps its grace, and no more, whoever brings two newer ones at once [V4]', async () => {
    await bringTcbInfo(intel(), worse(19));
    const end = (await intel().tcb.tcbInfo(TDX, FMSPC)).since + BigInt(GRACE);
    await bringTcbInfo(intel(), worse(20));
    expect((await intel().tcb.formerTcbInfo(TDX, FMSPC)).evaluation).to.equal(19n);
    expect((await verify()).validUntil).to.equal(end);
    expect((await outlook()).acceptedUntil).to.equal(end);
    await intel().helpers.time.increaseTo(end - 2n);
    await bringTcbInfo(intel(), worse(21));
    expect((await verify()).validUntil).to.equal(end);
    await intel().helpers.time.increaseTo(end);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
  });

  it('gives way to a later one that takes the platform, too: that counts for longer [V4]', async () => {
    const better = tdxInfo({ tcbEvaluationDataNumber: 19, issueDate: iso(AT - 9) });
    await bringTcbInfo(intel(), better);
    await intel().helpers.time.increase(DAY);
    await bringTcbInfo(intel(), worse(20));
    const end = (await intel().tcb.tcbInfo(TDX, FMSPC)).since + BigInt(GRACE);
    expect((await verify()).validUntil).to.equal(end);
    expect((await verify()).evaluationNumber).to.equal((await intel().tcb.qeIdentity(TDX)).evaluation);
  });

  it('may be renewed, each of those before, with its own number alone', async () => {
    for (const number of [19, 20]) await bringTcbInfo(intel(), worse(number));
    const first = Number((await intel().tcb.tcbInfo(TDX, FMSPC)).evaluation) - 2;
    const renewed = (number: number) => tdxInfo({ tcbEvaluationDataNumber: number, issueDate: iso(AT - 8) });
    const { since } = await intel().tcb.formerTcbInfo(TDX, FMSPC);
    await bringTcbInfo(intel(), renewed(19));
    const former = await intel().tcb.formerTcbInfo(TDX, FMSPC);
    expect([former.since, former.issueDate]).to.deep.equal([since, BigInt(AT - 8)]);
    await bringTcbInfo(intel(), renewed(first));
    for (const unknown of [first - 1, 0])
      await expectRefusal(
        intel(),
        () => showTcbInfo(intel(), renewed(unknown)),
        ...(['TcbInfoRollback', unknown, AT - 8, 20, AT - 9] as const),
      );
  });

  it('does not come back by a newer text of the same evaluation, nor does the grace begin anew', async () => {
    await bringTcbInfo(intel(), worse(19));
    const { since } = await intel().tcb.tcbInfo(TDX, FMSPC);
    await intel().helpers.time.increaseTo(since + BigInt(GRACE));
    const renewed = { ...worse(19), issueDate: iso(AT + DAY) };
    await bringTcbInfo(intel(), renewed);
    expect((await intel().tcb.tcbInfo(TDX, FMSPC)).since).to.equal(since);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
  });

  it('counts for nothing where it refuses as well, or has no grace', async () => {
    await bringTcbInfo(intel(), worse(19));
    await intel().tcb.setPolicy(POLICY);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
    await intel().tcb.setPolicy({ ...POLICY, evaluationGrace: GRACE, leastTcbEvaluation: 19 });
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
    expect((await outlook()).acceptedUntil).to.equal(0n);
  });

  it('counts for nothing once it is due', async () => {
    await bringTcbInfo(intel(), tdxInfo({ issueDate: iso(AT - 99), nextUpdate: iso(AT + DAY) }));
    await bringTcbInfo(intel(), worse(19));
    expect((await verify()).validUntil).to.equal(BigInt(AT + DAY));
    await intel().helpers.time.increaseTo(AT + DAY);
    await expectRefusal(intel(), verify, 'TcbStatus', OUT_OF_DATE, 0);
    expect((await outlook()).acceptedUntil).to.equal(0n);
  });
});

describe('a quote that was accepted, looked at again', () => {
  const intel = broughtIntel();
  const quote = quoteOf('tdx4');
  const until = async () => (await intel().tdx.recheck(quote)).validUntil;
  const OUT = { tcbLevels: [tcbLevel({ sgx: all(1), pce: 1, tdx: all(0), status: 'OutOfDate', advisories: [] })] };

  it('proves what it did, and counts as long', async () => {
    expect(await intel().tdx.recheck(quote)).to.deep.equal(await intel().tdx.verify(quote));
  });

  it('counts no longer when newer collateral refuses its platform', async () => {
    await bringTcbInfo(intel(), tdxInfo({ ...OUT, tcbEvaluationDataNumber: 19, issueDate: iso(AT - 9) }));
    expect(await until()).to.equal(0n);
  });

  it('counts no longer when a list, or a vote, has revoked its platform’s certificate', async () => {
    await (await intel().certificates.revoke(CA_INDEX, toBigInt(PCK_SERIAL))).wait();
    expect(await until()).to.equal(0n);
    await expectRefusal(intel(), () => intel().tdx.verify(quote), 'CertificateRevoked', CA_INDEX, toBigInt(PCK_SERIAL));
  });

  it('is not judged by what is overdue: newer lists have to be brought first', async () => {
    const end = await until();
    await intel().helpers.time.increaseTo(end);
    await expectRefusal(intel(), until, 'CrlExpired', 0, end, end);
  });

  it('is refused with any lie, as at first', async () => {
    const bent = quote.slice();
    bent[600]! ^= 1;
    await expectRefusal(intel(), () => intel().tdx.recheck(bent), 'QuoteSignature', sha256(bent.slice(0, 632)));
  });
});

describe('the outlook of a quote', () => {
  const intel = bareIntel();

  it('is that of a quote which holds: what else is wrong is said as ever', async () => {
    const refusal = ['QuoteTruncated', 0, 48] as const;
    await expectRefusal(intel(), () => intel().tdx.outlook('0x'), ...refusal);
  });
});
