/** Forks of the consensus layer that a vote adds: late, in order, in formats that enclaves have, and nothing else. */

import { expect } from 'chai';
import { concat, keccak256, toBeHex, zeroPadValue } from 'ethers';
import { SHAPES } from '../../../signer/finality/config.ts';
import { MAX_FORKS } from '../../../signer/formats/limits.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { layoutOf, slotOf } from '../support/layout.ts';

const DELAY = 5000;
const [ELECTRA, GLOAS] = [SHAPES.indexOf('electra') + 1, SHAPES.indexOf('gloas') + 1];
const versionOf = (number: number): string => toBeHex(number, 4);

describe('KeyRegistry: forks', () => {
  const made = fresh(async () => {
    const it = await world({ committeeDelay: DELAY });
    const members = await eligibleEnclaves(it, 2);
    const rows = [rowFor(it.operators[10]!.address)];
    await activeKey(it, members, secretOf('forks'), parametersOf(members, { rows }));
    const { keyRegistry: registry } = it;
    return { it, registry, byDao: registry.connect(it.dao), byGuardian: it.guardianContract.connect(it.guardian) };
  });
  const now = () => made().it.helpers.time.latest();
  const forks = async () => (await made().it.keyLens.forks()).map((fork) => [...fork]);
  const add = (epoch: number, shape = GLOAS, version = epoch) => made().byDao.addFork(versionOf(version), epoch, shape);
  const refused = (call: Promise<unknown>, error: string, ...args: unknown[]) =>
    expect(call)
      .to.be.revertedWithCustomError(made().registry, `KeyRegistry${error}`)
      .withArgs(...args);

  it('are added by a vote, in effect after the delay of trust roots [I10 K9]', async () => {
    const { it, registry } = made();
    for (const caller of [it.anyone, it.guardian, it.operators[10]!])
      await refusedAccess(registry.connect(caller).addFork(versionOf(7), 9, GLOAS), caller.address);
    const effectiveAt = BigInt((await now()) + 1 + DELAY);
    await expect(add(9)).to.emit(registry, 'ForkAdded').withArgs(9, versionOf(9), GLOAS, effectiveAt);
    expect(await forks()).to.deep.equal([[versionOf(9), 9n, BigInt(GLOAS), effectiveAt]]);
  });

  const refusedAccess = (call: Promise<unknown>, who: string) =>
    expect(call).to.be.revertedWithCustomError(made().registry, 'AccessManagedUnauthorized').withArgs(who);

  it('are in effect at once while there is no key: there is nothing to protect', async () => {
    const it = await world({ committeeDelay: DELAY });
    await it.keyRegistry.connect(it.dao).addFork(versionOf(7), 9, GLOAS);
    expect((await it.keyLens.forks())[0]!.effectiveAt).to.equal(await it.helpers.time.latest());
  });

  it('begin later than every fork before, the first not at genesis [K9]', async () => {
    await refused(add(0), 'ForkNotLater', 0, 0);
    await add(9);
    await refused(add(9, GLOAS, 77), 'ForkNotLater', 9, 9);
    await refused(add(8), 'ForkNotLater', 8, 9);
    await add(10);
    await refused(add(9, GLOAS, 77), 'ForkNotLater', 9, 10);
    await add(2 ** 40 - 1, GLOAS, 77);
    expect((await forks()).map(([, epoch]) => epoch)).to.deep.equal([9n, 10n, 2n ** 40n - 1n]);
  });

  it('have a format that enclaves have, and none from before that of the last [K9]', async () => {
    const { it, registry } = made();
    await refused(add(9, 0), 'ForkShape', 0, 0);
    await add(9, ELECTRA);
    await refused(add(10, ELECTRA - 1), 'ForkShape', ELECTRA - 1, ELECTRA);
    await refused(add(10, 0), 'ForkShape', 0, ELECTRA);
    await add(10, ELECTRA);
    await add(11, GLOAS);
    await refused(add(12, ELECTRA), 'ForkShape', ELECTRA, GLOAS);
    const call = registry.interface.encodeFunctionData('addFork', [versionOf(12), 12, SHAPES.length]);
    const beyond = `${call.slice(0, -2)}${toBeHex(SHAPES.length + 1).slice(2)}`;
    await expect(it.dao.sendTransaction({ to: registry, data: beyond })).to.revert(it.ethers);
    expect(await forks()).to.have.length(3);
  });

  it('point no hash at a proposer’s graffiti: there is nothing in a fork that could [K9]', async () => {
    const { registry } = made();
    const { inputs } = registry.interface.getFunction('addFork')!;
    expect(inputs.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      'version bytes4',
      'epoch uint40',
      'shape uint8',
    ]);
    const layout = await layoutOf('contracts/keys/KeyRegistry.sol', 'KeyRegistry');
    const { value } = layout.types[layout.storage.find(({ label }) => label === '_forks')!.type]!;
    const { members } = layout.types[value!]!;
    expect(members!.map(({ label, type }) => `${label} ${layout.types[type]!.label}`)).to.deep.equal([
      'version bytes4',
      'epoch uint40',
      'shape enum Shape',
      'effectiveAt uint48',
    ]);
  });

  it('have a version of their own, or the running fork would get another format [K9]', async () => {
    await add(9, ELECTRA, 7);
    await add(10, ELECTRA, 8);
    await refused(add(11, GLOAS, 8), 'ForkVersionKnown', versionOf(8), 10);
    await refused(add(11, GLOAS, 7), 'ForkVersionKnown', versionOf(7), 9);
  });

  it('are so many and no more', async () => {
    for (let epoch = 1; epoch <= MAX_FORKS; ++epoch) await add(epoch);
    await refused(add(MAX_FORKS + 1), 'TooManyForks');
    await made().byDao.withdrawFork(MAX_FORKS);
    await add(MAX_FORKS + 1);
    expect(await forks()).to.have.length(MAX_FORKS);
  });

  it('are taken back by the guardian until they are in effect, and not after [K8]', async () => {
    const { it, registry, byGuardian } = made();
    await refused(byGuardian.withdrawFork(0), 'NotLastFork', 0, 0);
    await add(9);
    await add(10);
    for (const caller of [it.anyone, it.guardian])
      await refusedAccess(registry.connect(caller).withdrawFork(10), caller.address);
    await refused(byGuardian.withdrawFork(9), 'NotLastFork', 9, 10);
    await expect(byGuardian.withdrawFork(10)).to.emit(registry, 'ForkWithdrawn').withArgs(10, it.guardianContract);
    const [[, , , effectiveAt]] = (await forks()) as [[string, bigint, bigint, bigint]];
    await it.helpers.time.setNextBlockTimestamp(effectiveAt);
    await refused(byGuardian.withdrawFork(9), 'ForkInEffect', 9, effectiveAt, effectiveAt);
    expect(await forks()).to.have.length(1);
  });

  // CH-01
  describe('that a guardian has taken back', () => {
    const effect = async () => (await forks())[0]?.[3];
    const withdrawn = async (): Promise<bigint> => {
      await add(9);
      const effectiveAt = (await effect()) as bigint;
      await made().it.helpers.time.increaseTo(effectiveAt - 5n);
      await made().byGuardian.withdrawFork(9);
      return effectiveAt;
    };

    it('are voted for again in time: no guardian keeps enclaves from a fork until it is too late [I10 K9]', async () => {
      const effectiveAt = await withdrawn();
      await add(9);
      expect(await effect(), 'when they would have been').to.equal(effectiveAt);
      await made().byGuardian.withdrawFork(9);
      await made().it.helpers.time.increaseTo(effectiveAt + 100n);
      await add(9);
      const time = BigInt(await now());
      expect(await effect(), 'at once').to.equal(time);
      await refused(made().byGuardian.withdrawFork(9), 'ForkInEffect', 9, time, time + 1n);
    });

    it('wait anew where anything of them is another, where a vote took them back, and once that is long ago', async () => {
      const whole = async () => expect(await effect()).to.equal(BigInt((await now()) + DELAY));
      const effectiveAt = await withdrawn();
      for (const other of [() => add(8, GLOAS, 9), () => add(9, ELECTRA), () => add(9, GLOAS, 7)]) {
        await other();
        await whole();
        await made().byDao.withdrawFork((await forks())[0]![1]!);
      }
      await add(9);
      await made().byDao.withdrawFork(9);
      await add(9);
      await whole();
      await made().byGuardian.withdrawFork(9);
      await made().it.helpers.time.increaseTo(effectiveAt + 3n * BigInt(DELAY));
      await add(9);
      await whole();
    });
  });

  it('are taken back by a vote at any time, the last one first, and leave nothing behind [K8]', async () => {
    const { it, registry, byDao } = made();
    await add(9, ELECTRA);
    await add(10, GLOAS);
    await it.helpers.time.increase(2 * DELAY);
    for (const epoch of [10, 9])
      await expect(byDao.withdrawFork(epoch)).to.emit(registry, 'ForkWithdrawn').withArgs(epoch, it.dao);
    await refused(byDao.withdrawFork(9), 'NotLastFork', 9, 0);
    const layout = await layoutOf('contracts/keys/KeyRegistry.sol', 'KeyRegistry');
    const words = [1, 2].map((index) =>
      keccak256(concat([index, slotOf(layout, '_forks')].map((word) => zeroPadValue(toBeHex(word), 32)))),
    );
    for (const slot of [...words, toBeHex(slotOf(layout, '_forkCount'), 32)])
      expect(BigInt(await registry['extsload(bytes32)'](slot))).to.equal(0n);
    await add(3, ELECTRA);
    expect(await forks()).to.have.length(1);
  });
});

describe('KeyLens: forks', () => {
  it('are read where the compiler puts them', async () => {
    const layout = await layoutOf('contracts/keys/KeyRegistry.sol', 'KeyRegistry');
    expect(['_forks', '_forkCount'].map((name) => slotOf(layout, name))).to.deep.equal([6, 7]);
  });
});
