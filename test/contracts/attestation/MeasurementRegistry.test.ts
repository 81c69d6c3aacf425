import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { MeasurementRegistry__factory } from '../../../types/factories/contracts/attestation/MeasurementRegistry__factory.ts';
import { world } from '../support/chain.ts';
import { DEVELOPMENT_TEE } from '../support/developmentTee.ts';
import { CONFIGURATION, IMAGE, MEASUREMENT, makeEnclave, RECORD, register } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';

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

  describe('approve', () => {
    it('admits a measurement as CANARY', async () => {
      const { registry, byDao } = made();
      await expect(byDao.approve(RECORD))
        .to.emit(registry, 'MeasurementVoted')
        .withArgs(MEASUREMENT, DEVELOPMENT_TEE, Object.values(RECORD));
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.canary);
      expect(await registry.measurementOf(DEVELOPMENT_TEE, IMAGE, CONFIGURATION)).to.equal(MEASUREMENT);
      expect([await registry.mayAttest(MEASUREMENT), await registry.mayServe(MEASUREMENT)]).to.deep.equal([
        true,
        false,
      ]);
    });

    it('needs a vote', async () => {
      const { it, registry } = made();
      await expect(registry.connect(it.deployer).approve(RECORD))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(it.deployer);
    });

    it('refuses the same measurement twice, even a revoked one', async () => {
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

    it('refuses an empty tee, image or configuration', async () => {
      const { registry, byDao } = made();
      for (const field of ['tee', 'image', 'configuration'])
        await expect(byDao.approve({ ...RECORD, [field]: ZeroHash }), field).to.be.revertedWithCustomError(
          registry,
          'MeasurementRegistryEmptyRecord',
        );
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
      expect(await registry.mayServe(MEASUREMENT)).to.equal(true);
    });

    it('waits for the minimum time', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      const { votedAt } = await registry.measurement(MEASUREMENT);
      await attest(2);
      await it.helpers.time.setNextBlockTimestamp(votedAt + 99n);
      await expect(registry.promote(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooEarly')
        .withArgs(MEASUREMENT, votedAt + 99n, votedAt + 100n);
    });

    it('counts each operator once', async () => {
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
      await byDao.retire(MEASUREMENT, 10);
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
    it('lets enclaves serve through the grace and no longer', async () => {
      const { it, registry, byDao } = made();
      await activate();
      await expect(byDao.retire(MEASUREMENT, 50)).to.emit(registry, 'MeasurementRetiring');
      expect([await registry.mayAttest(MEASUREMENT), await registry.mayServe(MEASUREMENT)]).to.deep.equal([true, true]);
      await it.helpers.time.increase(50);
      expect([await registry.mayAttest(MEASUREMENT), await registry.mayServe(MEASUREMENT)]).to.deep.equal([
        false,
        false,
      ]);
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.retiring);
    });

    it('needs a vote and an ACTIVE measurement', async () => {
      const { it, registry, byDao } = made();
      await expect(registry.connect(it.guardian).retire(MEASUREMENT, 1)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await byDao.approve(RECORD);
      await expect(byDao.retire(MEASUREMENT, 1))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.canary);
    });
  });

  describe('revoke', () => {
    it('ends a measurement at once', async () => {
      const { registry, byDao } = made();
      await activate();
      await expect(byDao.revoke(MEASUREMENT))
        .to.emit(registry, 'MeasurementRevoked')
        .withArgs(MEASUREMENT, STATUS.active);
      expect(await registry.mayAttest(MEASUREMENT)).to.equal(false);
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

  describe('acceptLoss', () => {
    it('lets a retirement or revocation take a key that it would otherwise spare', async () => {
      const { registry, byDao } = made();
      await activate();
      const spared = async () => [
        await registry.spares(MEASUREMENT, id('a key')),
        await registry.spares(MEASUREMENT, id('another key')),
      ];
      expect(await spared(), 'nothing to spare it from').to.deep.equal([false, false]);
      await byDao.retire(MEASUREMENT, 50);
      expect(await spared()).to.deep.equal([true, true]);
      await expect(byDao.acceptLoss(MEASUREMENT, id('a key')))
        .to.emit(registry, 'LossAccepted')
        .withArgs(MEASUREMENT, id('a key'));
      expect(await spared()).to.deep.equal([false, true]);
      await byDao.revoke(MEASUREMENT);
      expect(await spared()).to.deep.equal([false, true]);
    });

    it('needs a vote, a measurement that was voted, and says so once', async () => {
      const { it, registry, byDao } = made();
      await expect(byDao.acceptLoss(MEASUREMENT, id('a key')))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryWrongStatus')
        .withArgs(MEASUREMENT, STATUS.none);
      await byDao.approve(RECORD);
      for (const caller of [it.guardian, it.deployer])
        await expect(registry.connect(caller).acceptLoss(MEASUREMENT, id('a key'))).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
      await byDao.acceptLoss(MEASUREMENT, id('a key'));
      await expect(byDao.acceptLoss(MEASUREMENT, id('a key')))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryLossAccepted')
        .withArgs(MEASUREMENT, id('a key'));
    });

    it('spares no key from what is not admitted, or only a canary', async () => {
      const { registry, byDao } = made();
      expect(await registry.spares(MEASUREMENT, id('a key'))).to.equal(false);
      await byDao.approve(RECORD);
      expect(await registry.spares(MEASUREMENT, id('a key'))).to.equal(false);
    });
  });

  describe('withdraw', () => {
    it('lets the guardian stop a canary, and another vote start over', async () => {
      const { it, registry, byDao } = made();
      await byDao.approve(RECORD);
      await attest(2);
      await expect(registry.connect(it.guardian).withdraw(MEASUREMENT))
        .to.emit(registry, 'MeasurementWithdrawn')
        .withArgs(MEASUREMENT, it.guardian);
      expect(await registry.status(MEASUREMENT)).to.equal(STATUS.none);
      expect(await registry.mayAttest(MEASUREMENT)).to.equal(false);
      await byDao.approve(RECORD);
      await it.helpers.time.increase(100);
      await expect(registry.promote(MEASUREMENT))
        .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooFewOperators')
        .withArgs(MEASUREMENT, 0, 2);
      expect(await registry.measurementCount()).to.equal(1);
    });

    it('is no way to end what is active', async () => {
      const { it, registry } = made();
      await activate();
      await expect(registry.connect(it.guardian).withdraw(MEASUREMENT))
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

  it('shows measurements by the page', async () => {
    const { registry, byDao } = made();
    for (const name of ['a', 'b', 'c']) await byDao.approve({ ...RECORD, image: id(name) });
    const images = async (offset: number, limit: number) =>
      (await registry.measurements(offset, limit)).map(({ record }) => record.image);
    expect(await registry.measurementCount()).to.equal(3);
    expect(await images(0, 2)).to.deep.equal([id('a'), id('b')]);
    expect(await images(2, 5)).to.deep.equal([id('c')]);
    expect(await images(3, 1)).to.deep.equal([]);
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
