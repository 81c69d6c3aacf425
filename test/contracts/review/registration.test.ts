/** Attacks on measurements and on the registration of enclaves. */

import { expect } from 'chai';
import { AbiCoder, keccak256, toBeHex } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, MEASUREMENT, makeEnclave, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

describe('review: registration', () => {
  const made = fresh(async () => {
    const it = await world();
    return { it, registry: it.enclaveRegistry, enclaves: await eligibleEnclaves(it, 3) };
  });

  it('no number of operators stops a measurement from attesting', async () => {
    const { it, registry } = made();
    const measurements = await it.measurementRegistry.getAddress();
    const entry = keccak256(AbiCoder.defaultAbiCoder().encode(['bytes32', 'uint256'], [MEASUREMENT, 1]));
    // {round uint32, operators uint16}, behind one slot of life and five of the record
    const counts = BigInt(entry) + 6n;
    expect(await it.ethers.provider.getStorage(measurements, counts)).to.equal(toBeHex((3n << 32n) | 1n, 32));
    await it.helpers.setStorageAt(measurements, counts, (0xffffn << 32n) | 1n);
    const late = await makeEnclave(it, it.operators[5]!, 'late');
    await expect(register(it, late)).to.emit(registry, 'EnclaveRegistered');
    expect((await it.measurementRegistry.measurement(MEASUREMENT)).operators).to.equal(0xffff);
    await register(it, made().enclaves[0]!, { epoch: 2 });
  });
});
