/** Genuine Nitro documents under AWS's root, on chain as off chain. */

import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import { setTime } from '../../../../scripts/evidence/evidenceChain.ts';
import { bringAll, deployNitro, refusalOfCall } from '../../../../scripts/evidence/nitroChain.ts';
import { decodePem } from '../../../../signer/evidence/formats/pem.ts';
import { decodeEnvelope } from '../../../../signer/evidence/nitro/document.ts';
import { framed, nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { AWS_ROOT } from '../../../../signer/evidence/roots.ts';
import type { EcdsaKey } from '../../../../signer/evidence/signatures/signature.ts';
import { decodeCertificate } from '../../../../signer/evidence/x509/certificate.ts';
import { describeSamples, readRoot, type Sample } from '../../../evidence/support/samples.ts';
import { accepted, verifierAt } from '../../../evidence/support/verifier.ts';
import { claimOf, hintsForAnything } from './support/p384.ts';

describeSamples('genuine Nitro documents on chain', 'nitro', (samples) => {
  const root = () => decodePem(Buffer.from(readRoot('aws-nitro-root-g1.pem')).toString(), 'root')[0]!;
  const at = ({ meta }: Sample) => Math.floor(Number(meta.validAtMs) / 1000);

  for (const one of samples.filter(({ meta }) => meta.verified !== true))
    it(`${one.name}: NitroSignature, with every slope right`, async () => {
      const nitro = await deployNitro(root(), at(one));
      await bringAll(nitro, one.bytes);
      const { signed, signature, document } = decodeEnvelope(one.bytes);
      const { key } = decodeCertificate(document.certificate, 'the leaf');
      const hints = hintsForAnything(claimOf((key as EcdsaKey).point, sha384(signed), signature));
      const verdict = await refusalOfCall(nitro, () => nitro.verifier.verify(framed(one.bytes, hints)));
      expect(verdict).to.equal('NitroSignature');
    });

  it('hang on the root that AWS names', () => {
    expect(Buffer.from(sha256(root())).toString('hex')).to.equal(AWS_ROOT);
  });

  for (const one of samples.filter(({ meta }) => meta.verified === true))
    it(`${one.name}: ${one.meta.debug === true ? 'NitroDebug' : 'accepted'}`, async () => {
      const nitro = await deployNitro(root(), at(one));
      await bringAll(nitro, one.bytes);
      const evidence = nitroEvidence(one.bytes);
      const verdict = await refusalOfCall(nitro, () => nitro.verifier.claimsOf(evidence));
      expect(verdict).to.equal(one.meta.debug === true ? 'NitroDebug' : 'accepted');
      if (verdict !== 'accepted') return;
      const claims = await nitro.verifier.claimsOf(evidence);
      const off = accepted({ bytes: one.bytes }, verifierAt(at(one)));
      expect(claims.measurement).to.equal(hexlify(off.measurement));
      expect(claims.platformId).to.equal(hexlify(off.platformId));
      expect(claims.userData).to.equal(hexlify(off.reportData));
      const verified = await refusalOfCall(nitro, () => nitro.verifier.verify(evidence));
      expect(verified).to.equal(off.reportData.length === 32 ? 'accepted' : 'NitroReportData');
      const [, ends] = (one.meta.leafValid as string[]).map((text) => Date.parse(text) / 1000);
      await setTime(nitro, ends! + 1);
      expect(await refusalOfCall(nitro, () => nitro.verifier.claimsOf(evidence))).to.equal('CertificateExpired');
    });
});
