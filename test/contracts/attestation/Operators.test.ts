import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { REGION, world } from '../support/chain.ts';
import { admit, makeEnclave, RECORD, recordBoot, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { TEE, VENDOR } from '../support/tee.ts';

describe('EnclaveRegistry: operators', () => {
  const made = fresh(async () => {
    const it = await world();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const [alice, bob] = [await makeEnclave(it, it.operators[0]!, 'a'), await makeEnclave(it, it.operators[1]!, 'b')];
    return { it, registry: it.enclaveRegistry, alice, bob };
  });

  describe('setOperator', () => {
    it('says where the DAO takes an operator to be, and how many enclaves it may run', async () => {
      const { it, registry, alice } = made();
      await expect(admit(it, alice.operator.address, 3, id('elsewhere')))
        .to.emit(registry, 'OperatorSet')
        .withArgs(alice.operator.address, id('elsewhere'), 3);
      const shown = await registry.operator(alice.operator);
      expect([...shown]).to.deep.equal([alice.operator.address, id('elsewhere'), 3n, 0n, ZeroHash]);
    });

    it('is for votes', async () => {
      const { it, registry, alice } = made();
      for (const caller of [it.deployer, it.guardian, alice.operator])
        await expect(registry.connect(caller).setOperator(alice.operator, REGION, 9))
          .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    it('keeps everybody else from registering [E5]', async () => {
      const { it, registry, alice } = made();
      await admit(it, alice.operator.address, 0);
      await expect(register(it, alice))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotAdmitted')
        .withArgs(alice.operator.address);
    });

    it('holds an operator to the region that was voted [E5]', async () => {
      const { it, registry, alice } = made();
      await expect(register(it, alice, { region: id('elsewhere') }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryOtherRegion')
        .withArgs(alice.operator.address, id('elsewhere'), REGION);
      await register(it, alice);
      await admit(it, alice.operator.address, 1, id('elsewhere'));
      expect((await registry.traitsOf(alice.id)).region, 'the vote counts at once').to.equal(id('elsewhere'));
      await expect(register(it, alice, { epoch: 2 })).to.be.revertedWithCustomError(
        registry,
        'EnclaveRegistryOtherRegion',
      );
      await register(it, alice, { epoch: 2, region: id('elsewhere') });
    });

    it('lets those above a new cap stay, and not attest again', async () => {
      const { it, registry, alice } = made();
      await admit(it, alice.operator.address, 2);
      const second = await makeEnclave(it, alice.operator, 'second');
      for (const enclave of [alice, second]) await register(it, enclave);
      await recordBoot(it, alice);
      await admit(it, alice.operator.address, 1);
      expect((await registry.operator(alice.operator)).enclaves).to.equal(2);
      expect(await registry.isAttested(alice.id)).to.equal(true);
      await expect(register(it, alice, { epoch: 2 }))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryOperatorFull')
        .withArgs(alice.operator.address, 2, 1);
      await registry.connect(alice.operator).retire(second.id);
      await register(it, alice, { epoch: 2 });
    });

    it('takes a dismissed operator out of new committees at once', async () => {
      const { it, registry, alice } = made();
      await register(it, alice);
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
      await admit(it, alice.operator.address, 0);
      expect(await registry.enclaveOf(alice.operator)).to.equal(ZeroHash);
      await admit(it, alice.operator.address, 1);
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
    });
  });

  describe('choose', () => {
    it('is done by itself for the first enclave, and again after that one has gone', async () => {
      const { it, registry, alice } = made();
      await expect(register(it, alice)).to.emit(registry, 'EnclaveChosen').withArgs(alice.operator, alice.id);
      await expect(register(it, alice, { epoch: 2 })).not.to.emit(registry, 'EnclaveChosen');
      await expect(registry.connect(alice.operator).retire(alice.id))
        .to.emit(registry, 'EnclaveChosen')
        .withArgs(alice.operator, ZeroHash);
      await expect(register(it, alice, { epoch: 3 })).to.emit(registry, 'EnclaveChosen');
    });

    it('lets an operator prove a new release while the old one serves [E5]', async () => {
      const { it, registry, alice } = made();
      await admit(it, alice.operator.address, 2);
      const second = await makeEnclave(it, alice.operator, 'second');
      await register(it, alice);
      await expect(register(it, second)).not.to.emit(registry, 'EnclaveChosen');
      expect(await registry.enclaveOf(alice.operator)).to.equal(alice.id);
      await expect(registry.connect(alice.operator).choose(second.id))
        .to.emit(registry, 'EnclaveChosen')
        .withArgs(alice.operator, second.id);
      expect(await registry.enclaveOf(alice.operator)).to.equal(second.id);
      await registry.connect(alice.operator).retire(alice.id);
      expect(await registry.enclaveOf(alice.operator), 'the other one went').to.equal(second.id);
    });

    it('is for the operator of an active enclave', async () => {
      const { it, registry, alice, bob } = made();
      await expect(registry.choose(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryUnknownEnclave')
        .withArgs(alice.id);
      await register(it, alice);
      await expect(registry.connect(bob.operator).choose(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotOperator')
        .withArgs(alice.id, bob.operator.address, alice.operator.address);
      await registry.connect(alice.operator).retire(alice.id);
      await expect(registry.connect(alice.operator).choose(alice.id))
        .to.be.revertedWithCustomError(registry, 'EnclaveRegistryNotActive')
        .withArgs(alice.id, 2);
    });
  });

  it('tells what an enclave shares with others', async () => {
    const { it, registry, alice } = made();
    await register(it, alice);
    const { region, vendor, platformId, sealing, measurement } = await registry.traitsOf(alice.id);
    expect([region, vendor, platformId, sealing]).to.deep.equal([REGION, VENDOR, id('platform'), RECORD.sealing]);
    expect(measurement).to.equal((await registry.enclave(alice.id)).measurement);
    expect(await registry.vendorOf(TEE)).to.equal(vendor);
  });

  it('lists operators in the order of their first admission', async () => {
    const { it, registry, alice, bob } = made();
    await admit(it, alice.operator.address, 0);
    await admit(it, it.anyone.address);
    expect(await registry.operatorCount()).to.equal(3);
    const listed = [await registry.operatorAt(0), await registry.operatorAt(1), await registry.operatorAt(2)];
    expect(listed).to.deep.equal([alice.operator.address, bob.operator.address, it.anyone.address]);
    await expect(registry.operatorAt(3)).to.be.revertedWithPanic(0x32);
  });
});
