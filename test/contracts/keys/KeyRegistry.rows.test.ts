/** Rows: what each requester may have signed. A change of one touches no other, and its number only rises. */

import { expect } from 'chai';
import { id, Wallet, ZeroAddress } from 'ethers';
import type { RowParametersStruct } from '../../../types/contracts/keys/IKeyRegistry.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, createKey, KEY_STATUS, KIND, parametersOf, rowFor, SCHEME, secretOf } from '../support/keys.ts';

const YEAR = 365 * 86400;
const PSBT = 1 << KIND.psbt;
const RAW = 1 << KIND.raw;
const secret = secretOf('rows');

describe('KeyRegistry: rows', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const [alice, bob] = [it.operators[10]!, it.operators[11]!];
    const [guard, module] = [await it.spendingLimits.getAddress(), await it.mandates.getAddress()];
    const rows = [rowFor(alice.address, { delay: 5 }), rowFor(bob.address, { guard, module, kinds: PSBT | RAW })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    const registry = it.keyRegistry;
    return { it, registry, byDao: registry.connect(it.dao), members, keyId, alice, bob, guard, module };
  });

  const rowOf = async (who: { address: string }) => {
    const { guard, epoch, kinds, delay } = await made().registry.rowOf(made().keyId, who.address);
    return { guard, epoch: Number(epoch), kinds: Number(kinds), delay: Number(delay) };
  };
  const BOB = () => ({ guard: made().guard, epoch: 1, kinds: PSBT | RAW, delay: 0 });
  const set = (row: RowParametersStruct) => made().byDao.setRow(made().keyId, row);

  describe('a vote', () => {
    it('says rows with the key, each with number 1', async () => {
      const { registry, keyId, alice, bob, module } = made();
      expect(await rowOf(alice)).to.deep.equal({ guard: ZeroAddress, epoch: 1, kinds: PSBT, delay: 5 });
      expect(await rowOf(bob)).to.deep.equal(BOB());
      expect(await registry.moduleOf(keyId, alice)).to.equal(ZeroAddress);
      expect(await registry.moduleOf(keyId, bob)).to.equal(module);
      expect(await rowOf(made().it.anyone)).to.deep.equal({ guard: ZeroAddress, epoch: 0, kinds: 0, delay: 0 });
    });

    it('sets one row, whose number rises, and touches no other [P1]', async () => {
      const { registry, keyId, alice, bob, guard, module } = made();
      const setting = set(rowFor(alice.address, { guard, module, kinds: RAW, delay: YEAR }));
      await expect(setting).to.emit(registry, 'RowSet').withArgs(keyId, alice, 2, guard, module, RAW, YEAR);
      expect(await rowOf(alice)).to.deep.equal({ guard, epoch: 2, kinds: RAW, delay: YEAR });
      expect(await registry.moduleOf(keyId, alice)).to.equal(module);
      expect(await rowOf(bob)).to.deep.equal(BOB());
    });

    it('raises the number even where nothing else changes', async () => {
      const { alice } = made();
      await set(rowFor(alice.address, { delay: 5 }));
      expect(await rowOf(alice)).to.deep.equal({ guard: ZeroAddress, epoch: 2, kinds: PSBT, delay: 5 });
    });

    it('removes one row with its module, keeps its number, and touches no other [P1]', async () => {
      const { registry, byDao, keyId, alice, bob } = made();
      await expect(byDao.removeRow(keyId, bob)).to.emit(registry, 'RowRemoved').withArgs(keyId, bob, 2);
      expect(await rowOf(bob)).to.deep.equal({ guard: ZeroAddress, epoch: 2, kinds: 0, delay: 0 });
      expect(await registry.moduleOf(keyId, bob)).to.equal(ZeroAddress);
      expect((await rowOf(alice)).epoch).to.equal(1);
      for (const kind of [KIND.psbt, KIND.raw])
        await expect(registry.requireRequestable(keyId, bob, kind))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
          .withArgs(keyId, bob, kind, 0);
    });

    it('goes on from the number of a row that was removed', async () => {
      const { byDao, keyId, alice } = made();
      await byDao.removeRow(keyId, alice);
      await set(rowFor(alice.address));
      expect(await rowOf(alice)).to.deep.equal({ guard: ZeroAddress, epoch: 3, kinds: PSBT, delay: 0 });
      await byDao.removeRow(keyId, alice);
      await set(rowFor(alice.address));
      expect((await rowOf(alice)).epoch).to.equal(5);
    });

    it('removes no row that is not there', async () => {
      const { it, registry, byDao, keyId, alice } = made();
      await byDao.removeRow(keyId, alice);
      for (const who of [alice.address, it.anyone.address])
        await expect(byDao.removeRow(keyId, who))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryNoRow')
          .withArgs(keyId, who);
    });

    it('is needed, and so is a key', async () => {
      const { it, registry, byDao, keyId, alice } = made();
      for (const caller of [it.guardian, it.deployer, alice, it.anyone])
        for (const call of [
          registry.connect(caller).setRow(keyId, rowFor(alice.address)),
          registry.connect(caller).removeRow(keyId, alice),
        ])
          await expect(call).to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized').withArgs(caller);
      await expect(byDao.setRow(id('x'), rowFor(alice.address)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryUnknownKey')
        .withArgs(id('x'));
    });
  });

  describe('a vote is refused', () => {
    const refused = (row: RowParametersStruct, error: string) =>
      expect(set(row)).to.be.revertedWithCustomError(made().registry, error);

    for (const [scheme, fit] of [
      ['bip340', [KIND.psbt, KIND.raw]],
      ['ed25519', [KIND.solana, KIND.raw]],
      ['ecdsa', [KIND.psbt, KIND.evm, KIND.eip712, KIND.eip191, KIND.raw, KIND.unbound]],
    ] as const)
      it(`kinds that ${scheme} does not sign, and none; each that it signs is taken [P3]`, async () => {
        const { it, registry, byDao, members, alice } = made();
        const keyId = await createKey(it, parametersOf(members, { scheme: SCHEME[scheme] }));
        const possible = fit.reduce((kinds, kind) => kinds | (1 << kind), 0);
        for (let kind = 0; kind < 24; ++kind) {
          const setting = byDao.setRow(keyId, rowFor(alice.address, { kinds: 1 << kind }));
          if ((possible >> kind) & 1) await setting;
          else
            await expect(setting, `${kind}`)
              .to.be.revertedWithCustomError(registry, 'KeyRegistryKindsUnfit')
              .withArgs(SCHEME[scheme], 1 << kind, possible);
        }
        await byDao.setRow(keyId, rowFor(alice.address, { kinds: possible }));
        await expect(byDao.setRow(keyId, rowFor(alice.address, { kinds: 0 })))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryKindsUnfit')
          .withArgs(SCHEME[scheme], 0, possible);
        await expect(byDao.setRow(keyId, rowFor(alice.address, { kinds: possible | 1 })))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryKindsUnfit')
          .withArgs(SCHEME[scheme], possible | 1, possible);
      });

    it('a delay of more than a year', async () => {
      const { alice } = made();
      await refused(rowFor(alice.address, { delay: YEAR + 1 }), 'KeyRegistryInvalidDelay').withArgs(YEAR + 1, YEAR);
    });

    it('no guard unless it says so, and a guard if it says so [P3]', async () => {
      const { keyId, alice, guard } = made();
      await refused(rowFor(alice.address, { unguarded: false }), 'KeyRegistryUnguarded').withArgs(
        keyId,
        alice,
        ZeroAddress,
        false,
      );
      await refused(rowFor(alice.address, { guard, unguarded: true }), 'KeyRegistryUnguarded').withArgs(
        keyId,
        alice,
        guard,
        true,
      );
    });

    it('a guard or a module without code [P3]', async () => {
      const { it, alice } = made();
      const nobody = it.anyone.address;
      for (const change of [{ guard: nobody }, { module: nobody }])
        await refused(rowFor(alice.address, change), 'KeyRegistryNoCode').withArgs(nobody);
    });

    it('a guard or a module that delegates (EIP-7702): it is other code in the next transaction [P3]', async () => {
      const { it, alice } = made();
      const owner = new Wallet(id('owner'));
      const address = await it.spendingLimits.getAddress();
      const authorization = await owner.authorize({ address, nonce: 0, chainId: 31337n });
      const payer = new Wallet(id('payer'), it.ethers.provider);
      await it.anyone.sendTransaction({ to: payer, value: 10n ** 18n });
      const authorizationList = [authorization];
      await (await payer.sendTransaction({ type: 4, to: payer, authorizationList, gasLimit: 200_000 })).wait();
      for (const change of [{ guard: owner.address }, { module: owner.address }])
        await refused(rowFor(alice.address, change), 'KeyRegistryDelegation').withArgs(owner);
    });

    it('a module as its own guard [P3]', async () => {
      const { keyId, alice, guard } = made();
      const both = rowFor(alice.address, { guard, module: guard });
      await refused(both, 'KeyRegistryGuardIsModule').withArgs(keyId, alice, guard);
    });

    it('a second row of an Ed25519 key, which is not derived, while the first is there [P4]', async () => {
      const { it, registry, byDao, members, alice, bob } = made();
      const row = (who: { address: string }) => rowFor(who.address, { kinds: 1 << KIND.solana });
      const parameters = (rows: RowParametersStruct[]) => parametersOf(members, { scheme: SCHEME.ed25519, rows });
      await expect(createKey(it, parameters([row(alice), row(bob)])))
        .to.be.revertedWithCustomError(registry, 'KeyRegistrySecondRow')
        .withArgs((keyId: string) => keyId.length === 66, bob, alice);
      const keyId = await createKey(it, parameters([]));
      await byDao.setRow(keyId, row(alice));
      await byDao.setRow(keyId, row(alice));
      await expect(byDao.setRow(keyId, row(bob)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistrySecondRow')
        .withArgs(keyId, bob, alice);
      await byDao.removeRow(keyId, alice);
      await byDao.setRow(keyId, row(bob));
      await expect(byDao.setRow(keyId, row(alice)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistrySecondRow')
        .withArgs(keyId, alice, bob);
      const zero = { address: ZeroAddress };
      await byDao.removeRow(keyId, bob);
      await byDao.setRow(keyId, row(zero));
      await expect(byDao.setRow(keyId, row(alice)))
        .to.be.revertedWithCustomError(registry, 'KeyRegistrySecondRow')
        .withArgs(keyId, alice, ZeroAddress);
    });
  });

  describe('raise', () => {
    it('is for the requester, its guard and a vote, and touches no other row [P1]', async () => {
      const { it, registry, byDao, keyId, alice, bob, guard } = made();
      await it.helpers.impersonateAccount(guard);
      await it.helpers.setBalance(guard, 10n ** 18n);
      const asGuard = registry.connect(await it.ethers.getSigner(guard));
      let epoch = 1;
      for (const [by, who] of [
        [registry.connect(bob), bob.address],
        [asGuard, guard],
        [byDao, it.dao.address],
      ] as const)
        await expect(by.raise(keyId, bob)).to.emit(registry, 'RowRaised').withArgs(keyId, bob, ++epoch, who);
      expect(await rowOf(bob)).to.deep.equal({ ...BOB(), epoch: 4 });
      expect(await registry.moduleOf(keyId, bob)).to.equal(made().module);
      expect((await rowOf(alice)).epoch).to.equal(1);
    });

    it('is for nobody else: neither another requester, nor the module, nor the guard of another row', async () => {
      const { it, registry, keyId, alice, bob, guard, module } = made();
      for (const account of [guard, module]) {
        await it.helpers.impersonateAccount(account);
        await it.helpers.setBalance(account, 10n ** 18n);
      }
      const [asGuard, asModule] = [await it.ethers.getSigner(guard), await it.ethers.getSigner(module)];
      for (const [caller, of] of [
        [alice, bob],
        [asModule, bob],
        [it.guardian, bob],
        [it.anyone, bob],
        [asGuard, alice],
      ] as const)
        await expect(registry.connect(caller).raise(keyId, of))
          .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    it('is not for a requester that was dismissed: its guard is Closed, and a vote asks in its name [P2]', async () => {
      const { it, registry, byDao, keyId, bob } = made();
      await set(rowFor(bob.address, { guard: await it.closed.getAddress() }));
      await expect(registry.connect(bob).raise(keyId, bob))
        .to.be.revertedWithCustomError(registry, 'AccessManagedUnauthorized')
        .withArgs(bob);
      await expect(byDao.raise(keyId, bob)).to.emit(registry, 'RowRaised').withArgs(keyId, bob, 3, it.dao);
    });

    it('needs a row, for whoever calls', async () => {
      const { it, registry, byDao, keyId, alice } = made();
      await byDao.removeRow(keyId, alice);
      for (const by of [registry.connect(alice), byDao, registry.connect(it.anyone)])
        await expect(by.raise(keyId, alice))
          .to.be.revertedWithCustomError(registry, 'KeyRegistryNoRow')
          .withArgs(keyId, alice);
      expect((await rowOf(alice)).epoch).to.equal(2);
    });
  });

  describe('requireRequestable', () => {
    it('says number, delay and guard of the row, and the scheme of the key', async () => {
      const { registry, keyId, alice, bob, guard } = made();
      const asked = async (who: string, kind: number) => [...(await registry.requireRequestable(keyId, who, kind))];
      expect(await asked(alice.address, KIND.psbt)).to.deep.equal([1n, 5n, ZeroAddress, BigInt(SCHEME.bip340)]);
      expect(await asked(bob.address, KIND.raw)).to.deep.equal([1n, 0n, guard, BigInt(SCHEME.bip340)]);
    });

    it('refuses each kind that the row does not name, and whoever has no row [P5]', async () => {
      const { it, registry, keyId, alice } = made();
      for (let kind = 0; kind < 256; ++kind)
        if (kind !== KIND.psbt)
          await expect(registry.requireRequestable(keyId, alice, kind), `${kind}`)
            .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
            .withArgs(keyId, alice, kind, PSBT);
      await expect(registry.requireRequestable(keyId, it.anyone, KIND.psbt))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
        .withArgs(keyId, it.anyone, KIND.psbt, 0);
    });

    it('refuses a key that is not active [P5]', async () => {
      const { it, registry, members, alice } = made();
      const keyId = await createKey(it, parametersOf(members, { rows: [rowFor(alice.address)] }));
      await expect(registry.requireRequestable(keyId, alice, KIND.psbt))
        .to.be.revertedWithCustomError(registry, 'KeyRegistryWrongStatus')
        .withArgs(keyId, KEY_STATUS.pending, KEY_STATUS.active);
    });
  });
});
