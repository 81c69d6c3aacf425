import { expect } from 'chai';
import { id } from 'ethers';
import type { DiversityStruct } from '../../../types/contracts/keys/ICommittees.ts';
import { world } from '../support/chain.ts';
import { admit, bootEntry, bootRecord, type Enclave } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  CEREMONY,
  committeeOf,
  confirm,
  confirmationOf,
  createKey,
  type KeyChange,
  membersOf,
  NO_RULE,
  parametersOf,
  publicKeyOf,
  secretOf,
} from '../support/keys.ts';
import {
  ANYWHERE,
  addresses,
  admitReleases,
  attest,
  FOREIGN,
  ids,
  measurementOf,
  OWN,
  placed,
  promote,
  RELEASES,
  RESEALED,
  type Spot,
  UNSEALED,
} from '../support/places.ts';

const secret = secretOf('committees');

describe('Committees', () => {
  /** Operators 0 to 3 are alike; 4 to 7 differ from them in one thing each; 8 seals nothing. */
  const made = fresh(async () => {
    const it = await world({ promotionCount: 1 });
    await admitReleases(it, RELEASES);
    const spots: Partial<Spot>[] = [
      ...[{}, {}, {}, {}],
      { region: 'elsewhere' },
      { release: FOREIGN, platform: 'foreign' },
      { platform: 'another platform' },
      { release: RESEALED },
      { release: UNSEALED },
    ];
    const all: Enclave[] = [];
    for (const [number, spot] of spots.entries()) all.push(await placed(it, number, spot));
    await promote(it, RELEASES);
    return { it, registry: it.keyRegistry, all };
  });

  const pick = (...numbers: number[]) => numbers.map((number) => made().all[number]!);
  const create = (members: readonly Enclave[], change: KeyChange = {}) =>
    createKey(made().it, parametersOf(members, change));
  const ruled = (rule: Partial<DiversityStruct>) => ({ ...NO_RULE, ...rule });
  const seated = (keyId: string) => membersOf(made().it, keyId);
  const active = (members: readonly Enclave[], change: KeyChange = {}) =>
    activeKey(made().it, members, secret, parametersOf(members, change));

  describe('a rule of diversity', () => {
    for (const threshold of [2, 3])
      it(`of caps under threshold ${threshold} is kept with the key, any other refused [I11 C1]`, async () => {
        const { registry } = made();
        const members = pick(4, 5, 6, 7);
        for (const dimension of ['region', 'vendor', 'platform', 'sealing'] as const) {
          const rule = ruled({ [dimension]: threshold });
          await expect(create(members, { threshold, diversity: rule }), dimension)
            .to.be.revertedWithCustomError(made().it.committees, 'CommitteesInvalidDiversity')
            .withArgs(threshold, Object.values(rule));
        }
        const rule = ruled({ region: threshold - 1 });
        const keyId = await create(pick(4, 0), { threshold: 2, diversity: { ...rule, region: 1 } });
        expect([...(await made().it.committees.seatsOf(registry, keyId)).diversity]).to.deep.equal([1n, 0n, 0n, 0n]);
      });

    for (const [dimension, number] of [
      ['region', 4],
      ['vendor', 5],
      ['platform', 6],
      ['sealing', 7],
    ] as const)
      it(`keeps out of a committee who shares a ${dimension} with too many [I11 C1]`, async () => {
        const { it } = made();
        const diversity = ruled({ [dimension]: 1 });
        await expect(create(pick(0, 1), { diversity }))
          .to.be.revertedWithCustomError(made().it.committees, 'CommitteesTooFewEligible')
          .withArgs((keyId: string) => keyId.length === 66, 1, 2);
        expect(await seated(await create(pick(0, number), { diversity }))).to.deep.equal(ids(pick(0, number)));
        const reserves = addresses(pick(2, number));
        expect(await seated(await create(pick(0, 1), { diversity, reserves }))).to.deep.equal(ids(pick(0, number)));
        expect(await it.keyRegistry.keyCount()).to.equal(2);
      });

    it('counts up to its cap', async () => {
      const diversity = ruled({ region: 2 });
      const members = pick(0, 1, 4);
      expect(await seated(await create(members, { threshold: 3, diversity }))).to.deep.equal(ids(members));
      await expect(create(pick(0, 1, 2), { threshold: 3, diversity })).to.be.revertedWithCustomError(
        made().it.committees,
        'CommitteesTooFewEligible',
      );
    });

    it('does not count enclaves that seal nothing as of one source', async () => {
      const diversity = ruled({ sealing: 1 });
      const { it } = made();
      const other = await placed(it, 9, { release: UNSEALED });
      const members = [...pick(0, 8), other];
      expect(await seated(await create(members, { diversity }))).to.deep.equal(ids(members));
    });

    it('gives a suspect its seat back where no reserve fits, and where one does not, tries the next [C2]', async () => {
      const { it, registry } = made();
      const members = pick(0, 4);
      const diversity = ruled({ region: 1 });
      const keyId = await create(members, { diversity, reserves: addresses(pick(1, 2)) });
      const outcomes = new Set<string>();
      for (let attempt = 2; attempt < 8; ++attempt) {
        await it.helpers.time.increase(601);
        await registry.openAttempt(keyId);
        const now = await seated(keyId);
        expect(now[1], 'nobody else from elsewhere').to.equal(members[1]!.id);
        outcomes.add(now[0]!);
      }
      expect(outcomes.size, 'one of the alike replaces another').to.be.above(1);
    });

    it('looks at a reserve again for a suspect, that did not fit a seat which nobody had', async () => {
      const { it } = made();
      const [alike, suspect] = pick(0, 4);
      const near = await placed(it, 9, { region: 'elsewhere' });
      const far = await placed(it, 10, { region: 'somewhere else' });
      const nobody = it.operators[11]!.address;
      const [operators, reserves] = [[...addresses([alike!, suspect!]), nobody], addresses([near, far])];
      const committee = committeeOf([], { operators, reserves, diversity: ruled({ region: 1 }) });
      const [keys, keyId] = [it.anyone, id('a key')];
      await it.committees.connect(keys).appoint(keyId, committee);
      expect([...(await it.committees.connect(keys).seat.staticCall(keyId, 1, 0b010))]).to.deep.equal(
        ids([alike!, near, far]),
      );
      const seating = it.committees.connect(keys).seat(keyId, 1, 0b010);
      const change = expect(seating).to.emit(it.committees, 'SeatChanged');
      await change.withArgs(keys, keyId, 3, 1, nobody, far.operator);
      await expect(seating)
        .to.emit(it.committees, 'SeatChanged')
        .withArgs(keys, keyId, 2, 1, suspect!.operator, near.operator);
      const seats = await it.committees.seatsOf(keys, keyId);
      expect([...seats.operators]).to.deep.equal(addresses([alike!, near, far]));
      expect([...seats.reserves]).to.deep.equal([suspect!.operator.address, nobody]);
      expect(seats.nextReserve).to.equal(0);
    });

    it('is kept by the registry that calls: nobody fills the seats of another', async () => {
      const { it, registry } = made();
      const keyId = await create(pick(0, 4), { diversity: ruled({ region: 1 }) });
      const before = await it.committees.seatsOf(registry, keyId);
      await it.committees.connect(it.anyone).appoint(keyId, committeeOf(pick(5, 6)));
      await it.committees.connect(it.anyone).seat(keyId, 2, 3);
      expect(await it.committees.seatsOf(registry, keyId)).to.deep.equal(before);
      expect([...(await it.committees.seatsOf(it.anyone, keyId)).operators]).to.deep.equal(addresses(pick(5, 6)));
      expect([...(await it.committees.seatsOf(it.guardian, keyId)).operators]).to.deep.equal([]);
    });

    it('ends a seat that an operator has made impossible by moving', async () => {
      const { it, registry } = made();
      const members = pick(0, 6);
      const keyId = await create(members, { diversity: ruled({ platform: 1 }), reserves: addresses(pick(5)) });
      await attest(it, members[1]!, ANYWHERE, 2);
      await it.helpers.time.increase(601);
      await expect(registry.openAttempt(keyId)).to.emit(it.committees, 'SeatChanged');
      // which of the two that share a platform now comes first depends on the hour
      const [first, second] = await seated(keyId);
      const [alike, moved, other] = ids([...members, ...pick(5)]);
      expect([
        [alike, other],
        [other, moved],
      ]).to.deep.include([first, second]);
    });

    it('is said to be broken when members move, or votes move them [C1]', async () => {
      const { it, registry } = made();
      const members = pick(0, 4, 6);
      const keyId = await active(members, { diversity: ruled({ platform: 0, region: 0 }) });
      await expect(registry.recheck(keyId), 'no rule').not.to.emit(registry, 'DiversityBroken');
      const strict = await create(pick(0, 4), { diversity: ruled({ region: 1 }) });
      await expect(registry.recheck(strict)).not.to.emit(registry, 'DiversityBroken');
      await admit(it, members[1]!.operator.address, 1, id('region'));
      await expect(registry.recheck(strict)).to.emit(registry, 'DiversityBroken').withArgs(strict);
    });
  });

  describe('a measurement that retires', () => {
    const first = measurementOf(OWN);
    const byDao = () => made().it.measurementRegistry.connect(made().it.dao);
    const words = async (keyId: string) => [...(await made().registry.key(keyId))];

    it('serves on, for as long as its enclaves renew their evidence [M3]', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await active(members);
      const before = await words(keyId);
      await byDao().retire(first);
      for (let month = 0; month < 3; ++month) {
        await it.helpers.time.increase(29 * 86400);
        for (const member of members) await attest(it, member, ANYWHERE, 2 + month);
        expect(await registry.liveMembers(keyId)).to.equal(2);
      }
      expect(await words(keyId)).to.deep.equal(before);
      await it.helpers.time.increase(31 * 86400);
      expect(await registry.liveMembers(keyId), 'whoever does not renew').to.equal(0);
    });

    it('takes no seat in what opens later, and confirms what is open [M3]', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await create(members);
      await byDao().retire(first);
      for (const member of members) await confirm(it, member, await confirmationOf(it, keyId, publicKeyOf(secret)));
      expect((await registry.ceremonyOf(keyId)).status).to.equal(CEREMONY.confirmed);
      await expect(create(members))
        .to.be.revertedWithCustomError(it.committees, 'CommitteesTooFewEligible')
        .withArgs((id_: string) => id_.length === 66, 0, 2);
      await it.helpers.time.increase(601);
      await expect(registry.openAttempt(keyId)).to.be.revertedWithCustomError(
        it.committees,
        'CommitteesTooFewEligible',
      );
    });
  });

  describe('a measurement that is revoked', () => {
    const first = measurementOf(OWN);
    const byDao = () => made().it.measurementRegistry.connect(made().it.dao);
    const words = async (keyId: string) => [...(await made().registry.key(keyId))];

    it('freezes a key that had no other, and destroys nothing: not one of its words changes [I7 M2]', async () => {
      const { it, registry } = made();
      const members = pick(0, 1, 2);
      const keyId = await active(members);
      const before = await words(keyId);
      await byDao().revoke(first);
      expect(await registry.liveMembers(keyId)).to.equal(0);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 0, 2);
      expect(await words(keyId)).to.deep.equal(before);
      expect(await membersOf(it, keyId), 'those who hold the shares').to.deep.equal(ids(members));
      const boot = await bootEntry(it, members[0]!, bootRecord(9));
      await expect(it.enclaveRegistry.recordBoots([boot]), 'and may be heard').to.emit(
        it.enclaveRegistry,
        'BootRecorded',
      );
      expect(await it.enclaveRegistry.isAttested(members[0]!.id)).to.equal(true);
      expect(await it.enclaveRegistry.serves(members[0]!.id)).to.equal(false);
    });

    it('takes its members from a key that has others', async () => {
      const { registry } = made();
      const keyId = await active(pick(0, 7, 8));
      await byDao().revoke(first);
      expect(await registry.liveMembers(keyId)).to.equal(2);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 2, 2);
    });

    it('gives a key its members back that have moved on to another', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await active(members);
      await byDao().revoke(first);
      for (const member of members) await attest(it, member, { ...ANYWHERE, release: RESEALED }, 2);
      expect(await registry.liveMembers(keyId)).to.equal(2);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 2, 2);
    });

    it('confirms nothing, and takes no seat', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await create(members);
      await byDao().revoke(first);
      await expect(confirm(it, members[0]!, await confirmationOf(it, keyId, publicKeyOf(secret))))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotServing')
        .withArgs(keyId, members[0]!.id);
      await expect(create(pick(0, 7))).to.be.revertedWithCustomError(it.committees, 'CommitteesTooFewEligible');
    });
  });

  it('a canary serves no key: what has proven nothing yet serves nothing', async () => {
    const { it, registry } = made();
    const members = pick(0, 1);
    const keyId = await active(members);
    const canary = { ...OWN, image: 'canary' };
    await admitReleases(it, [canary]);
    await attest(it, members[0]!, { ...ANYWHERE, release: canary }, 2);
    expect(await registry.liveMembers(keyId)).to.equal(1);
  });

  it('keeps a dismissed operator its share, and gives it no new seat', async () => {
    const { it, registry } = made();
    const keyId = await active(pick(0, 1));
    await admit(it, made().all[0]!.operator.address, 0);
    expect(await registry.liveMembers(keyId)).to.equal(2);
    await expect(create(pick(0, 1)))
      .to.be.revertedWithCustomError(made().it.committees, 'CommitteesTooFewEligible')
      .withArgs((id_: string) => id_.length === 66, 1, 2);
  });
});
