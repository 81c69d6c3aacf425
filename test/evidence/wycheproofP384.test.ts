/** Wycheproof's P-384 signatures in DER, as certificates carry them: OpenSSL and plain JavaScript behind our own readers say what it says. */

import { expect } from 'chai';
import { EvidenceRefused } from '../../signer/evidence/refusal.ts';
import { verifyWithNoble } from '../../signer/evidence/signatures/noble.ts';
import { verifyWithNode } from '../../signer/evidence/signatures/node.ts';
import {
  decodeKey,
  ecdsaFromDer,
  requireSignature,
  type VerifySignature,
} from '../../signer/evidence/signatures/signature.ts';
import { hexBytes, WYCHEPROOF_P384, type WycheproofTest } from './support/wycheproof.ts';

const ENGINES = { node: verifyWithNode, noble: verifyWithNoble };

/** Refusals alone count as a no: whatever else is thrown is a bug. */
function holds(verify: VerifySignature, spki: string, { msg, sig }: WycheproofTest): boolean {
  const key = decodeKey(hexBytes(spki), 'the key');
  try {
    const signature = ecdsaFromDer('p384', hexBytes(sig), 'it');
    requireSignature(verify, key, hexBytes(msg), signature, 'CHAIN_SIGNATURE', 'it');
    return true;
  } catch (error) {
    if (error instanceof EvidenceRefused) return false;
    throw error;
  }
}

describe('Wycheproof, P-384 with SHA-384', () => {
  const all = WYCHEPROOF_P384.flatMap(({ spki, tests }) => tests.map((test) => ({ spki, test })));

  it('has 408 signatures here, 168 of which hold', () => {
    expect(all.length).to.equal(408);
    expect(all.filter(({ test }) => test.result === 'valid').length).to.equal(168);
  });

  for (const [engine, verify] of Object.entries(ENGINES))
    it(`is agreed with by ${engine}, and by the strict reader of DER before it`, () => {
      for (const { spki, test } of all)
        expect(holds(verify, spki, test), `${test.tcId}: ${test.comment}`).to.equal(test.result === 'valid');
    });
});
