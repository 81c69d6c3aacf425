/** P-256 where a chain has the precompile of EIP-7951, where it has none, and where something else stands in its place. */

import { expect } from 'chai';
import { sha256 } from 'ethers';
import { setTime } from '../../../../../scripts/evidence/evidenceChain.ts';
import { bringAll, deployIntel, type Intel, partsOf } from '../../../../../scripts/evidence/intelChain.ts';
import { pem } from '../../../../../signer/tee/issuers/certificates.ts';
import { text } from '../../../../../signer/tee/issuers/der.ts';
import * as writer from '../../../../evidence/support/intelWriter.ts';
import { AT, CHAIN, expectRefusal, quoteOf, ROOT, SIGNER } from '../support/intelWorld.ts';

const PRECOMPILE = '0x0000000000000000000000000000000000000100';
const collateral = () => partsOf(writer.collateral('tdx', { issuerChain: pem(SIGNER, ROOT) }));

async function platform(hardfork: string, code?: string): Promise<Intel> {
  const it = await deployIntel(ROOT, AT, hardfork);
  if (code !== undefined) await it.helpers.setCode(PRECOMPILE, code);
  await bringAll(it, text(CHAIN), collateral());
  await setTime(it, AT);
  return it;
}

for (const [what, hardfork, code] of [
  ['with the precompile', 'osaka', undefined],
  ['without it', 'prague', undefined],
  ['where something answers nothing', 'prague', '0x00'],
  ['where something answers zero', 'prague', '0x60206000f3'],
] as const)
  describe(`signatures of Intel on a chain ${what} [V7]`, () => {
    let intel: Intel;
    before(async () => {
      intel = await platform(hardfork, code);
    });

    it('verify, with a high s as with a low one', async () => {
      expect((await intel.tdx.verify(quoteOf('tdx4'))).tcbStatus).to.equal(0n);
    });

    it('of other keys do not: an empty answer is no yes', async () => {
      const quote = quoteOf('tdx4', { quoteSigner: writer.INTEL_PAIRS.other });
      const digest = sha256(quote.slice(0, 632));
      await expectRefusal(intel, () => intel.tdx.verify(quote), 'QuoteSignature', digest);
      const qe = quoteOf('tdx4', { qeSigner: writer.INTEL_PAIRS.other });
      const report = sha256(qe.slice(770, 770 + 384));
      await expectRefusal(intel, () => intel.tdx.verify(qe), 'QeReportSignature', report);
    });
  });
