/** Genuine Nitro documents under AWS's root, on chain as off chain. */

import { expect } from 'chai';
import { hexlify } from 'ethers';
import { decodePem } from '../../../../signer/evidence/formats/pem.ts';
import { nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { describeSamples, readRoot, type Sample } from '../../../evidence/support/samples.ts';
import { accepted, verifierAt } from '../../../evidence/support/verifier.ts';
import { bringAll, deployNitro, refusalOfCall } from './support/nitro.ts';

describeSamples('genuine Nitro documents on chain', 'nitro', (samples) => {
  const root = () => decodePem(Buffer.from(readRoot('aws-nitro-root-g1.pem')).toString(), 'root')[0]!;
  const at = ({ meta }: Sample) => Math.floor(Number(meta.validAtMs) / 1000);

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
    });
});
