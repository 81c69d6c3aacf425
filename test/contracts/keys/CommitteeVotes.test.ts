/** Votes for another committee: who announces, the delay that no vote shortens, and who takes it back. */

import { expect } from 'chai';
import { AbiCoder, id, keccak256, ZeroHash } from 'ethers';
import type { CommitteeParametersStruct } from '../../../types/contracts/keys/ICommitteeVotes.ts';
import { CommitteeVotes__factory } from '../../../types/factories/contracts/keys/CommitteeVotes__factory.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, committeeOf, createKey, KEY_STATUS, membersOf, parametersOf, secretOf } from '../support/keys.ts';
import { ids } from '../support/places.ts';

const TYPE =
  'tuple(uint16 threshold, address[] operators, address[] reserves, uint32 attemptWindow, ' +
  'tuple(uint16 region, uint16 vendor, uint16 platform, uint16 sealing) diversity)';
const hashOf = (committee: object) => keccak256(AbiCoder.defaultAbiCoder().encode([TYPE], [committee]));

describe('CommitteeVotes', () => {
  const made = fresh(async () => {
    const it = await world();
    const enclaves = await eligibleEnclaves(it, 5);
    const [members, others] = [enclaves.slice(0, 2), enclaves.slice(2)];
    const keyId = await activeKey(it, members, secretOf('committee votes'), parametersOf(members));
    const delay = Number(await it.keyRegistry.committeeDelay());
    return { it, registry: it.keyRegistry, votes: it.committeeVotes, members, others, keyId, delay };
  });
  const propose = (committee: CommitteeParametersStruct, keyId = made().keyId) =>
    made().votes.connect(made().it.dao).propose(made().registry, keyId, committee);
  const proposed = async () => [...(await made().registry.proposedCommittee(made().keyId))];

  it('announce who shall hold an active key, after the longest delay [K8]', async () => {
    const { it, registry, votes, members, others, keyId, delay } = made();
    const rule = { region: 2, vendor: 0, platform: 0, sealing: 0 };
    const committee = committeeOf(others, { threshold: 3, diversity: rule });
    const before = [...(await registry.key(keyId))];
    const proposing = propose(committee);
    const effectiveAt = (await it.helpers.time.latest()) + 1 + delay;
    await expect(proposing)
      .to.emit(votes, 'CommitteeProposed')
      .withArgs(
        registry,
        keyId,
        2,
        hashOf(committee),
        effectiveAt,
        (told: { threshold: bigint; attemptWindow: bigint }) => [told.threshold, told.attemptWindow].join() === '3,600',
      );
    await expect(proposing).to.emit(registry, 'CommitteeAnnounced').withArgs(keyId, 2, hashOf(committee), effectiveAt);
    expect(await proposed()).to.deep.equal([hashOf(committee), BigInt(effectiveAt)]);
    expect([...(await registry.key(keyId))], 'and change no word of the key').to.deep.equal(before);
    expect(await membersOf(it, keyId), 'and move no share').to.deep.equal(ids(members));
  });

  it('are votes, about an active key, within the rules of any committee', async () => {
    const { it, registry, votes, members, others } = made();
    const committee = committeeOf(others);
    for (const caller of [it.guardian, it.deployer, members[0]!.operator, it.anyone])
      await expect(votes.connect(caller).propose(registry, made().keyId, committee))
        .to.be.revertedWithCustomError(votes, 'AccessManagedUnauthorized')
        .withArgs(caller);
    await expect(propose({ ...committee, threshold: 4 }))
      .to.be.revertedWithCustomError(it.committees, 'CommitteesInvalidThreshold')
      .withArgs(4, 3, 64);
    await expect(propose({ ...committee, attemptWindow: 9 })).to.be.revertedWithCustomError(
      it.committees,
      'CommitteesInvalidWindow',
    );
    const unborn = await createKey(it, parametersOf(members));
    await expect(propose(committee, unborn))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
      .withArgs(unborn, KEY_STATUS.pending, KEY_STATUS.active);
  });

  it('are counted by one contract, whoever rules: the registry takes an announcement from nobody else [K8]', async () => {
    const { it, registry, votes, others, keyId } = made();
    expect(await registry.committeeVotes()).to.equal(votes);
    for (const caller of [it.dao, it.guardian, it.anyone])
      await expect(registry.connect(caller).announceCommittee(keyId, id('a committee')))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryNotCommitteeVotes')
        .withArgs(caller, votes);
    const another = await new CommitteeVotes__factory(it.deployer).deploy(it.accessManager);
    await expect(another.connect(it.dao).propose(registry, keyId, committeeOf(others)))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryNotCommitteeVotes')
      .withArgs(another, votes);
    expect(await proposed()).to.deep.equal([ZeroHash, 0n]);
  });

  it('wait for their whole delay, whatever a vote grants, redirects or repeats [I10 K8]', async () => {
    const { it, registry, votes, others, keyId, delay } = made();
    const manager = it.accessManager.connect(it.dao);
    const announce = registry.interface.getFunction('announceCommittee').selector;
    await manager.setTargetFunctionRole(registry, [announce], 7);
    await manager.grantRole(7, it.anyone, 0);
    await manager.grantRole(0, it.anyone, 0);
    await expect(registry.connect(it.anyone).announceCommittee(keyId, id('a committee')))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryNotCommitteeVotes')
      .withArgs(it.anyone, votes);
    await votes.connect(it.anyone).propose(registry, keyId, committeeOf(others));
    expect((await proposed())[1]).to.equal((await it.helpers.time.latest()) + delay);
    await it.helpers.time.increase(delay - 5);
    await propose(committeeOf(others));
    expect((await proposed())[1], 'the same again begins again').to.equal((await it.helpers.time.latest()) + delay);
    await it.helpers.time.increase(delay);
    await propose(committeeOf(others, { threshold: 3 }));
    expect((await proposed())[1], 'and one takes the place of another').to.equal(
      (await it.helpers.time.latest()) + delay,
    );
  });

  it('are taken back by the guardian until they take effect, and not after [K8]', async () => {
    const { it, registry, others, keyId } = made();
    const committee = committeeOf(others);
    const byGuardian = it.guardianContract.connect(it.guardian);
    await expect(byGuardian.withdrawCommittee(keyId))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryNothingToWithdraw')
      .withArgs(keyId, 0, (await it.helpers.time.latest()) + 1);
    await propose(committee);
    for (const caller of [it.anyone, it.guardian])
      await expect(registry.connect(caller).withdrawCommittee(keyId))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(caller);
    await expect(byGuardian.withdrawCommittee(keyId))
      .to.emit(registry, 'CommitteeWithdrawn')
      .withArgs(keyId, hashOf(committee), it.guardianContract);
    expect(await proposed()).to.deep.equal([ZeroHash, 0n]);
    await propose(committee);
    const effectiveAt = (await proposed())[1]!;
    await it.helpers.time.setNextBlockTimestamp(effectiveAt);
    await expect(byGuardian.withdrawCommittee(keyId))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryNothingToWithdraw')
      .withArgs(keyId, effectiveAt, effectiveAt);
    expect((await proposed())[0]).to.equal(hashOf(committee));
  });

  it('are taken back by a vote at any time, once [K8]', async () => {
    const { it, registry, others, keyId, delay } = made();
    await propose(committeeOf(others));
    await it.helpers.time.increase(2 * delay);
    const byDao = registry.connect(it.dao);
    await expect(byDao.withdrawCommittee(keyId)).to.emit(registry, 'CommitteeWithdrawn');
    await expect(byDao.withdrawCommittee(keyId)).to.be.revertedWithCustomError(
      registry,
      'KeyRegistryNothingToWithdraw',
    );
  });
});
