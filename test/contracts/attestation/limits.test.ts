/** The first and the last value that attestation takes. */

import { expect } from 'chai';
import { dataLength, ZeroAddress } from 'ethers';
import { VerifierMock__factory } from '../../../types/factories/contracts/mocks/VerifierMock__factory.ts';
import { world } from '../support/chain.ts';
import {
  eligibleEnclaves,
  evidenceFor,
  MEASUREMENT,
  makeEnclave,
  RECORD,
  registrationOf,
  signPresentation,
} from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

describe('what attestation takes, to the last value', () => {
  const made = fresh(async () => {
    const it = await world();
    return { it, verifier: it.verifier };
  });

  it('let no attestation count for a measurement that may not attest, whoever says so', async () => {
    const { it } = made();
    const registry = it.measurementRegistry;
    const enclaves = await it.enclaveRegistry.getAddress();
    await it.helpers.impersonateAccount(enclaves);
    await it.helpers.setBalance(enclaves, 10n ** 18n);
    const asEnclaves = registry.connect(await it.ethers.getSigner(enclaves));
    await expect(asEnclaves.noteAttestation(MEASUREMENT, it.anyone))
      .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
      .withArgs(MEASUREMENT, 0);
  });

  it('leave nothing to withdraw of a trust root that was removed, or withdrawn before', async () => {
    const { it, verifier } = made();
    await eligibleEnclaves(it, 2);
    const registry = it.enclaveRegistry.connect(it.dao);
    const tee = await verifier.tee();
    const withdraw = () => it.guardianContract.connect(it.guardian).withdrawVerifier(tee);
    const expectNothing = async () =>
      expect(withdraw())
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNothingToWithdraw')
        .withArgs(tee, 0, (await it.helpers.time.latest()) + 1);

    await registry.setVerifier(verifier);
    await withdraw();
    await expectNothing();
    await registry.setVerifier(verifier);
    await registry.removeVerifier(tee);
    await expectNothing();
  });

  it('count an enclave until its evidence ends, and not in that second', async () => {
    const { it } = made();
    const [first] = await eligibleEnclaves(it, 2);
    const { validUntil } = await it.enclaveRegistry.enclave(first!.id);
    await it.helpers.time.increaseTo(validUntil - 1n);
    expect(await it.enclaveRegistry.isAttested(first!.id)).to.equal(true);
    await it.helpers.time.increaseTo(validUntil);
    expect(await it.enclaveRegistry.isAttested(first!.id)).to.equal(false);
  });

  it('let a trust root be withdrawn before it takes effect, and not in that second', async () => {
    const { it, verifier } = made();
    await eligibleEnclaves(it, 2);
    const tee = await verifier.tee();
    const { registry, effectiveAt } = await voteForAnother(tee);
    await it.helpers.time.setNextBlockTimestamp(effectiveAt);
    await expect(it.guardianContract.connect(it.guardian).withdrawVerifier(tee))
      .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNothingToWithdraw')
      .withArgs(tee, effectiveAt, effectiveAt);
  });

  it('change a trust root in the second in which it takes effect', async () => {
    const { it, verifier } = made();
    await eligibleEnclaves(it, 2);
    const tee = await verifier.tee();
    const { registry, effectiveAt, next } = await voteForAnother(tee);
    await it.helpers.time.increaseTo(effectiveAt - 1);
    expect(await registry.verifierOf(tee)).to.equal(await verifier.getAddress());
    await it.helpers.time.increaseTo(effectiveAt);
    expect(await registry.verifierOf(tee)).to.equal(await next.getAddress());
  });

  async function voteForAnother(tee: string) {
    const { it, verifier } = made();
    const vendor = await verifier.vendor();
    const next = await new VerifierMock__factory(it.deployer).deploy(tee, vendor);
    await it.enclaveRegistry.connect(it.dao).setVerifier(next);
    const effectiveAt = (await it.helpers.time.latest()) + Number(await it.enclaveRegistry.trustDelay());
    return { registry: it.enclaveRegistry, effectiveAt, next };
  }

  it('let anyone suspend an enclave from the second in which its evidence ends', async () => {
    const { it } = made();
    const [first] = await eligibleEnclaves(it, 2);
    const registry = it.enclaveRegistry.connect(it.anyone);
    const { validUntil } = await registry.enclave(first!.id);
    await it.helpers.time.setNextBlockTimestamp(validUntil - 1n);
    await expect(registry.suspend(first!.id))
      .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
      .withArgs(it.anyone);
    await it.helpers.time.setNextBlockTimestamp(validUntil);
    await expect(registry.suspend(first!.id)).to.emit(registry, 'EnclaveSuspended').withArgs(first!.id, it.anyone);
  });

  it('take no missing signature for one of nobody', async () => {
    const { it } = made();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const enclave = await makeEnclave(it, it.operators[0]!, 'nobody');
    const registration = await registrationOf(it, enclave, { identity: ZeroAddress });
    const bare = await evidenceFor(it, registration);
    const byOperator = await signPresentation(it, enclave.operator, registration, bare);
    await expect(it.enclaveRegistry.register(registration, bare, '0x', byOperator))
      .to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryWrongSigner')
      .withArgs(ZeroAddress, ZeroAddress, (digest: string) => dataLength(digest) === 32);
  });

  it('show of an enclave which TEE it runs in', async () => {
    const { it } = made();
    const [first] = await eligibleEnclaves(it, 2);
    expect((await it.enclaveRegistry.enclave(first!.id)).tee).to.equal(RECORD.tee);
  });
});
