/** Verifiers that options ask for: made under the DAO, told to the registry, and never with anybody's root off a local chain. */

import { expect } from 'chai';
import { hexlify, id, sha256 } from 'ethers';
import { network } from 'hardhat';
import { requireHandedOver } from '../../../scripts/deploy/audit/audit.ts';
import { daoOptions } from '../../../scripts/deploy/daoOptions.ts';
import {
  type DeployOptions,
  type IntelOptions,
  localOptions,
  type NitroOptions,
} from '../../../scripts/deploy/options.ts';
import { deploy, requireFit } from '../../../scripts/deploy.ts';
import { decodePem } from '../../../signer/evidence/formats/pem.ts';
import { revocationList } from '../../../signer/tee/issuers/certificates.ts';
import { intelAuthority } from '../../../signer/tee/issuers/intel/authority.ts';
import { derivedPair } from '../../../signer/tee/issuers/keys.ts';
import { nitroAuthority } from '../../../signer/tee/issuers/nitro/authority.ts';
import { describeSamples, readRoot } from '../../evidence/support/samples.ts';
import { world } from '../support/chain.ts';

const nitroOf = (root: Uint8Array): NitroOptions => ({
  ...{ root: hexlify(root), platformSalt: id('salt') },
  ...{ documentSeconds: 10_800, registrationSeconds: 2_592_000 },
});
const DEVELOPMENT = nitroOf(nitroAuthority(new Uint8Array(32).fill(7)).root);
const SEED = new Uint8Array(32).fill(7);
const POLICY = {
  ...{ registrationSeconds: 2_592_000, overdueSeconds: 86_400, evaluationGraceSeconds: 604_800 },
  ...{ leastTcbEvaluation: 17, leastQeEvaluation: 16 },
};
const intelOf = (root: Uint8Array): IntelOptions => ({
  ...{ root: hexlify(root), platformSalt: id('salt'), sgx: true, policy: POLICY },
});
const INTEL = intelOf(intelAuthority(SEED).root);
const ALLOCATIONS = [{ holder: `0x${'12'.repeat(20)}`, amount: 10n ** 24n }];
const options = daoOptions({ name: 'A', symbol: 'A', allocations: ALLOCATIONS }, null);

describe('verifiers of a deployment', () => {
  it('of Nitro are three contracts under the DAO, which the registry asks and the record names', async () => {
    const it_ = await world({ nitro: DEVELOPMENT, intel: INTEL });
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

  it('of Intel are four contracts under the DAO, with one policy and one salt, which the registry asks and the record names', async () => {
    const it_ = await world({ intel: INTEL });
    const { intelCertificates, intelTcb, tdxVerifier, sgxVerifier, accessManager, enclaveRegistry, record } = it_;
    for (const verifier of [tdxVerifier!, sgxVerifier!]) {
      expect(await enclaveRegistry.verifierOf(await verifier.tee())).to.equal(await verifier.getAddress());
      expect(await verifier.certificates()).to.equal(await intelCertificates!.getAddress());
      expect(await verifier.tcb()).to.equal(await intelTcb!.getAddress());
      expect(await verifier.platformSalt()).to.equal(INTEL.platformSalt);
    }
    for (const ruled of [intelCertificates!, intelTcb!])
      expect(await ruled.authority()).to.equal(await accessManager.getAddress());
    expect(await intelTcb!.certificates()).to.equal(await intelCertificates!.getAddress());
    expect((await intelTcb!.policy()).map(Number)).to.deep.equal(Object.values(POLICY));
    expect(await intelCertificates!.root()).to.equal(sha256(INTEL.root));
    expect(record.contracts).to.include.keys('intelCertificates', 'intelTcb', 'tdxVerifier', 'sgxVerifier');
  });

  it('of SGX is not made unless somebody asks for it', async () => {
    const { tdxVerifier, sgxVerifier, enclaveRegistry, record } = await world({ intel: { ...INTEL, sgx: false } });
    expect(sgxVerifier).to.equal(null);
    expect(await enclaveRegistry.verifierOf(await tdxVerifier!.tee())).to.equal(await tdxVerifier!.getAddress());
    expect(record.contracts).not.to.include.keys('sgxVerifier');
  });

  it('of Intel obey votes, and the deployer no more [D6]', async () => {
    const { intelCertificates, intelTcb, deployer, dao } = await world({ intel: INTEL });
    const policy = { registration: 1, overdue: 0, evaluationGrace: 0, leastTcbEvaluation: 0, leastQeEvaluation: 0 };
    const unauthorized = async (call: Promise<unknown>, contract: typeof intelTcb | typeof intelCertificates) =>
      expect(call).to.be.revertedWithCustomError(contract!, 'AccessManagedUnauthorized');
    await unauthorized(intelTcb!.connect(deployer).setPolicy(policy), intelTcb);
    await unauthorized(intelTcb!.connect(deployer).allowStatus(1, []), intelTcb);
    await unauthorized(intelTcb!.connect(deployer).disallowStatus(1), intelTcb);
    await unauthorized(intelCertificates!.connect(deployer).revoke(0, 1), intelCertificates);
    await intelTcb!.connect(dao).setPolicy(policy);
    await intelTcb!.connect(dao).allowStatus(1, []);
    await intelTcb!.connect(dao).disallowStatus(1);
    await intelCertificates!.connect(dao).revoke(0, 1);
  });

  it('of Intel are handed over also where somebody has brought a list that revokes, but not where the deployer has revoked [D6]', async () => {
    const { ethers } = await network.create();
    const [deployer, holder, anyone] = await ethers.getSigners();
    const allocations = [{ holder: holder!.address, amount: 10n ** 24n }];
    const decided = localOptions(allocations, { intel: INTEL });
    const it_ = await deploy(deployer!, decided);
    const proven = () => requireHandedOver(ethers.provider, deployer!.address, it_, decided, 0);
    const now = (await ethers.provider.getBlock('latest'))!.timestamp;
    const list = revocationList({
      ...{ issuer: 'Intel SGX Root CA', signer: derivedPair('p256', SEED, 'Intel SGX Root CA') },
      ...{ thisUpdate: now - 60, nextUpdate: now + 86_400, serials: [Uint8Array.of(0x42)] },
    });
    await it_.intelCertificates!.connect(anyone!).bringCrl(0, list);
    expect(await it_.intelCertificates!.isRevoked(0, 0x42)).to.equal(true);
    await proven();
    const timelock = await ethers.getImpersonatedSigner(await it_.timelock.getAddress());
    await anyone!.sendTransaction({ to: timelock, value: 10n ** 18n });
    await it_.intelCertificates!.connect(timelock).revoke(0, 0x43);
    await it_.intelTcb!.connect(timelock).allowStatus(4, []);
    const error = String(await proven().catch(String));
    expect(error).to.contain('intelCertificates has CertificateRevocation(0), which is not planned');
    expect(error).to.contain('intelTcb has StatusAllowed(4), which is not planned');
  });

  it('of Intel are not made unless somebody asks for them', async () => {
    const { tdxVerifier, record } = await world();
    expect(tdxVerifier).to.equal(null);
    expect(record.contracts).not.to.include.keys('tdxVerifier', 'intelTcb');
  });

  it('are refused with a development root on any chain but a local one [D6]', async () => {
    const { ethers } = await network.create({ network: 'default', override: { chainId: 100 } });
    const { chainId } = await ethers.provider.getNetwork();
    expect(() => requireFit(chainId, { ...options, nitro: DEVELOPMENT })).to.throw(
      'another root than that of AWS on chain 100',
    );
    expect(() => requireFit(chainId, { ...options, intel: INTEL })).to.throw(
      'another root than that of Intel on chain 100',
    );
    expect(() => requireFit(1_337n, { ...options, nitro: DEVELOPMENT })).to.throw('on chain 1337');
    requireFit(31_337n, localOptions(ALLOCATIONS, { nitro: DEVELOPMENT }));
  });

  describeSamples('with the vendors’ roots', 'roots', () => {
    const withRoot = (): DeployOptions => {
      return { ...options, intel: intelOf(readRoot('intel-sgx-root-ca.der')) };
    };
    it('of Intel are fit for any chain', () => requireFit(1n, withRoot()));

    it('of Intel are refused with a policy that nobody means', () => {
      for (const [field, value] of [
        ...([
          ['registrationSeconds', 0],
          ['registrationSeconds', 90 * 86_400 + 1],
        ] as const),
        ...([
          ['overdueSeconds', 30 * 86_400 + 1],
          ['evaluationGraceSeconds', 365 * 86_400 + 1],
        ] as const),
        ...([
          ['leastTcbEvaluation', 2 ** 32],
          ['leastQeEvaluation', 2 ** 32],
        ] as const),
      ]) {
        const { intel, ...rest } = withRoot();
        const policy = { ...POLICY, [field]: value };
        expect(() => requireFit(1n, { ...rest, intel: { ...intel!, policy } })).to.throw(
          `intel.policy.${field} must be`,
        );
      }
    });

    it('of AWS are fit for any chain', () => {
      const [root] = decodePem(Buffer.from(readRoot('aws-nitro-root-g1.pem')).toString(), 'root') as [Uint8Array];
      requireFit(1n, { ...options, nitro: nitroOf(root) });
    });
  });
});
