/** TCB info and QE identity: who signs them, which shape they have, when they count, and that they never go back. */

import { expect } from 'chai';
import { encodeBytes32String, hexlify, keccak256, sha256, toUtf8Bytes, zeroPadValue } from 'ethers';
import type { Bytes } from '../../../../../signer/tee/issuers/der.ts';
import { iso, moduleIdentity, svnLevel, tcbLevel } from '../../../../../signer/tee/issuers/intel/collateral.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import {
  AT,
  bringQeIdentity,
  bringTcbInfo,
  broughtIntel,
  CA_INDEX,
  DAY,
  expectRefusal,
  FMSPC,
  type Refusal,
  ROOT_INDEX,
  SIGNER_INDEX,
  SIGNER_SERIAL,
  showQeIdentity,
  showTcbInfo,
  signedText,
} from '../support/intelWorld.ts';

const { all, INTEL_PAIRS } = writer;
const TDX = keccak256(toUtf8Bytes('quorate/tee/tdx/1'));
const field = (name: string) => encodeBytes32String(name);
const info = (change: object = {}) => writer.tdxInfo({ issueDate: iso(AT), ...change });
const identity = (change: object = {}) => writer.qeIdentity('TD_QE', { issueDate: iso(AT), ...change });
const without = (name: string, from: object) =>
  Object.fromEntries(Object.entries(from).filter(([one]) => one !== name));
const names = (count: number) => Array.from({ length: count }, (_, at) => `INTEL-SA-${at}`);
const level = { sgx: all(1), pce: 1, tdx: all(1), status: 'UpToDate' };

/** What both texts are refused for, with the prefix of its own errors. */
const BOTH = [
  {
    of: 'TcbInfo',
    error: {
      signature: 'TcbInfoSignature',
      notYetValid: 'TcbInfoNotYetValid',
      expired: 'TcbInfoExpired',
      id: 'TcbInfoId',
      rollback: 'TcbInfoRollback',
      malformed: 'TcbInfoMalformed',
    },
    make: info,
    show: showTcbInfo,
    bring: bringTcbInfo,
    evaluation: 18,
  },
  {
    of: 'QeIdentity',
    error: {
      signature: 'QeIdentitySignature',
      notYetValid: 'QeIdentityNotYetValid',
      expired: 'QeIdentityExpired',
      id: 'QeIdentityId',
      rollback: 'QeIdentityRollback',
      malformed: 'QeIdentityMalformed',
    },
    make: identity,
    show: showQeIdentity,
    bring: bringQeIdentity,
    evaluation: 17,
  },
] as const;

for (const { of, error, make, show, bring, evaluation } of BOTH)
  describe(`${of} that is brought`, () => {
    const intel = broughtIntel();
    const refused = (change: object, ...refusal: Refusal) =>
      expectRefusal(intel(), () => show(intel(), make(change)), ...refusal);

    it(`by another signature: ${error.signature}`, async () => {
      const [bytes] = signedText(make(), INTEL_PAIRS.other);
      await expectRefusal(intel(), () => show(intel(), make(), INTEL_PAIRS.other), error.signature, sha256(bytes));
    });

    it(`written anew under the old signature: ${error.signature}`, async () => {
      const [bytes, signature] = signedText(make(), INTEL_PAIRS.signer);
      const turned = Object.fromEntries(Object.entries(JSON.parse(Buffer.from(bytes).toString())).reverse());
      const [other] = signedText(turned, INTEL_PAIRS.signer);
      const call = of === 'TcbInfo' ? intel().tcb.bringTcbInfo : intel().tcb.bringQeIdentity;
      await call.staticCall(bytes, signature, SIGNER_INDEX);
      const again = () => call.staticCall(other, signature, SIGNER_INDEX);
      await expectRefusal(intel(), again, error.signature, sha256(other));
    });

    it('by a signature of another length, or out of range: SignatureMalformed, SignatureOutOfRange', async () => {
      const [bytes, signature] = signedText(make(), INTEL_PAIRS.signer);
      const call = of === 'TcbInfo' ? intel().tcb.bringTcbInfo : intel().tcb.bringQeIdentity;
      for (const length of [0, 63, 65]) {
        const other: Bytes = Uint8Array.from({ length }, (_, at) => signature[at] ?? 0);
        const cut = () => call.staticCall(bytes, other, SIGNER_INDEX);
        await expectRefusal(intel(), cut, 'SignatureMalformed', length, 64);
      }
      const zero = () => call.staticCall(bytes, new Uint8Array(64), SIGNER_INDEX);
      await expectRefusal(intel(), zero, 'SignatureOutOfRange', 0, 0);
    });

    it('by what signs no collateral: CollateralSigner', async () => {
      const [bytes, signature] = signedText(make(), INTEL_PAIRS.ca);
      const call = of === 'TcbInfo' ? intel().tcb.bringTcbInfo : intel().tcb.bringQeIdentity;
      for (const index of [ROOT_INDEX, CA_INDEX, 9]) {
        const found = zeroPadValue(`0x0${index}`, 32);
        await expectRefusal(intel(), () => call.staticCall(bytes, signature, index), 'CollateralSigner', found);
      }
    });

    it('by a revoked signer: CertificateRevoked', async () => {
      await intel().certificates.revoke(ROOT_INDEX, hexlify(SIGNER_SERIAL));
      await refused({}, 'CertificateRevoked', ROOT_INDEX, SIGNER_SERIAL);
    });

    it(`from the future: ${error.notYetValid}`, () =>
      refused({ issueDate: iso(AT + 1) }, error.notYetValid, AT + 1, AT));
    it(`that is due: ${error.expired}`, () => refused({ nextUpdate: iso(AT) }, error.expired, AT, AT));
    it(`of no TEE: ${error.id}`, () => refused({ id: 'QVE' }, error.id, field('QVE')));

    it(`never goes back in issue date or evaluation: ${error.rollback} [V2]`, async () => {
      const known = AT - DAY;
      const numbered = (number: number, issued: number) => ({
        tcbEvaluationDataNumber: number,
        issueDate: iso(issued),
      });
      const rolled = (number: number, issued: number) =>
        refused(numbered(number, issued), error.rollback, number, issued, evaluation, known);
      await rolled(evaluation, known);
      await rolled(evaluation, known - 1);
      await rolled(evaluation - 1, AT);
      await rolled(evaluation + 1, known - 1);
      await show(intel(), make(numbered(evaluation, known + 1)));
      await show(intel(), make(numbered(evaluation + 1, known)));
    });

    it(`of the evaluation before may be renewed, and does not go back either: ${error.rollback} [V4]`, async () => {
      const numbered = (number: number, issued: number) => ({
        tcbEvaluationDataNumber: number,
        issueDate: iso(issued),
      });
      await bring(intel(), make(numbered(evaluation + 2, AT - 2)));
      await show(intel(), make(numbered(evaluation, AT - 3)));
      await refused(numbered(evaluation, AT - DAY), error.rollback, evaluation, AT - DAY, evaluation, AT - DAY);
      for (const number of [evaluation - 1, evaluation + 1])
        await refused(numbered(number, AT), error.rollback, number, AT, evaluation + 2, AT - 2);
    });

    it(`of a version that nobody knows, or without a field: ${error.malformed}`, async () => {
      await refused({ version: 9 }, error.malformed, field('version'));
      for (const name of Object.keys(make())) {
        if (/^tdxModule/.test(name)) continue; // of TDX 1.0 one, of SGX none
        const less = () => show(intel(), without(name, make()));
        await expectRefusal(intel(), less, error.malformed, field('fields'));
      }
    });

    it(`whose levels of one SVN have another shape: ${error.malformed}`, async () => {
      const levels = (...tcbLevels: unknown[]) =>
        of === 'TcbInfo' ? { tdxModuleIdentities: [moduleIdentity('TDX_01', ...tcbLevels)] } : { tcbLevels };
      const good = svnLevel(1, 'UpToDate');
      const malformed = (name: string, ...all: unknown[]) => refused(levels(...all), error.malformed, field(name));
      await malformed('level', without('tcbStatus', good));
      await malformed('level', without('tcb', good));
      await malformed('isvsvn', { ...good, tcb: {} });
      await malformed('tcbStatus', svnLevel(1, 'Fine'));
      await malformed('tcbStatus', svnLevel(1, 'ConfigurationAndSWHardeningNeedful'));
      await malformed('advisoryIDs', svnLevel(1, 'OutOfDate', names(257)));
      await malformed('tcbLevels', ...Array.from({ length: 33 }, () => good));
      await show(intel(), make(levels(...Array.from({ length: 32 }, () => good))));
    });
  });

describe('TcbInfo that is brought, in what it alone has', () => {
  const intel = broughtIntel();
  const MALFORMED: readonly (readonly [string, object, string])[] = [
    ['of another type', { tcbType: 1 }, 'tcbType'],
    ['with 65 levels', { tcbLevels: Array.from({ length: 65 }, () => tcbLevel(level)) }, 'tcbLevels'],
    [
      'with nine modules',
      { tdxModuleIdentities: Array.from({ length: 9 }, () => moduleIdentity('TDX_01')) },
      'tdxModuleIdentities',
    ],
    ['with a level without status', { tcbLevels: [without('tcbStatus', tcbLevel(level))] }, 'level'],
    ['with a level of nothing', { tcbLevels: [{ ...tcbLevel(level), tcb: {} }] }, 'tcb'],
    ['with 15 SVNs', { tcbLevels: [tcbLevel({ ...level, sgx: all(1).slice(1) })] }, 'components'],
    ['with 17 SVNs', { tcbLevels: [tcbLevel({ ...level, sgx: [...all(1), 1] })] }, 'svn'],
    ['with 15 SVNs of TDX', { tcbLevels: [tcbLevel({ ...level, tdx: all(1).slice(1) })] }, 'components'],
    [
      'with a component without SVN',
      { tcbLevels: [{ tcb: { sgxtcbcomponents: [{}], pcesvn: 1 }, tcbStatus: 'UpToDate' }] },
      'svn',
    ],
    ['with an unknown status', { tcbLevels: [tcbLevel({ ...level, status: 'Fine' })] }, 'tcbStatus'],
    [
      'with a module without signer',
      { tdxModule: { attributes: '00'.repeat(8), attributesMask: '00'.repeat(8) } },
      'tdxModule',
    ],
    [
      'with a module without levels',
      { tdxModuleIdentities: [without('tcbLevels', moduleIdentity('TDX_01'))] },
      'module',
    ],
  ];
  for (const [what, change, name] of MALFORMED)
    it(`${what}: TcbInfoMalformed`, async () => {
      await expectRefusal(intel(), () => showTcbInfo(intel(), info(change)), 'TcbInfoMalformed', field(name));
    });

  it('is shown, with who signed it and since when', async () => {
    const { tcb } = intel();
    const shown = await tcb.tcbInfo(TDX, FMSPC);
    expect([shown.evaluation, shown.issueDate, shown.nextUpdate, shown.signer]).to.deep.equal([
      18n,
      BigInt(AT - DAY),
      BigInt(AT + 29 * DAY),
      BigInt(SIGNER_INDEX),
    ]);
    expect((await tcb.formerTcbInfo(TDX, FMSPC)).evaluation).to.equal(0n);
    await bringTcbInfo(intel(), info({ tcbEvaluationDataNumber: 19 }));
    expect((await tcb.formerTcbInfo(TDX, FMSPC)).data).to.equal(shown.data);
    expect((await tcb.tcbInfo(TDX, FMSPC)).evaluation).to.equal(19n);
    await bringQeIdentity(intel(), identity({ tcbEvaluationDataNumber: 18 }));
    expect((await tcb.qeIdentity(TDX)).evaluation).to.equal(18n);
    expect((await tcb.formerQeIdentity(TDX)).evaluation).to.equal(17n);
    expect(await tcb.certificates()).to.equal(await intel().certificates.getAddress());
  });

  it('without the gas to keep it: DataContractNotCreated', async () => {
    const [bytes, signature] = signedText(info(), INTEL_PAIRS.signer);
    const { tcb, anyone } = intel();
    const by = tcb.connect(anyone);
    const whole = await by.bringTcbInfo.estimateGas(bytes, signature, SIGNER_INDEX);
    // a 64th of what the creation was given is left to say why
    const gasLimit = whole - 20_000n;
    await expectRefusal(
      intel(),
      () => by.bringTcbInfo.staticCall(bytes, signature, SIGNER_INDEX, { gasLimit }),
      ...(['DataContractNotCreated', (3 + 4 + 3 + 2) * 32 + 1] as const),
    );
  });
});
