/** Verifiers that options ask for: made under the DAO, told to the registry, and never with anybody's root off a local chain. */

import { expect } from 'chai';
import { hexlify, id } from 'ethers';
import { network } from 'hardhat';
import { daoOptions } from '../../../scripts/deploy/daoOptions.ts';
import { localOptions, type NitroOptions } from '../../../scripts/deploy/options.ts';
import { requireFit } from '../../../scripts/deploy.ts';
import { decodePem } from '../../../signer/evidence/formats/pem.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { describeSamples, readRoot } from '../../evidence/support/samples.ts';
import { world } from '../support/chain.ts';
import { developmentRoot } from '../support/developmentTee.ts';

const nitroOf = (root: Uint8Array): NitroOptions => ({
  ...{ root: hexlify(root), platformSalt: id('salt') },
  ...{ documentSeconds: 10_800, registrationSeconds: 2_592_000 },
});
const DEVELOPMENT = nitroOf(nitroAuthority(new Uint8Array(32).fill(7)).root);
const ALLOCATIONS = [{ holder: `0x${'12'.repeat(20)}`, amount: 10n ** 24n }];
const options = daoOptions({ name: 'A', symbol: 'A', allocations: ALLOCATIONS }, null);

describe('verifiers of a deployment', () => {
  it('of Nitro are three contracts under the DAO, which the registry asks and the record names', async () => {
    const it_ = await world({ nitro: DEVELOPMENT });
    const { nitroVerifier, nitroCertificates, p384Verifier, accessManager, enclaveRegistry, record } = it_;
    expect(await enclaveRegistry.verifierOf(await nitroVerifier!.tee())).to.equal(await nitroVerifier!.getAddress());
    expect(await nitroVerifier!.certificates()).to.equal(await nitroCertificates!.getAddress());
    expect(await nitroCertificates!.p384()).to.equal(await p384Verifier!.getAddress());
    expect(await nitroCertificates!.authority()).to.equal(await accessManager.getAddress());
    expect(record.contracts).to.include.keys('p384Verifier', 'nitroCertificates', 'nitroVerifier');
    await expect(nitroCertificates!.connect(it_.deployer).revoke(id('name'), 1)).to.be.revertedWithCustomError(
      nitroCertificates!,
      'AccessManagedUnauthorized',
    );
    await nitroCertificates!.connect(it_.dao).revoke(id('name'), 1);
  });

  it('of Nitro are not made unless somebody asks for them', async () => {
    const { nitroVerifier, record } = await world();
    expect(nitroVerifier).to.equal(null);
    expect(record.contracts).not.to.include.keys('nitroVerifier');
  });

  it('are refused with a development root on any chain but a local one', async () => {
    const { ethers } = await network.create({ network: 'default', override: { chainId: 100 } });
    const { chainId } = await ethers.provider.getNetwork();
    expect(() => requireFit(chainId, { ...options, nitro: DEVELOPMENT })).to.throw(
      'another root than that of AWS on chain 100',
    );
    expect(() => requireFit(1_337n, { ...options, nitro: DEVELOPMENT })).to.throw('on chain 1337');
    requireFit(31_337n, localOptions(ALLOCATIONS, developmentRoot(1), DEVELOPMENT));
  });

  describeSamples('with AWS’s root', 'roots', () => {
    it('are fit for any chain', () => {
      const [root] = decodePem(Buffer.from(readRoot('aws-nitro-root-g1.pem')).toString(), 'root') as [Uint8Array];
      requireFit(1n, { ...options, nitro: nitroOf(root) });
    });
  });
});
