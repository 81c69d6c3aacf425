import { expect } from 'chai';
import { id, type Wallet, ZeroAddress, ZeroHash } from 'ethers';
import type { RegistrationStruct } from '../../../types/contracts/attestation/IEnclaveRegistry.ts';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { world } from '../support/chain.ts';
import {
  bootEntry,
  bootRecord,
  type Enclave,
  eligibleEnclaves,
  evidenceFor,
  MEASUREMENT,
  makeEnclave,
  RECORD,
  recordBoot,
  register,
  registrationOf,
  signPresentation,
  signRegistration,
} from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { reportData } from '../support/preimages.ts';
import { MAX_AGE, type Statement, TEE, VENDOR } from '../support/tee.ts';

const STATUS = { none: 0n, active: 1n, suspended: 2n };

describe('EnclaveRegistry', () => {
  const made = fresh(async () => {
    const it = await world();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const [alice, bob] = [await makeEnclave(it, it.operators[0]!, 'a'), await makeEnclave(it, it.operators[1]!, 'b')];
    return { it, registry: it.enclaveRegistry, alice, bob };
  });

  /** A registration with one thing wrong, everything else as it should be. */
  async function attempt(
    enclave: Enclave,
    change: Partial<RegistrationStruct>,
    statement: Partial<Statement> = {},
    signers: { identity?: Pick<Wallet, 'signTypedData'>; operator?: Pick<Wallet, 'signTypedData'> } = {},
  ) {
    const { it, registry } = made();
    const registration = await registrationOf(it, enclave, change);
    const evidence = await evidenceFor(it, registration, statement);
    return registry.register(
      registration,
      evidence,
      await signRegistration(it, signers.identity ?? enclave.identity, registration),
      await signPresentation(it, signers.operator ?? enclave.operator, registration, evidence),
    );
  }

  describe('register', () => {
    it('keeps what was proven and what was declared', async () => {
      const { it, registry, alice } = made();
      const registration = await registrationOf(it, alice);
      await expect(register(it, alice))
        .to.emit(registry, 'EnclaveRegistered')
        .withArgs(
          alice.id,
          alice.operator,
          alice.identity,
          MEASUREMENT,
          (emitted: unknown[]) => emitted[0] === registration.operator,
        );
      const shown = await registry.enclave(alice.id);
      expect(shown.status).to.equal(STATUS.active);
      expect([shown.operator, shown.identity]).to.deep.equal([alice.operator.address, alice.identity.address]);
      expect([shown.measurement, shown.platformId]).to.deep.equal([MEASUREMENT, id('platform')]);
      expect([shown.region, shown.tlsKey, shown.endpoint]).to.deep.equal([
        id('region'),
        id('tls key'),
        'wss://localhost:7000',
      ]);
      expect(Number(shown.validUntil)).to.be.closeTo((await it.helpers.time.latest()) + MAX_AGE, 5);
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
      expect(await registry.identityOf(alice.id)).to.equal(alice.identity.address);
      expect(await registry.enclaveId(alice.operator, alice.identity)).to.equal(alice.id);
    });

    it('says from when to when an attestation holds', async () => {
      const { it, registry, alice } = made();
      await expect(register(it, alice))
        .to.emit(registry, 'EnclaveAttested')
        .withArgs(alice.id, 1, id('platform'), (until: bigint) => until > 0n);
    });

    it('re-attests under the next epoch, with a fresh challenge', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await it.helpers.time.increase(1000);
      const { validUntil } = await registry.enclave(alice.id);
      await register(it, alice, { epoch: 2, endpoint: 'wss://elsewhere:1' });
      const shown = await registry.enclave(alice.id);
      expect([shown.epoch, shown.endpoint]).to.deep.equal([2n, 'wss://elsewhere:1']);
      expect(shown.validUntil).to.be.above(validUntil);
      expect(await registry.enclaveCount()).to.equal(1);
    });

    for (const [first, epoch] of [
      ['first', 0],
      ['first', 2],
      ['second', 1],
      ['second', 3],
    ] as const)
      it(`refuses epoch ${epoch} for a ${first} registration`, async () => {
        const { it, registry, alice } = made();
        if (first === 'second') await register(it, alice);
        await expect(attempt(alice, { epoch }))
          .to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongEpoch')
          .withArgs(alice.id, epoch, first === 'second' ? 2 : 1);
      });

    it('refuses the same evidence twice [E1]', async () => {
      const { it, registry, alice } = made();
      const registration = await registrationOf(it, alice);
      const proof = await evidenceFor(it, registration);
      const again = { ...registration, epoch: 2 };
      await register(it, alice, registration);
      await expect(
        registry.register(
          again,
          proof,
          await signRegistration(it, alice.identity, again),
          await signPresentation(it, alice.operator, again, proof),
        ),
      ).to.be.revertedWithCustomError(registry, 'EnclaveRegistryOtherReportData');
    });

    // Hardhat's EIP-2935 contract reverts with a message, whose bytes must not pass for a hash
    it('refuses a challenge that is no hash of a recent block [E2]', async () => {
      const { it, registry, alice } = made();
      const block = await it.helpers.time.latestBlock();
      const known = (await it.ethers.provider.getBlock(block))!.hash!;
      await expect(attempt(alice, { challenge: id('another chain') }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownChallenge')
        .withArgs(block, id('another chain'), known);
      await expect(attempt(alice, { challengeBlock: block + 5, challenge: ZeroHash }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownChallenge')
        .withArgs(block + 5, ZeroHash, ZeroHash);
      await it.helpers.mine(300);
      await expect(attempt(alice, { challengeBlock: block, challenge: known }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownChallenge')
        .withArgs(block, known, ZeroHash);
    });

    it('takes older blocks where EIP-2935 knows them [E2]', async () => {
      const { it, registry, alice } = made();
      const challengeBlock = await it.helpers.time.latestBlock();
      const challenge = id('what the history contract answers');
      await it.helpers.mine(300);
      // PUSH32 challenge · PUSH0 · MSTORE · PUSH1 32 · PUSH0 · RETURN
      const code = `0x7f${challenge.slice(2)}5f5260205ff3`;
      await it.ethers.provider.send('hardhat_setCode', ['0x0000F90827F1C53a10cb7A02335B175320002935', code]);
      await attempt(alice, { challengeBlock, challenge });
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
    });

    it('refuses evidence for another operator, identity, epoch, challenge, registry or chain [E1]', async () => {
      const { it, registry, alice, bob } = made();
      const { challenge, challengeBlock: block } = await registrationOf(it, alice);
      const here = { chainId: 31337n, contract: await registry.getAddress() };
      const others: [string, string][] = [
        ['operator', reportData(here, bob.operator.address, alice.identity.address, 1, challenge)],
        ['identity', reportData(here, alice.operator.address, bob.identity.address, 1, challenge)],
        ['epoch', reportData(here, alice.operator.address, alice.identity.address, 2, challenge)],
        ['challenge', reportData(here, alice.operator.address, alice.identity.address, 1, id('other'))],
        [
          'registry',
          reportData(
            { ...here, contract: await it.keyRegistry.getAddress() },
            alice.operator.address,
            alice.identity.address,
            1,
            challenge,
          ),
        ],
        ['chain', reportData({ ...here, chainId: 1n }, alice.operator.address, alice.identity.address, 1, challenge)],
      ];
      for (const [what, other] of others)
        await expect(
          attempt(alice, { challenge, challengeBlock: block }, { reportData: other }),
          what,
        ).to.be.revertedWithCustomError(registry, 'EnclaveRegistryOtherReportData');
    });

    it('refuses a copied identity [E3]', async () => {
      const { it, registry, alice, bob } = made();
      await register(it, alice);
      const copied: Enclave = { ...(await makeEnclave(it, bob.operator, 'a')), operator: bob.operator };
      await expect(attempt(copied, {}))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryIdentityTaken')
        .withArgs(alice.identity.address, alice.operator.address);
    });

    it("refuses another operator's name without its signature [E3]", async () => {
      const { registry, alice, bob } = made();
      await expect(attempt(alice, {}, {}, { operator: bob.operator }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongSigner')
        .withArgs(alice.operator.address, bob.operator.address, (digest: string) => digest.length === 66);
    });

    it('refuses an identity that did not sign', async () => {
      const { registry, alice, bob } = made();
      await expect(attempt(alice, {}, {}, { identity: bob.identity }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongSigner')
        .withArgs(alice.identity.address, bob.identity.address, (digest: string) => digest.length === 66);
    });

    it('refuses signatures of other lengths, and an identity of zero', async () => {
      const { it, registry, alice } = made();
      const registration = await registrationOf(it, alice);
      const proof = await evidenceFor(it, registration);
      const byOperator = await signPresentation(it, alice.operator, registration, proof);
      for (const broken of ['0x', byOperator.slice(0, -2), `${byOperator}00`])
        await expect(registry.register(registration, proof, broken, byOperator))
          .to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongSigner')
          .withArgs(alice.identity.address, ZeroAddress, (digest: string) => digest.length === 66);
      const nobody = { ...registration, identity: ZeroAddress };
      await expect(registry.register(nobody, proof, '0x', byOperator)).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryWrongSigner',
      );
    });

    it('refuses a TEE without a verifier', async () => {
      const { registry, alice } = made();
      await expect(attempt(alice, { tee: id('other tee') }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownTee')
        .withArgs(id('other tee'));
    });

    it('refuses a measurement that no vote admitted', async () => {
      const { it, registry, alice } = made();
      await expect(attempt(alice, {}, { image: id('malware') })).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryMeasurementNotAdmitted',
      );
      await it.measurementRegistry.connect(it.dao).revoke(MEASUREMENT);
      await expect(attempt(alice, {}))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryMeasurementNotAdmitted')
        .withArgs(MEASUREMENT);
    });

    it('does not let an operator overwrite its identity by mistake', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      const second = await makeEnclave(it, alice.operator, 'second');
      await expect(attempt(second, {}))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryOperatorFull')
        .withArgs(alice.operator.address, 2, 1);
      await registry.connect(alice.operator).retire(alice.id);
      await register(it, second);
      expect(await registry.enclaveOf(alice.operator)).to.equal(second.id);
      await expect(attempt(alice, { epoch: 2 })).to.be.revertedWithCustomError(registry, 'EnclaveRegistryOperatorFull');
    });

    it('keeps an identity in the TEE that it came from [E3]', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await expect(attempt(alice, { epoch: 2, tee: id('another TEE') }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryTeeChanged')
        .withArgs(alice.id, id('another TEE'), TEE);
    });

    it('bounds the endpoint', async () => {
      const { it, registry, alice } = made();
      await expect(attempt(alice, { endpoint: 'w'.repeat(257) }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryEndpointLength')
        .withArgs(257, 256);
      await register(it, alice, { endpoint: 'w'.repeat(256) });
    });
  });

  describe('recordBoots', () => {
    it("keeps an enclave's latest life", async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      const { nonce, encryptionKey } = bootRecord(7);
      await expect(recordBoot(it, alice, 7))
        .to.emit(registry, 'BootRecorded')
        .withArgs(alice.id, 7, nonce, encryptionKey);
      const shown = await registry.enclave(alice.id);
      expect([shown.bootNonce, shown.encryptionKey, shown.bootCounter]).to.deep.equal([nonce, encryptionKey, 7n]);
      expect(shown.bootRecordedAt).to.equal(await it.helpers.time.latest());
    });

    it('goes forward only: what is not higher is skipped, without a word [E4]', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await expect(recordBoot(it, alice, 0)).not.to.emit(registry, 'BootRecorded');
      await recordBoot(it, alice, 7);
      const before = await registry.enclave(alice.id);
      for (const counter of [6, 7]) await expect(recordBoot(it, alice, counter)).not.to.emit(registry, 'BootRecorded');
      expect(await registry.enclave(alice.id)).to.deep.equal(before);
    });

    it('is none of a life of other code, though it was signed in time and held back [E4]', async () => {
      const { it, registry, alice } = made();
      await it.measurementRegistry.connect(it.dao).approve({ ...RECORD, image: id('next image') });
      await register(it, alice);
      await recordBoot(it, alice, 7);
      // what the former code signed last: the counter that follows the one on chain
      const held = await bootEntry(it, alice, bootRecord(8));
      const registration = await registrationOf(it, alice, { epoch: 2 });
      const evidence = await evidenceFor(it, registration, { image: id('next image') });
      await registry.register(
        registration,
        evidence,
        await signRegistration(it, alice.identity, registration),
        await signPresentation(it, alice.operator, registration, evidence),
      );
      await expect(registry.recordBoots([held])).not.to.emit(registry, 'BootRecorded');
      const { bootNonce, encryptionKey, bootCounter } = await registry.enclave(alice.id);
      expect([bootNonce, encryptionKey, bootCounter]).to.deep.equal([`0x${'00'.repeat(16)}`, ZeroHash, 8n]);
      await expect(recordBoot(it, alice, 9)).to.emit(registry, 'BootRecorded');
    });

    it('takes many, each as it would be alone', async () => {
      const { it, registry, alice, bob } = made();
      for (const enclave of [alice, bob]) await register(it, enclave);
      await recordBoot(it, alice, 5);
      const entries = [
        await bootEntry(it, alice, bootRecord(5)),
        await bootEntry(it, bob, bootRecord(1)),
        await bootEntry(it, bob, bootRecord(3)),
        await bootEntry(it, bob, bootRecord(2)),
        await bootEntry(it, alice, bootRecord(6)),
      ];
      const recorded = await (await registry.recordBoots(entries)).wait();
      const told = recorded!.logs.map((log) => registry.interface.parseLog(log)!.args);
      expect(told.map(({ id, counter }) => [id, counter])).to.deep.equal([
        [bob.id, 1n],
        [bob.id, 3n],
        [alice.id, 6n],
      ]);
      expect((await registry.enclave(bob.id)).bootCounter).to.equal(3);
      await expect(registry.recordBoots([])).not.to.emit(registry, 'BootRecorded');
    });

    it('reverts all where one is unknown, empty or signed by another, and names it [E4]', async () => {
      const { it, registry, alice, bob } = made();
      await register(it, alice);
      const good = await bootEntry(it, alice);
      const refused = (entry: Awaited<ReturnType<typeof bootEntry>>, error: string) =>
        expect(registry.recordBoots([good, entry])).to.be.revertedWithCustomError(registry, error);
      await refused(await bootEntry(it, bob), 'EnclaveRegistryUnknownEnclave').withArgs(bob.id);
      for (const empty of [{ nonce: `0x${'00'.repeat(16)}` }, { encryptionKey: ZeroHash }]) {
        const record = { ...bootRecord(2), ...empty };
        await refused(await bootEntry(it, alice, record), 'EnclaveRegistryEmptyBoot').withArgs(alice.id);
      }
      const { address } = alice.identity;
      const bobs = await bootEntry(it, alice, bootRecord(2), bob.identity);
      await refused(bobs, 'EnclaveRegistryWrongBootSigner').withArgs(
        ...[alice.id, address, bob.identity.address],
        (digest: string) => digest.length === 66,
      );
      const swapped = { ...(await bootEntry(it, alice, bootRecord(2))), record: bootRecord(3) };
      await refused(swapped, 'EnclaveRegistryWrongBootSigner');
      await refused({ ...swapped, signature: '0x' }, 'EnclaveRegistryWrongBootSigner').withArgs(
        ...[alice.id, address, ZeroAddress],
        (digest: string) => digest.length === 66,
      );
      expect((await registry.enclave(alice.id)).bootCounter, 'nothing is kept').to.equal(0);
    });

    it('takes one of an enclave that is suspended, and of a measurement that is revoked [E4]', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await registry.connect(alice.operator).retire(alice.id);
      await it.measurementRegistry.connect(it.dao).revoke(MEASUREMENT);
      await expect(recordBoot(it, alice, 2)).to.emit(registry, 'BootRecorded');
      expect((await registry.enclave(alice.id)).bootCounter).to.equal(2);
      expect([await registry.serves(alice.id), await registry.isAttested(alice.id)]).to.deep.equal([false, false]);
    });
  });

  describe('retire', () => {
    it('is for the operator of an active enclave', async () => {
      const { it, registry, alice, bob } = made();
      await expect(registry.retire(alice.id)).to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownEnclave');
      await register(it, alice);
      await expect(registry.connect(bob.operator).retire(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotOperator')
        .withArgs(alice.id, bob.operator.address, alice.operator.address);
      await expect(registry.connect(alice.operator).retire(alice.id))
        .to.emit(registry, 'EnclaveRetired')
        .withArgs(alice.id, alice.operator);
      expect(await registry.enclaveOf(alice.operator)).to.equal(ZeroHash);
      await expect(registry.connect(alice.operator).retire(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotActive')
        .withArgs(alice.id, STATUS.suspended);
    });

    it('can be undone by attesting again', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await registry.connect(alice.operator).retire(alice.id);
      await register(it, alice, { epoch: 2 });
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
    });
  });

  describe('suspend', () => {
    it('is for anyone once the attestation has ended, and frees the places', async () => {
      const { it, registry, alice, bob } = made();
      await registry.connect(it.dao).setPlatformCap(TEE, 1);
      await register(it, alice);
      const { validUntil } = await registry.enclave(alice.id);
      const byAnyone = registry.connect(it.anyone);
      await it.helpers.time.setNextBlockTimestamp(validUntil - 1n);
      await expect(byAnyone.suspend(alice.id))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(it.anyone);
      await it.helpers.time.setNextBlockTimestamp(validUntil);
      await expect(byAnyone.suspend(alice.id)).to.emit(registry, 'EnclaveSuspended').withArgs(alice.id, it.anyone);
      expect((await registry.enclave(alice.id)).status).to.equal(STATUS.suspended);
      expect([
        await registry.enclavesOn(id('platform')),
        (await registry.operator(alice.operator)).enclaves,
        await registry.enclaveOf(alice.operator),
      ]).to.deep.equal([0n, 0n, ZeroHash]);
      await register(it, bob);
    });

    it('is for votes at any time, and can be undone by attesting again', async () => {
      const { it, registry, alice } = made();
      await expect(registry.connect(it.dao).suspend(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownEnclave')
        .withArgs(alice.id);
      await register(it, alice);
      for (const caller of [it.guardian, it.deployer, alice.operator])
        await expect(registry.connect(caller).suspend(alice.id)).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
      await expect(registry.connect(it.dao).suspend(alice.id))
        .to.emit(registry, 'EnclaveSuspended')
        .withArgs(alice.id, it.dao);
      await expect(registry.connect(it.dao).suspend(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotActive')
        .withArgs(alice.id, STATUS.suspended);
      await register(it, alice, { epoch: 2 });
      expect((await registry.enclave(alice.id)).status).to.equal(STATUS.active);
    });
  });

  describe('revokePlatform', () => {
    it('takes its enclaves out, and lets none of them back [E7]', async () => {
      const { it, registry, alice, bob } = made();
      await register(it, alice);
      await recordBoot(it, alice);
      expect(await registry.isAttested(alice.id)).to.equal(true);
      await expect(registry.connect(it.dao).revokePlatform(id('platform'), []))
        .to.emit(registry, 'PlatformRevoked')
        .withArgs(id('platform'));
      expect([await registry.isAttested(alice.id), await registry.isPlatformRevoked(id('platform'))]).to.deep.equal([
        false,
        true,
      ]);
      for (const [enclave, epoch] of [
        [alice, 2],
        [bob, 1],
      ] as const)
        await expect(register(it, enclave, { epoch }))
          .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformRevoked')
          .withArgs(id('platform'));
      await registry.connect(it.anyone).suspend(alice.id);
      await attempt(alice, { epoch: 2 }, { platformId: id('a sound platform') });
    });

    it('is for votes, once', async () => {
      const { it, registry } = made();
      for (const caller of [it.deployer, it.guardian])
        await expect(registry.connect(caller).revokePlatform(id('platform'), [])).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
      await registry.connect(it.dao).revokePlatform(id('platform'), []);
      await expect(registry.connect(it.dao).revokePlatform(id('platform'), []))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformRevoked')
        .withArgs(id('platform'));
    });
  });

  describe('setOnlyAdmittedPlatforms', () => {
    const OTHER = id('another platform');

    it('lets only platforms in that a vote has admitted, first and again [E10]', async () => {
      const { it, registry, alice, bob } = made();
      const byVote = registry.connect(it.dao);
      expect(await registry.onlyAdmittedPlatforms(TEE)).to.equal(false);
      await register(it, alice);
      await expect(byVote.setOnlyAdmittedPlatforms(TEE, true))
        .to.emit(registry, 'OnlyAdmittedPlatformsSet')
        .withArgs(TEE, true);
      expect(await registry.onlyAdmittedPlatforms(TEE)).to.equal(true);
      for (const [enclave, epoch] of [
        [alice, 2],
        [bob, 1],
      ] as const)
        await expect(register(it, enclave, { epoch }))
          .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformNotAdmitted')
          .withArgs(TEE, id('platform'));

      await expect(byVote.setPlatformAdmitted(id('platform'), true))
        .to.emit(registry, 'PlatformAdmittedSet')
        .withArgs(id('platform'), true);
      expect(await registry.isPlatformAdmitted(id('platform'))).to.equal(true);
      await register(it, alice, { epoch: 2 });
      await register(it, bob);
      await expect(attempt(bob, { epoch: 2 }, { platformId: OTHER }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformNotAdmitted')
        .withArgs(TEE, OTHER);

      await byVote.setOnlyAdmittedPlatforms(TEE, false);
      await attempt(bob, { epoch: 2 }, { platformId: OTHER });
      expect([await registry.enclavesOn(id('platform')), await registry.enclavesOn(OTHER)]).to.deep.equal([1n, 1n]);
    });

    it('puts out what is on no admitted platform: not attested, and anyone may suspend it [E10]', async () => {
      const { it, registry, alice } = made();
      const [byVote, byAnyone] = [registry.connect(it.dao), registry.connect(it.anyone)];
      const isIn = async () => [await registry.isAttested(alice.id), await registry.isPlatformAdmitted(id('platform'))];
      await byVote.setPlatformAdmitted(id('platform'), true);
      await byVote.setOnlyAdmittedPlatforms(TEE, true);
      await register(it, alice);
      await recordBoot(it, alice);
      expect(await isIn()).to.deep.equal([true, true]);
      await expect(byAnyone.suspend(alice.id)).to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized');

      await expect(byVote.setPlatformAdmitted(id('platform'), false))
        .to.emit(registry, 'PlatformAdmittedSet')
        .withArgs(id('platform'), false);
      expect(await isIn()).to.deep.equal([false, false]);
      await expect(byAnyone.suspend(alice.id)).to.emit(registry, 'EnclaveSuspended').withArgs(alice.id, it.anyone);
      expect(await registry.enclavesOn(id('platform'))).to.equal(0);
      await byVote.setPlatformAdmitted(id('platform'), true);
      await register(it, alice, { epoch: 2 });
      expect(await registry.isAttested(alice.id)).to.equal(true);
    });

    it('asks for it of one TEE, and leaves the cap as it is', async () => {
      const { it, registry, alice, bob } = made();
      const byVote = registry.connect(it.dao);
      await byVote.setPlatformCap(TEE, 1);
      await byVote.setOnlyAdmittedPlatforms(id('another TEE'), true);
      await register(it, alice);
      await byVote.setOnlyAdmittedPlatforms(TEE, true);
      await byVote.setPlatformAdmitted(id('platform'), true);
      expect([await registry.platformCap(TEE), await registry.enclavesOn(id('platform'))]).to.deep.equal([1n, 1n]);
      await expect(register(it, bob))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformFull')
        .withArgs(id('platform'), 2, 1);
      await byVote.setPlatformCap(TEE, 2);
      expect(await registry.onlyAdmittedPlatforms(TEE)).to.equal(true);
    });

    it('lets nothing in that names no platform, which none can admit', async () => {
      const { it, registry, alice } = made();
      const byVote = registry.connect(it.dao);
      await byVote.setOnlyAdmittedPlatforms(TEE, true);
      for (const admitted of [true, false])
        await expect(byVote.setPlatformAdmitted(ZeroHash, admitted)).to.be.revertedWithCustomError(
          registry,
          'EnclaveRegistryNoPlatform',
        );
      await expect(attempt(alice, {}, { platformId: ZeroHash }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformNotAdmitted')
        .withArgs(TEE, ZeroHash);
    });

    it('brings no revoked platform back, and takes one off that was revoked', async () => {
      const { it, registry, alice } = made();
      const byVote = registry.connect(it.dao);
      await byVote.setPlatformAdmitted(id('platform'), true);
      await byVote.setOnlyAdmittedPlatforms(TEE, true);
      await byVote.revokePlatform(id('platform'), []);
      await expect(register(it, alice))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformRevoked')
        .withArgs(id('platform'));
      await expect(byVote.setPlatformAdmitted(id('platform'), true))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformRevoked')
        .withArgs(id('platform'));
      await byVote.setPlatformAdmitted(id('platform'), false);
      expect(await registry.isPlatformAdmitted(id('platform'))).to.equal(false);
    });

    it('is for votes', async () => {
      const { it, registry } = made();
      for (const caller of [it.deployer, it.guardian, it.anyone]) {
        const by = registry.connect(caller);
        for (const attempted of [by.setOnlyAdmittedPlatforms(TEE, true), by.setPlatformAdmitted(id('platform'), true)])
          await expect(attempted).to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized').withArgs(caller);
      }
    });
  });

  describe('isEligible', () => {
    it('needs an active enclave with a valid attestation, an active measurement and a boot record', async () => {
      const { it, registry, alice } = made();
      const eligible = () => registry.isEligible(alice.id);
      expect(await eligible(), 'unknown').to.equal(false);
      await register(it, alice);
      await recordBoot(it, alice);
      expect(await eligible(), 'canary').to.equal(false);
    });

    it('ends with the attestation, the measurement, or the operator', async () => {
      const it = await world();
      const [alice, bob] = await eligibleEnclaves(it, 2);
      const registry = it.enclaveRegistry;
      const says = async ({ id }: Enclave) => [
        await registry.isEligible(id),
        await registry.serves(id),
        await registry.isAttested(id),
      ];
      expect(await says(alice!)).to.deep.equal([true, true, true]);
      await registry.connect(alice!.operator).retire(alice!.id);
      expect(await says(alice!), 'retired').to.deep.equal([false, false, false]);
      await register(it, alice!, { epoch: 2 });
      expect(await says(alice!), 'back').to.deep.equal([true, true, true]);
      await it.measurementRegistry.connect(it.dao).retire(MEASUREMENT);
      expect(await says(alice!), 'serves on, and takes no seat').to.deep.equal([false, true, true]);
      await it.helpers.time.increase(MAX_AGE);
      expect(await says(bob!), 'expired').to.deep.equal([false, false, false]);
      await register(it, bob!, { epoch: 2 });
      expect(await says(bob!), 'its evidence renewed').to.deep.equal([false, true, true]);
      await it.measurementRegistry.connect(it.dao).revoke(MEASUREMENT);
      expect(await says(bob!), 'revoked').to.deep.equal([false, false, true]);
    });

    it('lets nobody take up a measurement that retires but who runs it, and nobody one that is revoked', async () => {
      const it = await world();
      const [alice] = await eligibleEnclaves(it, 2);
      const registry = it.enclaveRegistry;
      const byDao = it.measurementRegistry.connect(it.dao);
      const other = await makeEnclave(it, it.operators[5]!, 'late');
      await byDao.retire(MEASUREMENT);
      await expect(register(it, other))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryMeasurementNotAdmitted')
        .withArgs(MEASUREMENT);
      await expect(register(it, alice!, { epoch: 2 })).not.to.emit(it.measurementRegistry, 'MeasurementAttested');
      await byDao.revoke(MEASUREMENT);
      for (const [enclave, epoch] of [
        [alice!, 3],
        [other, 1],
      ] as const)
        await expect(register(it, enclave, { epoch }))
          .to.be.revertedWithCustomError(registry, 'EnclaveRegistryMeasurementNotAdmitted')
          .withArgs(MEASUREMENT);
    });

    it('needs a boot record', async () => {
      const it = await world({ promotionCount: 1 });
      await it.measurementRegistry.connect(it.dao).approve(RECORD);
      const enclave = await makeEnclave(it, it.operators[0]!, 'x');
      await register(it, enclave);
      await it.helpers.time.increase(10);
      await it.measurementRegistry.promote(MEASUREMENT);
      expect(await it.enclaveRegistry.isEligible(enclave.id)).to.equal(false);
      await recordBoot(it, enclave);
      expect(await it.enclaveRegistry.isEligible(enclave.id)).to.equal(true);
    });
  });

  describe('setPlatformCap', () => {
    it('bounds how many enclaves are active on one platform [E7]', async () => {
      const { it, registry, alice, bob } = made();
      await expect(registry.connect(it.dao).setPlatformCap(TEE, 1))
        .to.emit(registry, 'PlatformCapSet')
        .withArgs(TEE, 1);
      expect(await registry.platformCap(TEE)).to.equal(1);
      await register(it, alice);
      await expect(register(it, bob))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformFull')
        .withArgs(id('platform'), 2, 1);
      await attempt(bob, {}, { platformId: id('another platform') });
      await register(it, alice, { epoch: 2 });
      expect(await registry.enclavesOn(id('platform'))).to.equal(1);
    });

    it('counts an enclave where it is, and not once it is retired', async () => {
      const { it, registry, alice, bob } = made();
      await registry.connect(it.dao).setPlatformCap(TEE, 1);
      await register(it, alice);
      await attempt(alice, { epoch: 2 }, { platformId: id('moved') });
      expect([await registry.enclavesOn(id('platform')), await registry.enclavesOn(id('moved'))]).to.deep.equal([
        0n,
        1n,
      ]);
      await register(it, bob);
      await registry.connect(bob.operator).retire(bob.id);
      expect(await registry.enclavesOn(id('platform'))).to.equal(0);
      await register(it, bob, { epoch: 2 });
      expect(await registry.enclavesOn(id('platform'))).to.equal(1);
    });

    it('is for votes', async () => {
      const { it, registry } = made();
      for (const caller of [it.deployer, it.guardian])
        await expect(registry.connect(caller).setPlatformCap(TEE, 1)).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
    });
  });

  describe('setVerifier', () => {
    /** Another verifier for the same TEE. */
    const another = () => new VerifierMock__factory(made().it.deployer).deploy(TEE, VENDOR);

    it('is for votes', async () => {
      const { it, registry } = made();
      const verifier = await another();
      for (const caller of [it.deployer, it.guardian])
        await expect(registry.connect(caller).setVerifier(verifier)).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
    });

    it('takes effect at once while no enclave is registered', async () => {
      const { it, registry } = made();
      const verifier = await another();
      await expect(registry.connect(it.dao).setVerifier(verifier))
        .to.emit(registry, 'VerifierSet')
        .withArgs(TEE, verifier, VENDOR, (await it.helpers.time.latest()) + 1);
      expect(await registry.verifierOf(TEE)).to.equal(await verifier.getAddress());
    });

    it('waits for the trust delay once there is something to protect [I10 E6]', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      const verifier = await another();
      await registry.connect(it.dao).setVerifier(verifier);
      expect(await registry.verifierOf(TEE)).to.equal(await it.verifier.getAddress());
      await it.helpers.time.increase(Number(await registry.trustDelay()));
      expect(await registry.verifierOf(TEE)).to.equal(await verifier.getAddress());
    });

    it('can be taken back by the guardian until then, and not after [E6]', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      const verifier = await another();
      const byGuardian = it.guardianContract.connect(it.guardian);
      await registry.connect(it.dao).setVerifier(verifier);
      await expect(registry.connect(it.anyone).withdrawVerifier(TEE)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await expect(byGuardian.withdrawVerifier(TEE)).to.emit(registry, 'VerifierWithdrawn').withArgs(TEE, verifier);
      await it.helpers.time.increase(1000);
      expect(await registry.verifierOf(TEE)).to.equal(await it.verifier.getAddress());
      await expect(byGuardian.withdrawVerifier(TEE)).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryNothingToWithdraw',
      );
    });

    it('votes again without losing the one in effect', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      const [first, second] = [await another(), await another()];
      await registry.connect(it.dao).setVerifier(first);
      await registry.connect(it.dao).setVerifier(second);
      expect(await registry.verifierOf(TEE)).to.equal(await it.verifier.getAddress());
      await it.helpers.time.increase(1000);
      expect(await registry.verifierOf(TEE)).to.equal(await second.getAddress());
    });
  });

  describe('removeVerifier', () => {
    it('ends a trust root at once, also one that waits [E6]', async () => {
      const { it, registry, alice, bob } = made();
      await register(it, alice);
      const next = await new VerifierMock__factory(it.deployer).deploy(TEE, VENDOR);
      await registry.connect(it.dao).setVerifier(next);
      await expect(registry.connect(it.dao).removeVerifier(TEE))
        .to.emit(registry, 'VerifierRemoved')
        .withArgs(TEE, next);
      await it.helpers.time.increase(1000);
      await expect(register(it, bob))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownTee')
        .withArgs(TEE);
      await expect(registry.connect(it.dao).removeVerifier(TEE))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNoVerifier')
        .withArgs(TEE);
    });

    it('saves no delay: the next one waits as any other', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      await registry.connect(it.dao).removeVerifier(TEE);
      await registry.connect(it.dao).setVerifier(it.verifier);
      expect(await registry.verifierOf(TEE)).to.equal(ZeroAddress);
      await it.helpers.time.increase(Number(await registry.trustDelay()));
      expect(await registry.verifierOf(TEE)).to.equal(await it.verifier.getAddress());
    });

    it('is for votes', async () => {
      const { it, registry } = made();
      for (const caller of [it.deployer, it.guardian])
        await expect(registry.connect(caller).removeVerifier(TEE)).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
    });
  });

  it('knows one vendor for each TEE, for ever [E6]', async () => {
    const { it, registry } = made();
    const other = await new VerifierMock__factory(it.deployer).deploy(TEE, id('another vendor'));
    await registry.connect(it.dao).removeVerifier(TEE);
    await expect(registry.connect(it.dao).setVerifier(other))
      .to.be.revertedWithCustomError(registry, 'EnclaveRegistryOtherVendor')
      .withArgs(TEE, id('another vendor'), VENDOR);
  });

  it('lists enclaves in the order of their first registration', async () => {
    const { it, registry, alice, bob } = made();
    await register(it, alice);
    await register(it, bob);
    await register(it, alice, { epoch: 2 });
    expect(await registry.enclaveCount()).to.equal(2);
    expect([await registry.enclaveIdAt(0), await registry.enclaveIdAt(1)]).to.deep.equal([alice.id, bob.id]);
    await expect(registry.enclaveIdAt(2)).to.be.revertedWithPanic(0x32);
  });

  it('tells its EIP-712 domain', async () => {
    const domain = await made().registry.eip712Domain();
    expect([domain.name, domain.version]).to.deep.equal(['Quorate EnclaveRegistry', '1']);
  });
});
