/** Attacks on measurements and on the registration of enclaves. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { AbiCoder, concat, id, keccak256, Signature, toBeHex } from 'ethers';
import { world } from '../support/chain.ts';
import {
  bootEntry,
  bootRecord,
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
import { TEE } from '../support/tee.ts';

/** Where EnclaveRegistry keeps how many enclaves a platform has. */
const PLATFORMS = 7;

describe('EnclaveRegistry: attacks', () => {
  const made = fresh(async () => {
    const it = await world();
    return { it, registry: it.enclaveRegistry, enclaves: await eligibleEnclaves(it, 3) };
  });

  it('no number of operators stops a measurement from attesting', async () => {
    const { it, registry } = made();
    const measurements = await it.measurementRegistry.getAddress();
    const entry = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [MEASUREMENT, 1]));
    // {round uint32, operators uint16}, behind one slot of life and six of the record
    const counts = BigInt(entry) + 7n;
    expect(await it.ethers.provider.getStorage(measurements, counts)).to.equal(toBeHex((3n << 32n) | 1n, 32));
    await it.helpers.setStorageAt(measurements, counts, (0xffffn << 32n) | 1n);
    const late = await makeEnclave(it, it.operators[5]!, 'late');
    await expect(register(it, late)).to.emit(registry, 'EnclaveRegistered');
    expect((await it.measurementRegistry.measurement(MEASUREMENT)).operators).to.equal(0xffff);
    await register(it, made().enclaves[0]!, { epoch: 2 });
  });

  it('no number of enclaves on one platform stops the next, where no vote has capped it', async () => {
    const { it, registry } = made();
    const place = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [id('platform'), PLATFORMS]));
    expect(await it.ethers.provider.getStorage(registry, place)).to.equal(toBeHex(3, 32));
    await it.helpers.setStorageAt(await registry.getAddress(), place, 0xffff);
    await register(it, await makeEnclave(it, it.operators[5]!, 'late'));
    expect(await registry.enclavesOn(id('platform'))).to.equal(0x10000);
  });

  it('a retired enclave gives its place up once, and takes one again to come back', async () => {
    const { it, registry, enclaves } = made();
    const [alice] = enclaves;
    const byOperator = registry.connect(alice!.operator);
    await byOperator.retire(alice!.id);
    await expect(byOperator.retire(alice!.id)).to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotActive');
    expect(await registry.enclavesOn(id('platform'))).to.equal(2);
    await registry.connect(it.dao).setPlatformCap(TEE, 2);
    await expect(register(it, alice!, { epoch: 2 }))
      .to.be.revertedWithCustomError(registry, 'EnclaveRegistryPlatformFull')
      .withArgs(id('platform'), 3, 2);
    await register(it, enclaves[1]!, { epoch: 2 });
  });

  it('a boot record from before comes back neither after a retirement nor for another enclave', async () => {
    const { it, registry, enclaves } = made();
    const [alice, bob] = enclaves;
    await recordBoot(it, alice!, 7);
    await registry.connect(alice!.operator).retire(alice!.id);
    await register(it, alice!, { epoch: 2 });
    for (const counter of [1, 7]) await expect(recordBoot(it, alice!, counter)).not.to.emit(registry, 'BootRecorded');
    expect((await registry.enclave(alice!.id)).bootCounter).to.equal(7);
    const record = bootRecord(9);
    for (const entry of [
      { ...(await bootEntry(it, alice!, record)), id: bob!.id },
      await bootEntry(it, bob!, record, alice!.identity),
    ])
      await expect(registry.recordBoots([entry])).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryWrongBootSigner',
      );
  });

  it('a registration moves no further than its epoch: shown again it is refused, even after a retirement', async () => {
    const { it, registry } = made();
    const late = await makeEnclave(it, it.operators[5]!, 'late');
    const registration = await registrationOf(it, late);
    const evidence = await evidenceFor(it, registration);
    const shown = [
      registration,
      evidence,
      await signRegistration(it, late.identity, registration),
      await signPresentation(it, late.operator, registration, evidence),
    ] as const;
    await registry.connect(it.anyone).register(...shown);
    await registry.connect(late.operator).retire(late.id);
    await expect(registry.connect(it.anyone).register(...shown))
      .to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongEpoch')
      .withArgs(late.id, 1, 2);
  });

  it('whoever relays shows no other evidence than the operator’s: not even a machine’s that is broken [E3]', async () => {
    const { it, registry } = made();
    const late = await makeEnclave(it, it.operators[5]!, 'late');
    const registration = await registrationOf(it, late);
    const own = await evidenceFor(it, registration);
    const forged = await evidenceFor(it, registration, { platformId: id('broken machine') });
    const signatures = [
      await signRegistration(it, late.identity, registration),
      await signPresentation(it, late.operator, registration, own),
    ] as const;
    await expect(
      registry.connect(it.anyone).register(registration, forged, ...signatures),
    ).to.be.revertedWithCustomError(registry, 'EnclaveRegistryWrongSigner');
    await registry.connect(it.anyone).register(registration, own, ...signatures);
    expect((await registry.enclave(late.id)).platformId).to.equal(id('platform'));
  });

  it('a signature with the other half of its s, or of the wrong one of the two, registers nothing', async () => {
    const { it, registry } = made();
    const late = await makeEnclave(it, it.operators[5]!, 'late');
    const registration = await registrationOf(it, late);
    const evidence = await evidenceFor(it, registration);
    const byIdentity = await signRegistration(it, late.identity, registration);
    const byOperator = await signPresentation(it, late.operator, registration, evidence);
    const { r, s, v } = Signature.from(byIdentity);
    const mirrored = concat([r, toBeHex(secp256k1.Point.Fn.ORDER - BigInt(s), 32), toBeHex(v === 27 ? 28 : 27, 1)]);
    for (const [first, second] of [
      [mirrored, byOperator],
      [byOperator, byIdentity],
      [byIdentity, byIdentity],
    ])
      await expect(registry.register(registration, evidence, first!, second!)).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryWrongSigner',
      );
  });

  it('one operator counts once for a promotion, whatever it retires and registers', async () => {
    const { it, registry } = made();
    const measurements = it.measurementRegistry;
    const record = { ...RECORD, image: id('next image') };
    await measurements.connect(it.dao).approve(record);
    const next = await measurements.measurementOf(record.tee, record.image, record.configuration);
    const operator = it.operators[5]!;
    for (const name of ['one', 'two', 'three']) {
      const enclave = await makeEnclave(it, operator, name);
      const registration = await registrationOf(it, enclave);
      const evidence = await evidenceFor(it, registration, { image: record.image });
      await registry.register(
        registration,
        evidence,
        await signRegistration(it, enclave.identity, registration),
        await signPresentation(it, operator, registration, evidence),
      );
      await registry.connect(operator).retire(enclave.id);
    }
    await it.helpers.time.increase(10);
    await expect(measurements.promote(next))
      .to.be.revertedWithCustomError(measurements, 'MeasurementRegistryTooFewOperators')
      .withArgs(next, 1, 2);
  });
});
