import { expect } from 'chai';
import { decodeFunctionData } from 'viem';
import { teeOf } from '../../../../signer/evidence/identity.ts';
import { certificatesToBring, nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { toHex } from '../../../../signer/formats/hex.ts';
import { NITRO_CERTIFICATES_ABI } from '../../../../signer/host/chain/abi.ts';
import { isRetryable } from '../../../../signer/host/errors.ts';
import { presentEvidence } from '../../../../signer/host/life/present/present.ts';
import { isThere } from '../../../../signer/host/posting/goals/bringCollateral.ts';
import { nitroDocument } from '../../../evidence/support/nitroWriter.ts';
import { fakeChain } from '../../support/fakeChain.ts';
import { answering, CERTIFICATES, VERIFIER } from '../../support/nitroKeeper.ts';
import { NO_PCS } from '../../support/noPcs.ts';

const NITRO = toHex(teeOf('nitro'));
const DOCUMENT = nitroDocument();
const AT = 1_800_000_000;
const chainOf = certificatesToBring(DOCUMENT);

describe('evidence that a host presents', () => {
  const given = (...brought: readonly Uint8Array[]) => {
    const chain = fakeChain();
    chain.views.verifier = VERIFIER;
    chain.views.call = answering(new Set(brought.map(toHex)));
    return { chain, pcs: NO_PCS };
  };
  const present = (...brought: readonly Uint8Array[]) => presentEvidence(NITRO, toHex(DOCUMENT), AT, given(...brought));

  it('of a TEE that it does not know goes as it is, and nothing before it', async () => {
    expect(await presentEvidence(`0x${'7e'.repeat(32)}`, '0x1234', AT, given())).to.deep.equal({
      evidence: '0x1234',
      first: null,
    });
  });

  it('of Nitro goes with hints once all certificates are there', async () => {
    expect(await present(...chainOf.map(({ id }) => id))).to.deep.equal({
      evidence: toHex(nitroEvidence(DOCUMENT)),
      first: null,
    });
  });

  it('of Nitro wants the first certificate that is not there, issuers first, the leaf last', async () => {
    expect(chainOf).to.have.lengthOf(3);
    for (const [at, one] of chainOf.entries()) {
      const { first } = await present(...chainOf.slice(0, at).map(({ id }) => id));
      expect(first).to.include({ kind: 'bring-collateral', keeper: CERTIFICATES });
      for (const [brought, is] of [
        [chainOf.slice(0, at), false],
        [[one], true],
      ] as const)
        expect(await isThere(given(...brought.map(({ id }) => id)).chain, first!.keeper, first!.there)).to.equal(is);
      const { functionName, args } = decodeFunctionData({ abi: NITRO_CERTIFICATES_ABI, data: first!.data });
      expect(functionName).to.equal('bring');
      expect(args).to.deep.equal([toHex(one.certificate), toHex(one.parent), toHex(one.hints)]);
    }
  });

  it('of Nitro is not held back where the registry has no verifier for it: what that says is shown', async () => {
    const ports = given();
    ports.chain.views.verifier = null;
    expect((await presentEvidence(NITRO, toHex(DOCUMENT), AT, ports)).first).to.equal(null);
  });

  it('of Nitro that is none is no reason to end', async () => {
    // the last 96 bytes are r and s: of no value, of none that is in range, of another length
    const body = DOCUMENT.slice(0, -98);
    const signed = (...signature: number[]) => toHex(Uint8Array.of(...body, 0x58, signature.length, ...signature));
    const [zero, most] = [Array<number>(48).fill(0), Array<number>(48).fill(0xff)];
    const signatures = [signed(...zero, ...zero), signed(...most, ...most), signed(...most, ...zero), signed(...most)];
    const bent = toHex(DOCUMENT.with(-1, DOCUMENT.at(-1)! ^ 1));
    for (const evidence of ['0x', '0x8443', bent, ...signatures, signed(...zero, ...zero, ...most)] as const) {
      const error = await presentEvidence(NITRO, evidence, AT, given()).catch((thrown: unknown) => thrown);
      expect(isRetryable(error, 'EVIDENCE_UNUSABLE'), evidence.slice(0, 10)).to.equal(true);
    }
  });
});
