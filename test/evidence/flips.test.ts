/**
 * Whatever byte of evidence changes, nothing is accepted that says something else. A part of the bytes in the suite, all of them with
 * QUORATE_EVERY_BYTE=1 (minutes). Evidence of our own is always there; genuine evidence where it is.
 */

import { expect } from 'chai';
import { isRefusal } from '../../signer/evidence/refusal.ts';
import type { Verifier } from '../../signer/evidence/verified.ts';
import { type Evidence, verifyEvidence } from '../../signer/evidence/verifyEvidence.ts';
import { intelEvidence, intelVerifier } from './support/intelWriter.ts';
import { nitroDocument, nitroVerifier } from './support/nitroWriter.ts';
import { describeSamples, read, sample } from './support/samples.ts';
import { snpEvidence, snpVerifier } from './support/snpWriter.ts';
import { accepted, verifierAt } from './support/verifier.ts';

const IS_COMPLETE = process.env.QUORATE_EVERY_BYTE === '1';
/** A prime, so that the bytes that are tried wander through fields of any size. */
const STEP = IS_COMPLETE ? 1 : 47;
const MASKS = IS_COMPLETE ? [1, 0x20, 0x80] : [1, 0x80];

type Part = 'bytes' | 'collateral' | 'vek';

/** Where a changed byte may do no harm: the second case of a hexadecimal digit, a time that is only taken over. Then what is said must be the same. */
function tryFlips(
  evidence: Evidence,
  part: Part,
  verifier: Verifier,
): { readonly tried: number; readonly same: number } {
  const plain = accepted(evidence, verifier);
  const original = evidence[part];
  if (original === undefined) throw new Error(`no ${part}`);
  let [tried, same] = [0, 0];
  for (let at = 0; at < original.length; at += STEP)
    for (const mask of MASKS) {
      const flipped = new Uint8Array(original);
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      tried++;
      const outcome = verifyEvidence({ ...evidence, [part]: flipped }, verifier);
      if (isRefusal(outcome)) continue;
      same++;
      expect(outcome, `${part}, byte ${at}, mask ${mask}`).to.deep.equal(plain);
    }
  return { tried, same };
}

function itRefuses(what: string, part: Part, evidence: () => Evidence, verifier: () => Verifier, mayBeSame = 0): void {
  it(`${what}: no other content`, function () {
    this.timeout(IS_COMPLETE ? 1_200_000 : 20_000);
    const { tried, same } = tryFlips(evidence(), part, verifier());
    expect(tried).to.be.above(30);
    expect(same / tried, `${same} of ${tried} accepted, saying the same`).to.be.at.most(mayBeSame);
  });
}

describe('a changed byte', () => {
  itRefuses('in a Nitro document', 'bytes', () => ({ bytes: nitroDocument() }), nitroVerifier);
  for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const) {
    itRefuses(`in a quote (${kind})`, 'bytes', () => intelEvidence(kind), intelVerifier);
    // hexadecimal digits of either case, and the issuer chain that is not needed
    itRefuses(`in collateral (${kind})`, 'collateral', () => intelEvidence(kind), intelVerifier, 0.2);
  }
  itRefuses('in an SEV-SNP report', 'bytes', snpEvidence, snpVerifier);
  itRefuses("in the certificate of a report's key", 'vek', snpEvidence, snpVerifier);
});

describeSamples('a changed byte of genuine Nitro documents', 'nitro', (samples) => {
  for (const name of ['2024-02-26-prod-3a4a0301', '2026-01-03-prod-9e038c2d']) {
    const { bytes, meta } = sample(samples, name);
    itRefuses(
      name,
      'bytes',
      () => ({ bytes }),
      () => verifierAt(Math.floor(Number(meta.validAtMs) / 1000)),
    );
  }
});

describeSamples('a changed byte of genuine TDX quotes', 'tdx', (samples) => {
  const { folder, bytes } = sample(samples, '709a3cc2');
  const at = Date.parse('2025-09-29T19:26:58Z') / 1000;
  const evidence = () => ({ bytes, collateral: read(folder, 'collateral-2025-09-29.json') });
  itRefuses('709a3cc2', 'bytes', evidence, () => verifierAt(at));
  itRefuses('its collateral', 'collateral', evidence, () => verifierAt(at), 0.4);
});

describeSamples('a changed byte of genuine SGX quotes', 'sgx', (samples) => {
  const { folder, bytes } = sample(samples, '268c0681');
  const policy = { statuses: [{ status: 'SWHardeningNeeded', advisories: ['INTEL-SA-00615'] }] } as const;
  const verifier = () => verifierAt(Date.parse('2025-08-15T06:41:26Z') / 1000, undefined, policy);
  itRefuses('268c0681', 'bytes', () => ({ bytes, collateral: read(folder, 'collateral-2025-08-15.json') }), verifier);
});
