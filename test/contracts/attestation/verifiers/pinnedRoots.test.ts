/** On a chain that is not local, verifiers have the vendors' own roots or are not deployed: those that are pinned off chain. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ContractFactory, sha256, ZeroAddress } from 'ethers';
import { network } from 'hardhat';
import { decodePem } from '../../../../signer/evidence/formats/pem.ts';
import { AWS_ROOT, INTEL_ROOT } from '../../../../signer/evidence/roots.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import { IntelCertificates__factory } from '../../../../types/factories/contracts/attestation/verifiers/intel/IntelCertificates__factory.ts';
import { NitroCertificates__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/NitroCertificates__factory.ts';
import { INTEL_ROOT as DEVELOPMENT_INTEL } from '../../../evidence/support/intelWriter.ts';
import { NITRO_ROOT as DEVELOPMENT_AWS } from '../../../evidence/support/nitroWriter.ts';

const GENUINE = join(import.meta.dirname, '../../../../../shared/evidence/roots');
const LOCAL = 31337;
const OTHERS = [1, 11_155_111, 1337, 31_336];
const manager = `0x${'11'.repeat(20)}`;

const VENDORS = [
  {
    name: 'Intel',
    pinned: `0x${INTEL_ROOT}`,
    development: DEVELOPMENT_INTEL,
    genuine: () => new Uint8Array(readFileSync(join(GENUINE, 'intel-sgx-root-ca.der'))),
    factory: new IntelCertificates__factory(),
    values: (root: Bytes): unknown[] => [manager, root],
  },
  {
    name: 'AWS',
    pinned: `0x${AWS_ROOT}`,
    development: DEVELOPMENT_AWS,
    genuine: () => decodePem(readFileSync(join(GENUINE, 'aws-nitro-root-g1.pem'), 'utf8'), 'root')[0]!,
    factory: new NitroCertificates__factory(),
    values: (root: Bytes): unknown[] => [manager, ZeroAddress, root],
  },
] as const;

/** What a chain of this number says of the contract with this root. */
async function deployed(chainId: number, factory: ContractFactory, values: readonly unknown[]) {
  const { ethers } = await network.create({ override: { chainId } });
  const { data } = await factory.getDeployTransaction(...values);
  return ethers.provider.call({ data: data! });
}

for (const { name, pinned, development, genuine, factory, values } of VENDORS)
  describe(`the root of ${name}`, () => {
    it('may be a development root on a local chain', async () => {
      expect(await deployed(LOCAL, factory, values(development))).to.have.length.above(2);
    });

    for (const chainId of OTHERS)
      it(`may not be a development root on chain ${chainId}: RootNotPinned [V8 N6]`, async () => {
        const refusal = await deployed(chainId, factory, values(development)).catch((problem) => problem);
        const { name: said, args } = factory.interface.parseError(refusal.data)!;
        expect([said, ...args]).to.deep.equal(['RootNotPinned', sha256(development), pinned, BigInt(chainId)]);
      });

    if (existsSync(GENUINE))
      it('is the genuine one on every chain', async () => {
        expect(sha256(genuine())).to.equal(pinned);
        for (const chainId of [1, LOCAL])
          expect(await deployed(chainId, factory, values(genuine()))).to.have.length.above(2);
      });
    else it.skip('is the genuine one on every chain: needs ../shared/evidence/roots, which is absent here');
  });
