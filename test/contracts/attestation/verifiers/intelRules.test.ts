/** Evidence of our own under a root of our own: each lie has its reason, nothing goes back, and votes decide the rest. */

import { expect } from 'chai';
import { dataLength, encodeBytes32String } from 'ethers';
import { pem } from '../../../evidence/support/certificates.ts';
import { text } from '../../../evidence/support/der.ts';
import * as writer from '../../../evidence/support/intelWriter.ts';
import { verdict } from '../../../evidence/support/verifier.ts';
import { Meter } from '../../support/gas.ts';
import {
  bringAll,
  codeOfCall,
  deployIntel,
  type Intel,
  type IntelKind,
  POLICY,
  partsOf,
  setTime,
} from './support/intel.ts';

const { cert, INTEL_AT, INTEL_PAIRS, INTEL_ROOT, intelEvidence, intelVerifier, svns, TD, tdBody } = writer;
const { other } = INTEL_PAIRS;
const DAY = 86_400;
const OUT_OF_DATE = 4;
const teeOf = (kind: writer.QuoteKind): IntelKind => (kind === 'sgx3' ? 'sgx' : 'tdx');

type Change = { readonly quote?: Partial<writer.QuoteParts>; readonly collateral?: Partial<writer.CollateralParts> };

async function deployed(hardfork = 'osaka', policy: object = {}): Promise<Intel> {
  return deployIntel(INTEL_ROOT, INTEL_AT, hardfork, policy);
}

/** The chain's verdict, of bringing and of verifying. */
async function onChain(intel: Intel, kind: writer.QuoteKind, { quote = {}, collateral = {} }: Change) {
  const parts = { ...writer.quoteParts[kind](), ...quote };
  return codeOfCall(intel, async () => {
    await bringAll(intel, text(parts.chain), partsOf(writer.collateral(teeOf(kind), collateral)));
    await setTime(intel, INTEL_AT);
    await intel[teeOf(kind)].verify(writer.quote(parts));
  });
}

const chain = (change: object) => ({ quote: { chain: pem(cert('pck', change), cert('ca'), INTEL_ROOT) } });
const outdated = svns(5, 1, 3);
const td = (change: Partial<writer.TdParts>) => ({ quote: { body: tdBody({ ...TD, ...change }, true) } });

describe('Intel evidence on chain', () => {
  const LIES: readonly (readonly [string, writer.QuoteKind, Change])[] = [
    ['nothing', 'tdx4', {}],
    ['nothing, of version 5', 'tdx5', {}],
    ['nothing, of SGX', 'sgx3', {}],
    ['the version', 'tdx4', { quote: { version: 3 } }],
    ['the kind of key', 'tdx4', { quote: { keyType: 3 } }],
    ['the vendor', 'sgx3', { quote: { vendor: new Uint8Array(16) } }],
    ['the signer of the quote', 'tdx4', { quote: { quoteSigner: other } }],
    ['the PCK', 'tdx4', { quote: { qeSigner: other } }],
    ['the certificate of the PCK', 'tdx4', chain({ pair: other, signer: other })],
    ['a CA that is none', 'tdx4', { quote: { chain: pem(cert('pck'), cert('ca', { ca: null }), INTEL_ROOT) } }],
    ['the root', 'tdx4', { quote: { chain: pem(cert('pck'), cert('ca'), cert('root', { pair: other })) } }],
    ['a PCK certificate that is a CA', 'tdx4', chain({ ca: {} })],
    ['a PCK certificate that has run out', 'tdx4', chain({ notAfter: INTEL_AT - DAY })],
    ['a PCK certificate from the future', 'tdx4', chain({ notBefore: INTEL_AT + DAY })],
    ['the signer of TCB info', 'tdx4', { collateral: { tcbSigner: other } }],
    ['the signer of QE identity', 'sgx3', { collateral: { qeIdentitySigner: other } }],
    [
      'TCB info that is due',
      'tdx4',
      { collateral: { tcbInfo: writer.tdxInfo({ nextUpdate: writer.iso(INTEL_AT - DAY) }) } },
    ],
    [
      'QE identity from the future',
      'tdx4',
      { collateral: { qeIdentity: writer.qeIdentity('TD_QE', { issueDate: writer.iso(INTEL_AT + DAY) }) } },
    ],
    ['a list that is due', 'tdx4', { collateral: { pckCrl: writer.pckCrl({ nextUpdate: INTEL_AT - DAY }) } }],
    ['a list by another key', 'tdx4', { collateral: { pckCrl: writer.pckCrl({ signer: other }) } }],
    ['the product of the QE', 'tdx4', { quote: { qe: { ...writer.QE, isvProdId: 1 } } }],
    ['an old QE', 'tdx4', { quote: { qe: { ...writer.QE, isvSvn: 1 } } }],
    ['debug', 'tdx5', td({ tdAttributes: Uint8Array.of(1, 0, 0, 0x10, 0, 0, 0, 0) })],
    ['migration', 'tdx5', td({ tdAttributes: Uint8Array.of(0, 0, 0, 0x30, 0, 0, 0, 0) })],
    ['SEPT_VE_DISABLE', 'tdx5', td({ tdAttributes: new Uint8Array(8) })],
    ['a service TD', 'tdx5', td({ mrServiceTd: new Uint8Array(48).fill(1) })],
    ['the signer of the module', 'tdx5', td({ mrSignerSeam: new Uint8Array(48).fill(1) })],
    ['a module that is not known', 'tdx5', td({ teeTcbSvn: svns(5, 9, 4) })],
    ['a module that is too old', 'tdx5', td({ teeTcbSvn: svns(1, 1, 4) })],
    ['a platform that is out of date', 'tdx5', td({ teeTcbSvn: outdated })],
    ['SVNs below every level', 'tdx5', td({ teeTcbSvn: svns(5, 1, 1) })],
    ['the second SVNs alone', 'tdx5', td({ teeTcbSvn2: outdated })],
    [
      'debug of SGX',
      'sgx3',
      { quote: { body: writer.sgxReport({ ...writer.SGX, attributes: Uint8Array.of(7, ...new Uint8Array(15)) }) } },
    ],
  ];

  for (const [what, kind, change] of LIES)
    it(`that lies about ${what} has the verdict of off chain [V3]`, async () => {
      const off = verdict(intelEvidence(kind, change.quote, change.collateral), intelVerifier());
      if (what.startsWith('nothing')) expect(off).to.equal('accepted');
      else expect(off).to.not.equal('accepted');
      expect(await onChain(await deployed(), kind, change)).to.equal(off);
    });

  it('is verified in Solidity where the chain has no precompile, and refused there too [V7]', async () => {
    const intel = await deployed('prague');
    expect(await onChain(intel, 'tdx4', {})).to.equal('accepted');
    expect(await onChain(intel, 'tdx4', { quote: { quoteSigner: other } })).to.equal('QUOTE_SIGNATURE');
  });

  it('is not accepted before its chain was brought', async () => {
    const intel = await deployed();
    const { bytes } = intelEvidence('tdx4');
    expect(await codeOfCall(intel, () => intel.tdx.verify(bytes))).to.equal('COLLATERAL_ABSENT');
  });
});

describe('Intel collateral', () => {
  const info = (evaluation: number, issued: number, change: object = {}) =>
    writer.tdxInfo({ tcbEvaluationDataNumber: evaluation, issueDate: writer.iso(INTEL_AT - issued), ...change });

  async function bring(intel: Intel, tcbInfo: object) {
    const parts = partsOf(intelEvidence('tdx4', {}, { tcbInfo }).collateral!);
    return codeOfCall(intel, async () => {
      await (await intel.tcb.connect(intel.anyone).bringTcbInfo(parts.tcbInfo, parts.tcbInfoSignature, 1)).wait();
    });
  }

  it('never goes back, in issue date or evaluation [V2]', async () => {
    const intel = await deployed();
    expect(await onChain(intel, 'tdx4', { collateral: { tcbInfo: info(18, DAY) } })).to.equal('accepted');
    expect(await bring(intel, info(18, DAY))).to.equal('TCB_INFO_ROLLBACK');
    expect(await bring(intel, info(18, 2 * DAY))).to.equal('TCB_INFO_ROLLBACK');
    expect(await bring(intel, info(17, DAY / 2))).to.equal('TCB_INFO_ROLLBACK');
    expect(await bring(intel, info(19, 2 * DAY))).to.equal('TCB_INFO_ROLLBACK');
    expect(await bring(intel, info(18, DAY / 2))).to.equal('accepted');
    expect(await bring(intel, info(19, DAY / 4))).to.equal('accepted');
  });

  it('that a vote wants newer counts no more', async () => {
    const intel = await deployed();
    expect(await onChain(intel, 'tdx4', {})).to.equal('accepted');
    await intel.tcb.setPolicy({ ...POLICY, leastTcbEvaluation: 19 });
    expect(await onChain(intel, 'tdx4', {})).to.equal('TCB_INFO_ROLLBACK');
  });

  it('revokes for ever: a list, and a vote [V2]', async () => {
    const serial = Uint8Array.of(0x11, 0x22, 0x77, 0x77);
    const change = { quote: { chain: pem(cert('pck', { serial }), cert('ca'), INTEL_ROOT) } };
    const listed = await deployed();
    const lists = { ...change, collateral: { pckCrl: writer.pckCrl({ serials: [serial] }) } };
    expect(await onChain(listed, 'tdx4', lists)).to.equal('CERTIFICATE_REVOKED');
    const later = writer.pckCrl({ thisUpdate: INTEL_AT - DAY / 2 });
    await listed.certificates.bringCrl(2, later);
    expect(await onChain(listed, 'tdx4', change)).to.equal('CERTIFICATE_REVOKED');
    expect(await codeOfCall(listed, () => listed.certificates.bringCrl.staticCall(2, later))).to.equal('CRL_ROLLBACK');
    const voted = await deployed();
    expect(await onChain(voted, 'tdx4', change)).to.equal('accepted');
    await voted.certificates.revoke(2, `0x${Buffer.from(serial).toString('hex')}`);
    expect(await onChain(voted, 'tdx4', change)).to.equal('CERTIFICATE_REVOKED');
  });

  it('obeys votes alone in its policy', async () => {
    const { tcb, certificates, anyone } = await deployed();
    const by = tcb.connect(anyone);
    for (const call of [
      by.allowStatus(OUT_OF_DATE, []),
      by.disallowStatus(OUT_OF_DATE),
      certificates.connect(anyone).revoke(0, 1),
    ])
      await expect(call).to.be.revertedWithCustomError(tcb, 'AccessManagedUnauthorized');
  });

  it('is accepted out of date where a vote names all its advisories, and Revoked is not votable [V5]', async () => {
    const intel = await deployed();
    const change = td({ teeTcbSvn: outdated });
    expect(await onChain(intel, 'tdx5', change)).to.equal('TCB_STATUS');
    await intel.tcb.allowStatus(OUT_OF_DATE, [encodeBytes32String('INTEL-SA-1')]);
    expect(await onChain(intel, 'tdx5', change)).to.equal('TCB_STATUS');
    await intel.tcb.allowStatus(OUT_OF_DATE, [encodeBytes32String('INTEL-SA-2')]);
    expect(await onChain(intel, 'tdx5', change)).to.equal('accepted');
    await intel.tcb.disallowStatus(OUT_OF_DATE);
    expect(await onChain(intel, 'tdx5', change)).to.equal('TCB_STATUS');
    for (const status of [0, 6])
      await expect(intel.tcb.allowStatus(status, []))
        .to.be.revertedWithCustomError(intel.tcb, 'IntelTcbStatusNotVotable')
        .withArgs(status);
  });

  it('of the evaluation before counts while the grace lasts, and the outlook says until when [V4 V6]', async () => {
    const intel = await deployed('osaka', { evaluationGrace: 3 * DAY });
    const quote = { chain: pem(cert('pck'), cert('ca'), INTEL_ROOT) };
    expect(await onChain(intel, 'tdx4', { quote })).to.equal('accepted');
    const higher = writer.tdxInfo({
      tcbEvaluationDataNumber: 19,
      tcbLevels: [
        writer.tcbLevel({ sgx: writer.all(6), pce: 11, tdx: writer.all(0), status: 'UpToDate' }),
        writer.tcbLevel({
          sgx: writer.all(5),
          pce: 11,
          tdx: writer.all(0),
          status: 'OutOfDate',
          advisories: ['INTEL-SA-9'],
        }),
      ],
    });
    expect(await bring(intel, higher)).to.equal('accepted');
    const bytes = writer.quote({ ...writer.quoteParts.tdx4(), ...quote });
    const { since } = await intel.tcb.tcbInfo(await intel.tdx.tee(), '0x00806f050000');
    const outlook = await intel.tdx.outlook(bytes);
    expect([outlook.isAllowed, outlook.acceptedUntil, outlook.verdict.status]).to.deep.equal([
      false,
      since + BigInt(3 * DAY),
      BigInt(OUT_OF_DATE),
    ]);
    expect((await intel.tdx.verify(bytes)).validUntil).to.equal(since + BigInt(3 * DAY));
    await setTime(intel, Number(since) + 3 * DAY);
    expect(await codeOfCall(intel, () => intel.tdx.verify(bytes))).to.equal('TCB_STATUS');
    expect((await intel.tdx.outlook(bytes)).acceptedUntil).to.equal(0n);
  });
});

describe('Intel evidence, in gas', () => {
  const meter = new Meter('gas-intel.json');
  const MOST = 80_000; // of a quote, with its collateral brought: a call from another contract, target warm

  for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const)
    it(`costs what the snapshot says: ${kind}`, async () => {
      const intel = await deployed();
      const parts = writer.quoteParts[kind]();
      const brought = await bringAll(intel, text(parts.chain), partsOf(writer.collateral(teeOf(kind))));
      await setTime(intel, INTEL_AT);
      for (const [name, gas] of Object.entries(brought)) expect(gas, name).to.be.below(4_000_000n);
      const verifier = intel[teeOf(kind)];
      const call = verifier.interface.encodeFunctionData('verify', [writer.quote(parts)]);
      const { used } = await intel.meter.measure(verifier, call);
      expect(used).to.be.below(MOST);
      meter.used[`verify.${kind}`] = Number(used);
    });

  it('is what the snapshot says', () => meter.compare());

  it('fits each contract into the size that a chain allows', async () => {
    const intel = await deployed();
    for (const contract of [intel.certificates, intel.tcb, intel.tdx, intel.sgx])
      expect(dataLength(await intel.ethers.provider.getCode(contract))).to.be.at.most(24_576);
  });
});
