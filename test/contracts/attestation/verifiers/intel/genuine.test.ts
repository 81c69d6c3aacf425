/** Genuine quotes on chain, by real collateral at their time: the verdict of `signer/evidence`, and no part that could be another. */

import { expect } from 'chai';
import { hexlify } from 'ethers';
import { setTime } from '../../../../../scripts/evidence/evidenceChain.ts';
import {
  bringAll,
  chainOf,
  codeOfCall,
  deployIntel,
  type Intel,
  type IntelKind,
  partsOf,
} from '../../../../../scripts/evidence/intelChain.ts';
import { isRefusal } from '../../../../../signer/evidence/refusal.ts';
import { verifyEvidence } from '../../../../../signer/evidence/verifyEvidence.ts';
import { describeSamples, read, readRoot, type Sample, sample } from '../../../../evidence/support/samples.ts';
import { verifierAt } from '../../../../evidence/support/verifier.ts';

const root = () => readRoot('intel-sgx-root-ca.der');
/** Gas of a transaction that brings something, its calldata included. */
const MOST_BRING = 4_000_000n;
type Rated = { readonly file: string; readonly validAt: number };
const ratedOf = ({ meta }: Sample) => (meta.collateral ?? []) as Rated[];

/** What both say of one quote with one file of collateral at its time. */
async function verdicts(kind: IntelKind, one: Sample, { file, validAt: at }: Rated) {
  const collateral = read(one.folder, file);
  const off = verifyEvidence({ bytes: one.bytes, collateral }, verifierAt(at));
  const intel = await deployIntel(root(), at);
  const on = await codeOfCall(intel, async () => {
    const gas = await bringAll(intel, chainOf(kind, one.bytes), partsOf(collateral));
    for (const [name, used] of Object.entries(gas)) expect(used, name).to.be.below(MOST_BRING);
    await setTime(intel, at);
    await intel[kind].verify(one.bytes);
  });
  return { off, on, intel };
}

for (const kind of ['tdx', 'sgx'] as const)
  describeSamples(`genuine ${kind.toUpperCase()} quotes on chain`, kind, (samples) => {
    for (const one of samples)
      for (const rated of ratedOf(one))
        it(`${one.name} with ${rated.file}: one verdict on chain and off`, async () => {
          const { off, on, intel } = await verdicts(kind, one, rated);
          expect(on).to.equal(isRefusal(off) ? off.code : 'accepted');
          if (isRefusal(off)) return;
          const said = await intel[kind].verify(one.bytes);
          expect(said.measurement).to.equal(hexlify(off.measurement));
          expect(said.platformId).to.equal(hexlify(off.platformId));
          expect(said.reportData).to.equal(hexlify(off.reportData.slice(0, 32)));
          expect([said.notBefore, said.validUntil]).to.deep.equal([BigInt(off.notBefore), BigInt(off.validUntil)]);
          expect([said.tcbStatus, said.evaluationNumber]).to.deep.equal([0n, BigInt(off.evaluationNumber ?? 0)]);
        });
  });

describeSamples('a genuine TDX quote on chain', 'tdx', (samples) => {
  const one = sample(samples, '709a3cc2');
  const at = Date.parse('2025-09-29T19:26:58Z') / 1000;
  let intel: Intel;

  before(async () => {
    intel = await deployIntel(root(), at);
    const parts = partsOf(read(one.folder, 'collateral-2025-09-29.json'));
    await bringAll(intel, chainOf('tdx', one.bytes), parts);
    await setTime(intel, at);
  });

  it('is refused with any byte flipped that means something', async () => {
    const end = one.bytes.length - chainOf('tdx', one.bytes).length;
    const meaningless = [one.bytes.length - 1]; // the NUL behind the chain
    const step = process.env.QUORATE_EVERY_BYTE === '1' ? 1 : 13;
    const places = Array.from({ length: one.bytes.length }, (_, place) => place).filter(
      (place) => !meaningless.includes(place) && (place % step === 0 || (place < end && place % 5 === 0)),
    );
    for (const place of places) {
      const bytes = one.bytes.slice();
      bytes[place]! ^= 1;
      expect(await codeOfCall(intel, () => intel.tdx.verify(bytes)), `byte ${place}`).to.not.equal('accepted');
    }
  });
});
