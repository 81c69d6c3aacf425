/** What the lens of enclaves shows: pages of what the registries keep one by one, and what each enclave may do. */

import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, MEASUREMENT, makeEnclave } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { addresses, admitReleases, ids, measurementOf, UNSEALED } from '../support/places.ts';

const HUGE = 2n ** 256n - 1n;
type Pages<T> = (offset: bigint, limit: bigint) => Promise<readonly T[]>;

describe('EnclaveLens', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    await admitReleases(it, [UNSEALED]);
    return { it, lens: it.enclaveLens, members };
  });

  async function pages<T>(of: Pages<T>, nameOf: (item: T) => string, expected: readonly string[]): Promise<void> {
    const page = async (offset: bigint, limit: bigint) => (await of(offset, limit)).map(nameOf);
    expect(await page(0n, HUGE)).to.deep.equal(expected);
    expect(await page(1n, 1n)).to.deep.equal(expected.slice(1, 2));
    expect(await page(0n, 0n)).to.deep.equal([]);
    expect(await page(BigInt(expected.length), 1n)).to.deep.equal([]);
    expect(await page(HUGE, HUGE)).to.deep.equal([]);
  }

  it('pages enclaves, each as the registry shows it', async () => {
    const { it, lens, members } = made();
    await pages(
      (offset, limit) => lens.enclaves(offset, limit),
      ({ id: its }) => its,
      ids(members),
    );
    const [first] = await lens.enclaves(0, 1);
    expect([...first!]).to.deep.equal([...(await it.enclaveRegistry.enclave(members[0]!.id))]);
  });

  it('pages operators, dismissed ones too', async () => {
    const { it, lens, members } = made();
    const [{ operator }] = [members[0]!];
    await it.enclaveRegistry.connect(it.dao).setOperator(operator, id('elsewhere'), 0);
    await pages(
      (offset, limit) => lens.operators(offset, limit),
      ({ operator: its }) => its,
      addresses(members),
    );
    const [first] = await lens.operators(0, 1);
    expect([first!.region, first!.cap, first!.enclaves, first!.chosen]).to.deep.equal([
      id('elsewhere'),
      0n,
      1n,
      members[0]!.id,
    ]);
  });

  it('pages measurements, withdrawn ones too', async () => {
    const { it, lens } = made();
    const unsealed = measurementOf(UNSEALED);
    await it.guardianContract.connect(it.guardian).withdrawMeasurement(unsealed);
    const of = (offset: bigint, limit: bigint) => lens.measurements(offset, limit);
    await pages(of, ({ measurement }) => measurement, [MEASUREMENT, unsealed]);
    const [active, withdrawn] = await lens.measurements(0, 2);
    expect([active!.status, withdrawn!.status]).to.deep.equal([2n, 0n]);
    expect(active!.record.image).to.equal(id('image'));
  });

  it('says what each enclave may do, and what it has in common with others', async () => {
    const { it, lens, members } = made();
    const stranger = await makeEnclave(it, it.operators[12]!, 'stranger');
    await it.enclaveRegistry.connect(it.dao).suspend(members[1]!.id);
    const services = async () =>
      (await lens.servicesOf([...ids(members), stranger.id])).map((each) => [
        each.id,
        each.attested,
        each.eligible,
        each.serves,
      ]);
    const [a, b, c] = ids(members);
    expect(await services()).to.deep.equal([
      [a, true, true, true],
      [b, false, false, false],
      [c, true, true, true],
      [stranger.id, false, false, false],
    ]);
    await it.measurementRegistry.connect(it.dao).retire(MEASUREMENT);
    expect((await services())[0]).to.deep.equal([a, true, false, true]);
    await it.measurementRegistry.connect(it.dao).revoke(MEASUREMENT);
    expect((await services())[0]).to.deep.equal([a, true, false, false]);
    const [{ traits }] = [(await lens.servicesOf([a!]))[0]!];
    expect([...traits]).to.deep.equal([...(await it.enclaveRegistry.traitsOf(a!))]);
    expect(traits.measurement).to.equal(MEASUREMENT);
    expect(traits.region).not.to.equal(ZeroHash);
  });
});
