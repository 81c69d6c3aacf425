import { expect } from 'chai';
import { VENDOR_ROOTS } from '../../../signer/evidence/roots.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { issueTdx, ppidOf } from '../../../signer/tee/issuers/intel/issueTdx.ts';
import { tdRegisters } from '../../../signer/tee/registers.ts';
import { accepted, rootsOf, verdict, verifierAt } from '../../evidence/support/verifier.ts';

const SEED = new Uint8Array(32).fill(7);
const AT = Date.UTC(2026, 10, 29, 12) / 1000;
const DAY = 86_400;
const PLATFORM = Uint8Array.from({ length: 32 }, (_, at) => at + 1);
const STARTED = { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) };
const REPORT = new Uint8Array(32).fill(0x5a);
const authority = intelAuthority(SEED);

const evidence = (started = STARTED, platform = PLATFORM, reportData = REPORT) => ({
  bytes: issueTdx(authority, SEED, ppidOf(platform), tdRegisters(started), reportData),
  collateral: authority.collateralAt(AT),
});
const verifier = (at = AT, root = authority.root) => verifierAt(at, rootsOf({ intel: root }));

describe('a TDX quote of the development TEE', () => {
  it('is accepted under its root with its collateral, and says what was asked', () => {
    const its = accepted(evidence(), verifier());
    expect([its.kind, its.tcbStatus, its.advisories]).to.deep.equal(['tdx', 'UpToDate', []]);
    expect(its.reportData).to.deep.equal(Uint8Array.of(...REPORT, ...new Uint8Array(32)));
  });

  it('takes 64 bytes of report data, and no more', () => {
    const reportData = new Uint8Array(64).fill(3);
    expect(accepted(evidence(STARTED, PLATFORM, reportData), verifier()).reportData).to.deep.equal(reportData);
    expect(() => evidence(STARTED, PLATFORM, new Uint8Array(65))).to.throw('report data of 65 bytes');
  });

  it('is refused under the root of Intel, and under that of another machine’s root key', () => {
    expect(verdict(evidence(), verifierAt(AT, VENDOR_ROOTS))).to.equal('CHAIN_ROOT');
    expect(verdict(evidence(), verifier(AT, intelAuthority(SEED.with(0, 8)).root))).to.equal('CHAIN_ROOT');
  });

  it('is refused without collateral, and with what is overdue', () => {
    const { bytes } = evidence();
    expect(verdict({ bytes }, verifier())).to.equal('COLLATERAL_ABSENT');
    expect(verdict(evidence(), verifier(AT + 30 * DAY))).to.match(/EXPIRED$/);
  });

  it('is of one measurement on all machines, and of another with another image or configuration', () => {
    const here = accepted(evidence(), verifier());
    const there = accepted(evidence(STARTED, PLATFORM.with(0, 99)), verifier());
    expect(there.measurement).to.deep.equal(here.measurement);
    expect(there.platformId).not.to.deep.equal(here.platformId);
    for (const started of [
      { ...STARTED, code: Uint8Array.of(1) },
      { ...STARTED, configuration: Uint8Array.of(5) },
    ])
      expect(accepted(evidence(started), verifier()).measurement).not.to.deep.equal(here.measurement);
  });

  it('has one root for ever, and one collateral for a day', () => {
    expect(intelAuthority(SEED).root).to.deep.equal(authority.root);
    expect(authority.collateralAt(AT + 3600)).to.deep.equal(authority.collateralAt(AT));
    expect(authority.collateralAt(AT + DAY)).not.to.deep.equal(authority.collateralAt(AT));
  });
});
