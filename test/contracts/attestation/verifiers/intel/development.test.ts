/** Quotes of the development TEE, under its own root: the contracts say of them what the verifier off chain says, and what a vote would admit. */

import { expect } from 'chai';
import { hexlify } from 'ethers';
import { refusalOf } from '../../../../../scripts/evidence/evidenceChain.ts';
import { bringAll, chainOf, contractsOf, deployIntel, partsOf } from '../../../../../scripts/evidence/intelChain.ts';
import { intelAuthority } from '../../../../../signer/tee/issuers/intel/authority.ts';
import { issueTdx, ppidOf } from '../../../../../signer/tee/issuers/intel/issueTdx.ts';
import { measureAs } from '../../../../../signer/tee/measured.ts';
import { tdRegisters } from '../../../../../signer/tee/registers.ts';
import { accepted, rootsOf, verifierAt } from '../../../../evidence/support/verifier.ts';

const SEED = new Uint8Array(32).fill(7);
const AT = Date.UTC(2026, 10, 29, 12) / 1000;
const STARTED = { code: Uint8Array.of(1, 2, 3), configuration: Uint8Array.of(4) };
const REPORT = new Uint8Array(32).fill(0x5a);
const authority = intelAuthority(SEED);
const collateral = authority.collateralAt(AT);
const quoteOn = (machine: number) =>
  issueTdx(authority, SEED, ppidOf(new Uint8Array(32).fill(machine)), tdRegisters(STARTED), REPORT);

describe('a quote of the development TEE on chain', () => {
  it('is accepted, with what is said off chain, and with the measurement of what was started', async () => {
    const it_ = await deployIntel(authority.root, AT);
    for (const machine of [1, 2]) {
      const bytes = quoteOn(machine);
      await bringAll(it_, chainOf('tdx', bytes), partsOf(collateral));
      const on = await it_.tdx.verify(bytes);
      const off = accepted({ bytes, collateral }, verifierAt(AT, rootsOf({ intel: authority.root })));
      expect([on.measurement, on.platformId]).to.deep.equal([hexlify(off.measurement), hexlify(off.platformId)]);
      expect(on.measurement).to.equal(hexlify(measureAs('tdx', STARTED).measurement));
      expect(on.reportData).to.equal(hexlify(REPORT));
    }
  });

  it('is refused under the root of another machine’s root key', async () => {
    const it_ = await deployIntel(intelAuthority(SEED.with(0, 8)).root, AT);
    const problem = await bringAll(it_, chainOf('tdx', quoteOn(1)), partsOf(collateral)).catch((error) => error);
    expect(refusalOf(problem, contractsOf(it_))?.name).to.equal('CrlSignature');
  });
});
