import { expect } from 'chai';
import { concat, id, keccak256, ZeroHash } from 'ethers';
import { MeasurementRegistry__factory } from '../../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { world } from '../support/chain.ts';
import { CONFIGURATION, IMAGE, MEASUREMENT, makeEnclave, RECORD, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { TEE } from '../support/tee.ts';

const STATUS = { none: 0n, canary: 1n, active: 2n, retiring: 3n, revoked: 4n };

describe('MeasurementRegistry', () => {
  const made = fresh(async () => {
    const it = await world({ minimumCanaryTime: 100 });
    return { it, registry: it.measurementRegistry, byDao: it.measurementRegistry.connect(it.dao) };
  });

  async function attest(operators: number): Promise<void> {
    const { it } = made();
    for (const [i, operator] of it.operators.slice(0, operators).entries())
      await register(it, await makeEnclave(it, operator, `${i}`));
  }

  async function activate(): Promise<void> {
    const { it, registry, byDao } = made();
    await byDao.approve(RECORD);
    await attest(2);
    await it.helpers.time.increase(100);
    await registry.promote(MEASUREMENT);
  }

  const allowed = async () => {
    const { registry } = made();
    const [attest, sit] = [await registry.mayAttest(MEASUREMENT), await registry.maySit(MEASUREMENT)];
    return { attest, sit, serve: await registry.mayServe(MEASUREMENT) };
  };

  describe('approve', () => {
    it('admits a measurement as CANARY', async () => {
      const { registry, byDao } = made();
      await expect(byDao.approve(RECORD))
        .to.emit(registry, 'MeasurementVoted')
        .withArgs(MEASUREMENT, TEE, Object.values(RECORD));
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.canary);
      expect(await registry.measurementOf(TEE, IMAGE, CONFIGURATION)).to.equal(MEASUREMENT);
      expect(await allowed()).to.deep.equal({ attest: true, sit: false, serve: false });
    });

    it('needs a vote', async () => {
      const { it, registry } = made();
      await expect(registry.connect(it.deployer).approve(RECORD))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(it.deployer);
    });

    it('refuses the same measurement twice, even a revoked one [M2]', async () => {
      const { registry, byDao } = made();
      await byDao.approve(RECORD);
      await expect(byDao.approve(RECORD))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.canary);
      await byDao.revoke(MEASUREMENT);
      await expect(byDao.approve(RECORD))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.revoked);
    });

    it('refuses an empty tee or image, whatever the configuration', async () => {
      const { registry, byDao } = made();
      for (const configuration of [CONFIGURATION, ZeroHash])
        for (const field of ['tee', 'image']) {
          const record = { ...RECORD, configuration, [field]: ZeroHash };
          await expect(byDao.approve(record), field)
            .to.be.revertedWithCustomError(registry, 'MeasurementRegistryEmptyRecord')
            .withArgs(record.tee, record.image);
        }
    });

    it('admits what hardware has measured as one: without a configuration of its own, and as no other', async () => {
      const { registry, byDao } = made();
      const measured = keccak256(concat([id('quorate/measurement/1'), TEE, IMAGE]));
      expect(await registry.measurementOf(TEE, IMAGE, ZeroHash)).to.equal(measured);
      await byDao.approve({ ...RECORD, configuration: ZeroHash });
      expect(await registry.status(measured)).to.equal(STATUS.canary);
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.none);
      expect((await registry.measurement(measured)).record.configuration).to.equal(ZeroHash);
    });
  });

  describe('promote', () => {
    it('makes a measurement ACTIVE by anyone once enough operators have attested for long enough', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      await attest(2);
      await it.helpers.time.increase(100);
      await expect(registry.connect(it.anyone).promote(MEASUREMENT))
        .to.emit(registry, 'MeasurementPromoted')
        .withArgs(MEASUREMENT, 2);
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.active);
      expect(await allowed()).to.deep.equal({ attest: true, sit: true, serve: true });
    });

    it('waits for the minimum time [M1]', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      const { votedAt } = await registry.measurement(MEASUREMENT);
      await attest(2);
      await it.helpers.time.setNextBlockTimestamp(votedAt + 99n);
      await expect(registry.promote(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooEarly')
        .withArgs(MEASUREMENT, votedAt + 99n, votedAt + 100n);
    });

    it('counts each operator once [M1]', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      const enclave = await makeEnclave(it, it.operators[0]!, 'same');
      await expect(register(it, enclave))
        .to.emit(registry, 'MeasurementAttested')
        .withArgs(MEASUREMENT, enclave.operator, 1);
      await expect(register(it, enclave, { epoch: 2 })).not.to.emit(registry, 'MeasurementAttested');
      await it.helpers.time.increase(100);
      await expect(registry.promote(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooFewOperators')
        .withArgs(MEASUREMENT, 1, 2);
    });

    it('refuses every other status', async () => {
      const { registry, byDao } = made();
      const promoting = () => expect(registry.promote(MEASUREMENT));
      await promoting()
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, 0);
      await activate();
      await promoting()
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, 2);
      await byDao.retire(MEASUREMENT);
      await promoting()
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, 3);
      await byDao.revoke(MEASUREMENT);
      await promoting()
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, 4);
    });
  });

  describe('retire', () => {
    it('lets no enclave take it up or sit with it, and those that run it serve on', async () => {
      const { it, registry, byDao } = made();
      await activate();
      expect(await allowed()).to.deep.equal({ attest: true, sit: true, serve: true });
      const { votedAt, activeAt } = await registry.measurement(MEASUREMENT);
      await expect(byDao.retire(MEASUREMENT)).to.emit(registry, 'MeasurementRetiring').withArgs(MEASUREMENT);
      expect(await allowed()).to.deep.equal({ attest: false, sit: false, serve: true });
      const shown = await registry.measurement(MEASUREMENT);
      expect([shown.status, shown.votedAt, shown.activeAt]).to.deep.equal([STATUS.retiring, votedAt, activeAt]);
      await it.helpers.time.increase(10 * 365 * 86400);
      expect(await allowed(), 'for as long as no vote revokes it').to.deep.equal({
        attest: false,
        sit: false,
        serve: true,
      });
    });

    it('needs a vote and an ACTIVE measurement', async () => {
      const { it, registry, byDao } = made();
      await expect(registry.connect(it.guardian).retire(MEASUREMENT)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await byDao.approve(RECORD);
      await expect(byDao.retire(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.canary);
    });
  });

  describe('revoke', () => {
    for (const from of ['canary', 'active', 'retiring'] as const)
      it(`ends a measurement at once that is ${from}, and for ever [M2]`, async () => {
        const { registry, byDao } = made();
        if (from === 'canary') await byDao.approve(RECORD);
        else await activate();
        if (from === 'retiring') await byDao.retire(MEASUREMENT);
        await expect(byDao.revoke(MEASUREMENT))
          .to.emit(registry, 'MeasurementRevoked')
          .withArgs(MEASUREMENT, STATUS[from]);
        expect(await allowed()).to.deep.equal({ attest: false, sit: false, serve: false });
        await expect(byDao.retire(MEASUREMENT))
          .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
          .withArgs(MEASUREMENT, STATUS.revoked);
      });

    it('needs a vote and something to revoke', async () => {
      const { it, registry, byDao } = made();
      await expect(registry.connect(it.guardian).revoke(MEASUREMENT)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await expect(byDao.revoke(MEASUREMENT)).to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus');
      await activate();
      await byDao.revoke(MEASUREMENT);
      await expect(byDao.revoke(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.revoked);
    });
  });

  describe('withdraw', () => {
    it('lets the guardian stop a canary, and another vote start over', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      await attest(2);
      await expect(it.guardianContract.connect(it.guardian).withdrawMeasurement(MEASUREMENT))
        .to.emit(registry, 'MeasurementWithdrawn')
        .withArgs(MEASUREMENT, it.guardianContract);
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.none);
      expect(await registry.mayAttest(MEASUREMENT)).to.equal(false);
      await byDao.approve(RECORD);
      await it.helpers.time.increase(100);
      await expect(registry.promote(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooFewOperators')
        .withArgs(MEASUREMENT, 0, 2);
      expect(await registry.measurementCount()).to.equal(1);
    });

    it('is no way to end what is active [M4]', async () => {
      const { it, registry } = made();
      await activate();
      await expect(it.guardianContract.connect(it.guardian).withdrawMeasurement(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.active);
      await expect(registry.connect(it.anyone).withdraw(MEASUREMENT)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
    });
  });

  it('hears of attestations from the enclave registry only', async () => {
    const { it, registry, byDao } = made();
    await byDao.approve(RECORD);
    for (const caller of [it.dao, it.deployer, it.guardian])
      await expect(registry.connect(caller).noteAttestation(MEASUREMENT, caller)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
  });

  it('lists measurements in the order of their votes', async () => {
    const { registry, byDao } = made();
    for (const name of ['a', 'b', 'c']) await byDao.approve({ ...RECORD, image: id(name) });
    expect(await registry.measurementCount()).to.equal(3);
    for (const [position, name] of ['a', 'b', 'c'].entries()) {
      const measurement = await registry.measurementAt(position);
      expect((await registry.measurement(measurement)).record.image).to.equal(id(name));
    }
    await expect(registry.measurementAt(3)).to.be.revertedWithPanic(0x32);
  });

  it('tells its rules of promotion', async () => {
    const { registry } = made();
    expect([await registry.promotionCount(), await registry.minimumCanaryTime()]).to.deep.equal([2n, 100n]);
  });

  it('cannot be deployed to promote without operators', async () => {
    const { it } = made();
    const factory = new MeasurementRegistry__factory(it.deployer);
    await expect(factory.deploy(it.accessManager, 0, 0)).to.be.revertedWithCustomError(
      factory,
      'MeasurementRegistryPromotionCountZero',
    );
  });
});
