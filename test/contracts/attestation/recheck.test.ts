/** Anyone may have an enclave's evidence judged again: it can only count for less, and only if it is that enclave's own. */

import { expect } from 'chai';
import { id } from 'ethers';
import { world } from '../support/chain.ts';
import { type Enclave, registrationOf } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { admitReleases, evidenceOf, FOREIGN, measurementOf, placed, type Spot } from '../support/places.ts';

const SPOT: Spot = { region: 'region', platform: 'platform', release: FOREIGN };
const UNTIL = 2 ** 40;

describe('evidence that is judged again', () => {
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, [FOREIGN]);
    const enclave = await placed(it, 0, SPOT);
    return { it, enclave };
  });
  const show = async (validUntil: number, { spot = SPOT, epoch = 1, of = made().enclave as Enclave } = {}) => {
    const { it } = made();
    const registration = await registrationOf(it, of, { region: id(SPOT.region), tee: FOREIGN.tee, epoch });
    const evidence = await evidenceOf(it, registration, spot, validUntil);
    return it.enclaveRegistry.connect(it.anyone).recheck(registration, evidence);
  };
  const refused = (sent: Promise<unknown>, error: string, ...values: unknown[]) =>
    expect(sent)
      .to.be.revertedWithCustomError(made().it.enclaveRegistry, error)
      .withArgs(...values);

  it('counts for less long: it is said, and at the end anyone may suspend the enclave [E9]', async () => {
    const { it, enclave } = made();
    const soon = (await it.helpers.time.latest()) + 100;
    await expect(show(soon))
      .to.emit(it.enclaveRegistry, 'EnclaveAttested')
      .withArgs(enclave.id, 1, id(SPOT.platform), soon);
    expect(await it.enclaveRegistry.isAttested(enclave.id)).to.equal(true);
    await show(0);
    expect(await it.enclaveRegistry.isAttested(enclave.id)).to.equal(false);
    await it.enclaveRegistry.connect(it.anyone).suspend(enclave.id);
  });

  it('never counts for longer [E9]', async () => {
    const { enclave } = made();
    for (const longer of [UNTIL, UNTIL + 1])
      await refused(show(longer), 'EnclaveRegistryStillValid', enclave.id, longer, UNTIL);
  });

  it('is of this epoch, this code and this machine [E9]', async () => {
    const { enclave } = made();
    await refused(show(0, { epoch: 2 }), 'EnclaveRegistryWrongEpoch', enclave.id, 2, 1);
    const elsewhere = { ...SPOT, platform: 'elsewhere' };
    const measured = measurementOf(FOREIGN);
    await refused(
      show(0, { spot: elsewhere }),
      ...(['EnclaveRegistryOtherEvidence', enclave.id, measured, id('elsewhere')] as const),
    );
    const image = { ...FOREIGN, image: 'other' };
    await refused(
      show(0, { spot: { ...SPOT, release: image } }),
      ...(['EnclaveRegistryOtherEvidence', enclave.id, measurementOf(image), id(SPOT.platform)] as const),
    );
  });

  it('is of this enclave: another’s says nothing about it', async () => {
    const { it, enclave } = made();
    const other = await placed(it, 1, { ...SPOT, platform: 'another' });
    const registration = await registrationOf(it, other, { region: id(SPOT.region), tee: FOREIGN.tee });
    const evidence = await evidenceOf(it, registration, SPOT, 0);
    const own = { ...registration, operator: enclave.operator.address, identity: enclave.identity.address };
    await expect(it.enclaveRegistry.recheck(own, evidence)).to.be.revertedWithCustomError(
      it.enclaveRegistry,
      'EnclaveRegistryOtherReportData',
    );
  });

  it('is judged by a verifier, of an enclave that is active', async () => {
    const { it, enclave } = made();
    await it.enclaveRegistry.connect(enclave.operator).retire(enclave.id);
    await expect(show(0)).to.be.revertedWithCustomError(it.enclaveRegistry, 'EnclaveRegistryNotActive');
    const other = await placed(it, 1, { ...SPOT, platform: 'another' });
    await it.enclaveRegistry.connect(it.dao).removeVerifier(FOREIGN.tee);
    await it.helpers.time.increase(await it.enclaveRegistry.trustDelay());
    await refused(show(0, { of: other }), 'EnclaveRegistryUnknownTee', FOREIGN.tee);
  });
});
