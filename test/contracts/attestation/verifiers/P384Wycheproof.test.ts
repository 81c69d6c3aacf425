/** Wycheproof's P-384 signatures on chain: all that the strict reader of DER lets pass, with the best hints that can be made for each. */

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { network } from 'hardhat';
import { refusalOf } from '../../../../scripts/evidence/evidenceChain.ts';
import { hintsWith, multiplierOf, type P384Claim, p384Hints } from '../../../../signer/evidence/nitro/p384Hints.ts';
import { EvidenceRefused } from '../../../../signer/evidence/refusal.ts';
import { decodeKey, ecdsaFromDer } from '../../../../signer/evidence/signatures/signature.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import type { P384Verifier } from '../../../../types/contracts/attestation/verifiers/nitro/P384Verifier.ts';
import { P384Verifier__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import { hexBytes, WYCHEPROOF_P384, type WycheproofTest } from '../../../evidence/support/wycheproof.ts';
import { claimOf, lifted, N, struct } from './support/p384.ts';

type Readable = { readonly test: WycheproofTest; readonly point: Bytes; readonly digest: Bytes; readonly raw: Bytes };

function readable(spki: string, test: WycheproofTest): Readable | null {
  const { point } = decodeKey(hexBytes(spki), 'the key');
  const digest = new Uint8Array(createHash('sha384').update(hexBytes(test.msg)).digest());
  try {
    return { test, point, digest, raw: ecdsaFromDer('p384', hexBytes(test.sig), 'it') };
  } catch (error) {
    if (error instanceof EvidenceRefused) return null;
    throw error;
  }
}

/** Of what does not hold: every slope right, for some point; no hints at all where numbers are out of range. */
function hintsAgainst(claim: P384Claim): Bytes {
  const inRange = [claim.r, claim.s].every((one) => one > 0n && one < N);
  const point = inRange ? (lifted(claim.r) ?? claim.key) : null;
  return point === null ? new Uint8Array(3 * 48) : hintsWith(claim, point, multiplierOf(claim));
}

describe('P384Verifier and Wycheproof', () => {
  const all = WYCHEPROOF_P384.flatMap(({ spki, tests }) => tests.map((test) => readable(spki, test))).filter(
    (one) => one !== null,
  );
  let verifier: P384Verifier;

  before(async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    verifier = await new P384Verifier__factory(deployer!).deploy();
  });

  async function accepted(claim: P384Claim, hints: Bytes): Promise<boolean> {
    try {
      return await verifier.verify(struct(claim), hints);
    } catch (problem) {
      if (refusalOf(problem, [verifier]) === null) throw problem;
      return false;
    }
  }

  it('all 168 that hold are accepted, and no other', async () => {
    let held = 0;
    for (const { test, point, digest, raw } of all) {
      const claim = claimOf(point, digest, raw);
      const hints = p384Hints(point, digest, raw);
      expect(hints !== null, `hints for ${test.tcId}: ${test.comment}`).to.equal(test.result === 'valid');
      const said = await accepted(claim, hints ?? hintsAgainst(claim));
      expect(said, `${test.tcId}: ${test.comment}`).to.equal(test.result === 'valid');
      held += Number(said);
    }
    expect({ held, readable: all.length }).to.deep.equal({ held: 168, readable: 239 });
  });
});
