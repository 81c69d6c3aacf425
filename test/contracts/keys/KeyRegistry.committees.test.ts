import { expect } from 'chai';
import { AbiCoder, id, keccak256, ZeroHash } from 'ethers';
import type { DiversityStruct } from '../../../types/contracts/keys/ICommittees.ts';
import { world } from '../support/chain.ts';
import { admit, type Enclave } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  committeeOf,
  confirm,
  confirmationOf,
  createKey,
  type KeyChange,
  KIND,
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
  DEVELOPMENT,
  FOREIGN,
  ids,
  measurementOf,
  placed,
  promote,
  RELEASES,
  RESEALED,
  type Spot,
  UNSEALED,
} from '../support/places.ts';

const secret = secretOf('committees');

describe('KeyRegistry: committees', () => {
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
  const seated = async (keyId: string) => [...(await made().registry.key(keyId)).members];
  const active = (members: readonly Enclave[], change: KeyChange = {}) =>
    activeKey(made().it, members, secret, parametersOf(members, change));

  describe('a rule of diversity', () => {
    for (const threshold of [2, 3])
      it(`of caps under threshold ${threshold} is kept with the key, any other refused`, async () => {
        const { registry } = made();
        const members = pick(4, 5, 6, 7);
        for (const dimension of ['region', 'vendor', 'platform', 'sealing'] as const) {
          const rule = ruled({ [dimension]: threshold });
          await expect(create(members, { threshold, diversity: rule }), dimension)
            .to.be.revertedWithCustomError(registry, 'KeyRegistryInvalidDiversity')
            .withArgs(threshold, Object.values(rule));
        }
        const rule = ruled({ region: threshold - 1 });
        const keyId = await create(pick(4, 0), { threshold: 2, diversity: { ...rule, region: 1 } });
        expect([...(await registry.key(keyId)).diversity]).to.deep.equal([1n, 0n, 0n, 0n]);
      });

    for (const [dimension, number] of [
      ['region', 4],
      ['vendor', 5],
      ['platform', 6],
      ['sealing', 7],
    ] as const)
      it(`keeps out of a committee who shares a ${dimension} with too many`, async () => {
        const { it, registry } = made();
        const diversity = ruled({ [dimension]: 1 });
        await expect(create(pick(0, 1), { diversity }))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryTooFewEligible')
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
        made().registry,
        'KeyRegistryTooFewEligible',
      );
    });

    it('does not count enclaves that seal nothing as of one source', async () => {
      const diversity = ruled({ sealing: 1 });
      const { it } = made();
      const other = await placed(it, 9, { release: UNSEALED });
      const members = [...pick(0, 8), other];
      expect(await seated(await create(members, { diversity }))).to.deep.equal(ids(members));
    });

    it('gives a suspect its seat back where no reserve fits, and where one does not, tries the next', async () => {
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
      const seating = { operators, reserves, next: 0, first: 0, suspects: 0b010, rule: ruled({ region: 1 }) };
      const { members, changes, next, left } = await it.committees.seat(seating);
      expect([...members]).to.deep.equal(ids([alike!, near, far]));
      expect(changes.map((one) => [...one])).to.deep.equal([
        [2n, 1n],
        [1n, 0n],
      ]);
      expect([next, left]).to.deep.equal([0n, 0n]);
    });

    it('ends a seat that an operator has made impossible by moving', async () => {
      const { it, registry } = made();
      const members = pick(0, 6);
      const keyId = await create(members, { diversity: ruled({ platform: 1 }), reserves: addresses(pick(5)) });
      await attest(it, members[1]!, ANYWHERE, 2);
      await it.helpers.time.increase(601);
      await expect(registry.openAttempt(keyId)).to.emit(registry, 'SeatChanged');
      // which of the two that share a platform now comes first depends on the hour
      const [first, second] = await seated(keyId);
      const [alike, moved, other] = ids([...members, ...pick(5)]);
      expect([
        [alike, other],
        [other, moved],
      ]).to.deep.include([first, second]);
    });

    it('is said to be broken when members move, or votes move them', async () => {
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

  describe('standings', () => {
    const standing = async (keyId: string) => {
      const { it } = made();
      const { region, vendor, platform, sealing } = await it.committees.standingsOf(it.keyRegistry, keyId);
      const told = (one: typeof region) => [Number(one.largest), one.safe, one.survives];
      return { region: told(region), vendor: told(vendor), platform: told(platform), sealing: told(sealing) };
    };

    it('say which one thing could take a key, and which could stop it', async () => {
      const alike = await create(pick(0, 1, 2));
      expect(await standing(alike)).to.deep.equal({
        region: [3, false, false],
        vendor: [3, false, false],
        platform: [3, false, false],
        sealing: [3, false, false],
      });
      const mixed = await create(pick(0, 4, 5));
      expect(await standing(mixed)).to.deep.equal({
        region: [2, false, false],
        vendor: [2, false, false],
        platform: [2, false, false],
        sealing: [2, false, false],
      });
    });

    it('tell what nobody could take from what nobody could stop', async () => {
      const keyId = await create(pick(4, 5, 6));
      expect(await standing(keyId)).to.deep.equal({
        region: [2, false, false],
        vendor: [2, false, false],
        platform: [1, true, true],
        sealing: [2, false, false],
      });
      const two = await create(pick(0, 5), { threshold: 2 });
      expect((await standing(two)).vendor, 'safe from either, lost with either').to.deep.equal([1, true, false]);
    });

    it('count nobody as sharing a source where nothing is sealed', async () => {
      const { it } = made();
      const other = await placed(it, 9, { release: UNSEALED });
      const keyId = await create([...pick(8), other]);
      expect((await standing(keyId)).sealing).to.deep.equal([0, true, true]);
      for (const one of [pick(0, 8), pick(8, 0)])
        expect((await standing(await create(one))).sealing, 'only one seals').to.deep.equal([1, true, false]);
    });
  });

  describe('a key that would lose too many members with a measurement', () => {
    const first = measurementOf(DEVELOPMENT);
    const byDao = () => made().it.measurementRegistry.connect(made().it.dao);

    it('is spared: they go on serving it', async () => {
      const { registry } = made();
      const keyId = await active(pick(0, 1, 7));
      await byDao().revoke(first);
      expect(await registry.liveMembers(keyId)).to.equal(3);
      expect((await registry.key(keyId)).spared, 'nobody has said so yet').to.equal(false);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeySpared').withArgs(keyId, true);
      expect((await registry.key(keyId)).spared).to.equal(true);
      await expect(registry.recheck(keyId), 'said once').not.to.emit(registry, 'KeySpared');
    });

    it('is not spared while enough others are left', async () => {
      const { registry } = made();
      const keyId = await active(pick(0, 7, 8));
      await byDao().revoke(first);
      expect(await registry.liveMembers(keyId)).to.equal(2);
      await expect(registry.recheck(keyId)).not.to.emit(registry, 'KeySpared');
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 2, 2);
    });

    it('is spared a retirement once its grace is over, and no sooner', async () => {
      const { it, registry } = made();
      const keyId = await active(pick(0, 1));
      await byDao().retire(first, 1000);
      await expect(registry.recheck(keyId)).not.to.emit(registry, 'KeySpared');
      await it.helpers.time.increase(1000);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeySpared').withArgs(keyId, true);
    });

    it('is lost where the vote accepts that', async () => {
      const { registry } = made();
      const keyId = await active(pick(0, 1, 7));
      await byDao().revoke(first);
      await registry.recheck(keyId);
      await byDao().acceptLoss(first, keyId);
      expect(await registry.liveMembers(keyId)).to.equal(1);
      const recheck = registry.recheck(keyId);
      await expect(recheck).to.emit(registry, 'KeySpared').withArgs(keyId, false);
      await expect(recheck).to.emit(registry, 'KeyAtRisk').withArgs(keyId, 1, 2);
    });

    it('is not spared where that would not help either', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await active(members);
      await byDao().revoke(first);
      await it.enclaveRegistry.connect(members[0]!.operator).retire(members[0]!.id);
      expect(await registry.liveMembers(keyId)).to.equal(0);
      await expect(registry.recheck(keyId)).not.to.emit(registry, 'KeySpared');
    });

    it('is spared no longer once enough members have moved on', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await active(members);
      await byDao().revoke(first);
      await registry.recheck(keyId);
      for (const member of members) await attest(it, member, { ...ANYWHERE, release: RESEALED }, 2);
      await expect(registry.recheck(keyId)).to.emit(registry, 'KeySpared').withArgs(keyId, false);
      expect(await registry.liveMembers(keyId)).to.equal(2);
    });

    it('is spared no canary: what has proven nothing yet serves nothing', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await active(members);
      const canary = { ...DEVELOPMENT, image: 'canary' };
      await admitReleases(it, [canary]);
      await attest(it, members[0]!, { ...ANYWHERE, release: canary }, 2);
      expect(await registry.liveMembers(keyId)).to.equal(1);
    });

    it('has nothing to be spared while it is being made', async () => {
      const { it, registry } = made();
      const members = pick(0, 1);
      const keyId = await create(members);
      await byDao().revoke(first);
      await expect(registry.recheck(keyId)).not.to.emit(registry, 'KeySpared');
      await expect(confirm(it, members[0]!, await confirmationOf(it, keyId, publicKeyOf(secret))))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotEligible')
        .withArgs(keyId, members[0]!.id);
    });

    it('lets its members join no other committee', async () => {
      const { registry } = made();
      const keyId = await active(pick(0, 1));
      await byDao().revoke(first);
      await registry.recheck(keyId);
      await expect(create(pick(0, 7))).to.be.revertedWithCustomError(registry, 'KeyRegistryTooFewEligible');
    });
  });

  describe('proposeCommittee', () => {
    const TYPE =
      'tuple(uint16 threshold, address[] operators, address[] reserves, uint32 attemptWindow, tuple(uint16 region, uint16 vendor, uint16 platform, uint16 sealing) diversity)';
    const hashOf = (committee: object) => keccak256(AbiCoder.defaultAbiCoder().encode([TYPE], [committee]));

    it('announces who shall hold an active key, after the longest delay', async () => {
      const { it, registry } = made();
      const keyId = await active(pick(0, 1));
      const committee = committeeOf(pick(4, 5, 6), { threshold: 3, diversity: ruled({ region: 2 }) });
      const delay = Number(await registry.committeeDelay());
      const proposing = registry.connect(it.dao).proposeCommittee(keyId, committee);
      const effectiveAt = (await it.helpers.time.latest()) + 1 + delay;
      await expect(proposing)
        .to.emit(registry, 'CommitteeProposed')
        .withArgs(keyId, 2, hashOf(committee), effectiveAt, (told: { threshold: bigint }) => told.threshold === 3n);
      expect([...(await registry.proposedCommittee(keyId))]).to.deep.equal([hashOf(committee), BigInt(effectiveAt)]);
      expect(await seated(keyId), 'and moves no share').to.deep.equal(ids(pick(0, 1)));
    });

    it('is for votes, about an active key, within the rules of any committee', async () => {
      const { it, registry } = made();
      const keyId = await active(pick(0, 1));
      const committee = committeeOf(pick(4, 5));
      for (const caller of [it.guardian, it.deployer, made().all[0]!.operator])
        await expect(registry.connect(caller).proposeCommittee(keyId, committee)).to.be.revertedWithCustomError(
          registry,
          'AccessManagedUnauthorized',
        );
      const byVote = registry.connect(it.dao);
      await expect(byVote.proposeCommittee(keyId, { ...committee, threshold: 3 })).to.be.revertedWithCustomError(
        registry,
        'KeyRegistryInvalidThreshold',
      );
      const unborn = await create(pick(0, 1));
      await expect(byVote.proposeCommittee(unborn, committee))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(unborn, 1, 3);
    });

    it('can be withdrawn by the guardian until it takes effect, and not after', async () => {
      const { it, registry } = made();
      const keyId = await active(pick(0, 1));
      const committee = committeeOf(pick(4, 5));
      const byGuardian = registry.connect(it.guardian);
      await expect(byGuardian.withdrawCommittee(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNothingToWithdraw')
        .withArgs(keyId, 0, (await it.helpers.time.latest()) + 1);
      await registry.connect(it.dao).proposeCommittee(keyId, committee);
      await expect(registry.connect(it.anyone).withdrawCommittee(keyId)).to.be.revertedWithCustomError(
        registry,
        'AccessManagedUnauthorized',
      );
      await expect(byGuardian.withdrawCommittee(keyId))
        .to.emit(registry, 'CommitteeWithdrawn')
        .withArgs(keyId, hashOf(committee), it.guardian);
      expect([...(await registry.proposedCommittee(keyId))]).to.deep.equal([ZeroHash, 0n]);
      await registry.connect(it.dao).proposeCommittee(keyId, committee);
      const { effectiveAt } = await registry.proposedCommittee(keyId);
      await it.helpers.time.setNextBlockTimestamp(effectiveAt);
      await expect(byGuardian.withdrawCommittee(keyId))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNothingToWithdraw')
        .withArgs(keyId, effectiveAt, effectiveAt);
    });

    it('starts its delay anew with every vote', async () => {
      const { it, registry } = made();
      const keyId = await active(pick(0, 1));
      await registry.connect(it.dao).proposeCommittee(keyId, committeeOf(pick(4, 5)));
      const before = (await registry.proposedCommittee(keyId)).effectiveAt;
      await it.helpers.time.increase(15);
      await registry.connect(it.dao).proposeCommittee(keyId, committeeOf(pick(4, 6)));
      expect((await registry.proposedCommittee(keyId)).effectiveAt).to.be.above(before + 14n);
    });
  });

  it('keeps a dismissed operator its share, and gives it no new seat', async () => {
    const { it, registry } = made();
    const keyId = await active(pick(0, 1));
    await admit(it, made().all[0]!.operator.address, 0);
    expect(await registry.liveMembers(keyId)).to.equal(2);
    await expect(create(pick(0, 1), { policy: { requesters: [], delegates: [], kinds: 1 << KIND.raw, delay: 0 } }))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryTooFewEligible')
      .withArgs((id_: string) => id_.length === 66, 1, 2);
  });
});
