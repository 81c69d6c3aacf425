/** What is pinned is what the vendors publish: the way from root to pinned key, walked once. */

import { createHash, X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { AWS_ROOT, INTEL_ROOT, VENDOR_ROOTS } from '../../signer/evidence/roots.ts';
import { AMD_ISSUERS, ARK_FINGERPRINTS } from '../../signer/evidence/snp/issuers.ts';
import { describeSamples, readRoot } from './support/samples.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** AMD's files have blank lines, which our reader refuses; Node's does not mind. */
const pemOf = (file: string) =>
  (
    Buffer.from(readRoot(file))
      .toString('ascii')
      .match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  ).map((one) => new X509Certificate(one));
const sha256Of = (one: X509Certificate) => sha256(one.raw);
const FILES = {
  VCEK: { Genoa: 'genoa', Turin: 'turin_vcek' },
  VLEK: { Genoa: 'genoa_vlek', Turin: 'turin_vlek' },
} as const;

describeSamples('the pinned roots', 'snp', () => {
  it('are the one of AWS and the one of Intel', () => {
    expect(pemOf('aws-nitro-root-g1.pem').map(sha256Of)).to.deep.equal([AWS_ROOT]);
    expect(sha256(readRoot('intel-sgx-root-ca.der'))).to.equal(INTEL_ROOT);
    expect(pemOf('intel-tcb-signing-chain.pem').map(sha256Of)[1]).to.equal(INTEL_ROOT);
    expect(VENDOR_ROOTS).to.deep.include({ aws: [Buffer.from(AWS_ROOT, 'hex')].map((one) => new Uint8Array(one)) });
  });

  for (const { product, signs, name, modulus, exponent } of AMD_ISSUERS)
    it(`${name} is the key that the ARK of ${product} certifies`, () => {
      const [ask, ark] = pemOf(`amd-ask_ark_${FILES[signs][product]}.pem`);
      if (ask === undefined || ark === undefined) throw new Error('two certificates');
      expect(ark.fingerprint256.replaceAll(':', '').toLowerCase()).to.equal(ARK_FINGERPRINTS[product]);
      expect([ark.verify(ark.publicKey), ask.verify(ark.publicKey)]).to.deep.equal([true, true]);
      expect(ask.subject).to.contain(`CN=${name}`);
      const { n, e } = ask.publicKey.export({ format: 'jwk' });
      expect(Buffer.from(n ?? '', 'base64url').toString('hex')).to.equal(Buffer.from(modulus).toString('hex'));
      expect(Number.parseInt(Buffer.from(e ?? '', 'base64url').toString('hex'), 16)).to.equal(exponent);
    });
});

describe('the pinned issuers of AMD', () => {
  it('are four keys of 4,096 bits, none of Milan', () => {
    expect(AMD_ISSUERS.map(({ name }) => name)).to.deep.equal([
      'SEV-Genoa',
      'SEV-VLEK-Genoa',
      'SEV-Turin',
      'SEV-VLEK-Turin',
    ]);
    for (const { modulus } of AMD_ISSUERS) expect([modulus.length, (modulus[0] ?? 0) >> 7]).to.deep.equal([512, 1]);
  });
});
