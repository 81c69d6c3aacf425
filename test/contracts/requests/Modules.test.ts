/** Modules: contracts that a vote has listed with their code, and that ask in the name of whose row names them. */

import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/types';
import { expect } from 'chai';
import { concat, type EventLog, id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { fresh } from '../support/fresh.ts';
import { KIND, rowFor } from '../support/keys.ts';
import { header, requestId } from '../support/preimages.ts';
import { DELAY, MODES, requesters } from '../support/requesters.ts';
import { actAs, lastRequest, listModule, requestsPlace, STATE } from '../support/requests.ts';

const WORD = id('what will be asked for');
/** STOP, and a longer one. */
const [CODE, OTHER_CODE] = ['0x00', '0x0000'];
/** Destroys itself when called. */
const MORTAL = '0x33ff';
/** EIP-7702: delegates to this address. */
const delegation = (to: string) => concat(['0xef0100', to]);

describe('modules', () => {
  const made = fresh(async () => {
    const all = await requesters('modules');
    const { it, patient, setRow } = all;
    const address = it.ethers.Wallet.createRandom().address;
    await it.helpers.setCode(address, CODE);
    await listModule(it, address);
    await setRow(patient, { module: address, delay: DELAY });
    return { ...all, module: await actAs(it, address) };
  });

  const at = (time: number | bigint) => made().it.helpers.time.setNextBlockTimestamp(time);
  const announce = (by = made().module, who = made().patient, hash = WORD) =>
    made().requests.connect(by).announce(made().keyId, who, hash);
  const withdraw = (by: HardhatEthersSigner, hash = WORD) =>
    made().requests.connect(by).withdraw(made().module, made().keyId, made().patient, hash);
  const requestFor = async (change: Partial<IntentStruct> = {}, by = made().module, hash = WORD) =>
    made()
      .requests.connect(by)
      .requestFor(await made().intent(change), made().patient, hash);
  const guardian = async () => actAs(made().it, await made().it.guardianContract.getAddress());
  const epochOf = async () => (await made().registry.rowOf(made().keyId, made().patient)).epoch;

  describe('announce', () => {
    it('notes what will be asked for, with the epoch of the row', async () => {
      const { requests, keyId, patient, module } = made();
      await expect(announce())
        .to.emit(requests, 'RequestAnnounced')
        .withArgs(module, keyId, patient, WORD, await epochOf());
    });

    it('is once at a time for each name', async () => {
      const { requests, keyId, patient, module } = made();
      await announce();
      await expect(announce())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsAnnounced')
        .withArgs(module, keyId, patient, WORD);
      await announce(module, patient, id('something else'));
      await withdraw(patient);
      await announce();
    });

    it('is made anew where the row has overtaken it: the delay runs anew, and the former one is over [R4]', async () => {
      const { it, requests, patient, module, intent, raise, pass } = made();
      await announce();
      await raise(patient);
      await pass(DELAY);
      await announce();
      const announcedAt = BigInt(await it.helpers.time.latest());
      const asked = await intent();
      await requests.connect(module).requestFor(asked, patient, WORD);
      const { state, queuedAt } = await requests.wordOf((await lastRequest(it, patient.address, asked)).id);
      expect([state, queuedAt]).to.deep.equal([STATE.queued, announcedAt]);
    });

    it('is not of zero, which is how a vote says that it announced nothing', async () => {
      const { requests, keyId, patient, module } = made();
      await expect(announce(module, patient, ZeroHash))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsAnnounced')
        .withArgs(module, keyId, patient, ZeroHash);
    });

    it('asks neither guard nor kinds nor pauses: it opens nothing', async () => {
      const { it, registry, requests, keyId, patient, module, setRow, guard } = made();
      const { guard: no } = await guard();
      await no.set(MODES.no, MODES.no);
      await setRow(patient, { module: module.address, guard: await no.getAddress(), kinds: 1 << KIND.raw });
      await registry.connect(it.dao).pause(keyId, 2n ** 40n);
      await expect(announce()).to.emit(requests, 'RequestAnnounced');
    });
  });

  describe('requestFor', () => {
    it('asks in the name of the requester, and the delay has run since the announcement', async () => {
      const { it, requests, keyId, patient, module, intent, pass } = made();
      await announce();
      const announcedAt = await it.helpers.time.latest();
      await pass(10);
      const asked = await intent();
      const expected = requestId(await requestsPlace(it), header(asked, patient.address, 1));
      const said = [1, await epochOf(), announcedAt, announcedAt + DELAY, module, false, () => true];
      const asking = requests.connect(module).requestFor(asked, patient, WORD);
      await expect(asking)
        .to.emit(requests, 'SignatureRequested')
        .withArgs(expected, keyId, patient, ...said);
      await expect(asking).not.to.emit(requests, 'RequestReady');
      const word = await requests.wordOf(expected);
      expect([...word]).to.deep.equal([
        STATE.queued,
        BigInt(announcedAt),
        BigInt(announcedAt + DELAY),
        BigInt(asked.deadline),
        await epochOf(),
        false,
      ]);
    });

    it('is READY at once where the delay has passed since the announcement, to the second', async () => {
      const { it, requests, patient, intent } = made();
      for (const [seconds, ready] of [
        [DELAY - 1, false],
        [DELAY, true],
        [DELAY + 1, true],
      ] as const) {
        await announce();
        const announcedAt = await it.helpers.time.latest();
        const asked = await intent();
        await at(announcedAt + seconds);
        await made().requests.connect(made().module).requestFor(asked, patient, WORD);
        const { id: its } = await lastRequest(it, patient.address, asked);
        const { state, queuedAt, readyAt } = await requests.wordOf(its);
        expect([state, queuedAt, readyAt], `${seconds} s`).to.deep.equal([
          ready ? STATE.ready : STATE.queued,
          BigInt(announcedAt),
          BigInt(announcedAt + Math.max(seconds, DELAY)),
        ]);
      }
    });

    it('counts the deadline from when the request exists, not from the announcement', async () => {
      const { it, requests, patient, module, intent, pass } = made();
      await announce();
      await pass(10 * DELAY);
      const now = (await it.helpers.time.latest()) + 10;
      const soon = await intent({ deadline: now + 2399 });
      await at(now);
      await expect(requests.connect(module).requestFor(soon, patient, WORD))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadline')
        .withArgs(now + 2399, now + 2400, now + 90 * 86_400);
    });

    it('says which announcement it uses up: two of one second are told apart by events [I9]', async () => {
      const { it, requests, keyId, patient, module } = made();
      const words = [id('one'), id('other')];
      await it.ethers.provider.send('evm_setAutomine', [false]);
      for (const word of words) await announce(module, patient, word);
      await it.ethers.provider.send('evm_setAutomine', [true]);
      await it.helpers.mine();
      const lens = it.requestLens;
      const [first, second] = await Promise.all(words.map((word) => lens.announcementOf(module, keyId, patient, word)));
      expect(first!.announcedAt).to.equal(second!.announcedAt);
      await expect(requestFor({}, module, words[1]!))
        .to.emit(requests, 'AnnouncementUsed')
        .withArgs(module, keyId, patient, words[1]);
      expect((await lens.announcementOf(module, keyId, patient, words[0]!)).announcedAt).to.equal(first!.announcedAt);
    });

    it('uses the announcement up, once [R5]', async () => {
      const { requests, keyId, patient, module } = made();
      await announce();
      await requestFor();
      await expect(requestFor())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotAnnounced')
        .withArgs(module, keyId, patient, WORD);
      expect(await requests.requestCount()).to.equal(1);
    });

    it('keeps the announcement where the request is refused', async () => {
      const { requests } = made();
      await announce();
      await expect(requestFor({ digests: [] })).to.be.revertedWithCustomError(requests, 'SigningRequestsDigestCount');
      await requestFor();
    });

    it('knows no announcement of another module, key, requester or name', async () => {
      const { it, requests, keyId, patient, requester, module, setRow, intent } = made();
      await announce();
      const another = it.ethers.Wallet.createRandom().address;
      await it.helpers.setCode(another, CODE);
      await listModule(it, another);
      await setRow(requester, { module: module.address });
      const fails = async (asking: Promise<unknown>, ...values: unknown[]) =>
        expect(asking)
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotAnnounced')
          .withArgs(...values);
      await fails(requests.connect(module).requestFor(await intent(), requester, WORD), module, keyId, requester, WORD);
      await fails(requestFor({}, module, id('other')), module, keyId, patient, id('other'));
      await setRow(patient, { module: another, delay: DELAY });
      await fails(requestFor({}, await actAs(it, another)), another, keyId, patient, WORD);
    });

    it('wants the epoch of the row to be that of the announcement [R5]', async () => {
      const { requests, patient, raise } = made();
      await announce();
      const epoch = await epochOf();
      await raise(patient);
      await expect(requestFor())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsAnnouncementOvertaken')
        .withArgs(WORD, epoch, epoch + 1n);
      await withdraw(patient);
      await announce();
      await requestFor();
    });

    it('asks the guard as for every request', async () => {
      const { requests, patient, module, setRow, guard } = made();
      const { guard: asked } = await guard();
      await setRow(patient, { module: module.address, guard: await asked.getAddress() });
      await announce();
      await asked.set(MODES.no, MODES.yes);
      await expect(requestFor()).to.be.revertedWithCustomError(requests, 'SigningRequestsGuardRefused');
      await asked.set(MODES.yes, MODES.no);
      await expect(requestFor()).to.be.revertedWithCustomError(requests, 'SigningRequestsGuardRefused');
      await asked.set(MODES.yes, MODES.yes);
      await requestFor();
      expect(await asked.asked(), 'both questions').to.equal(2);
    });

    it("keeps to the row's kinds", async () => {
      const { registry } = made();
      await announce();
      await expect(requestFor({ kind: KIND.evm })).to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed');
    });

    it('of a module in whose name a requester asks too: each for itself, and the requester may end both', async () => {
      const { it, requests, patient, queued, intent } = made();
      await announce();
      const asked = await intent();
      await made().requests.connect(made().module).requestFor(asked, patient, WORD);
      const its = await lastRequest(it, patient.address, asked);
      const own = await queued();
      expect(own.header.counter).to.equal(2n);
      for (const each of [its, own]) await requests.connect(patient).cancel(each.header);
      expect(await requests.stateOf(its.id)).to.equal(STATE.cancelled);
    });

    it('gives the module nothing else: it neither cancels nor abandons what it asked for', async () => {
      const { it, requests, module, patient, intent, pass } = made();
      for (const wait of [1, DELAY]) {
        await announce();
        await pass(wait);
        const asked = await intent();
        await requests.connect(module).requestFor(asked, patient, WORD);
        const { header: its } = await lastRequest(it, patient.address, asked);
        const ending = wait === 1 ? requests.connect(module).cancel(its) : requests.connect(module).abandon(its);
        await expect(ending).to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized').withArgs(module);
      }
    });
  });

  describe('withdraw', () => {
    for (const who of ['requester', 'guardian', 'dao'] as const)
      it(`lets the ${who} take an announcement back`, async () => {
        const { it, requests, keyId, patient, module } = made();
        const caller = { requester: patient, guardian: await guardian(), dao: it.dao }[who];
        await announce();
        const withdrawing =
          who === 'guardian'
            ? it.guardianContract.connect(it.guardian).withdraw(module, keyId, patient, WORD)
            : withdraw(caller);
        await expect(withdrawing)
          .to.emit(requests, 'AnnouncementWithdrawn')
          .withArgs(module, keyId, patient, WORD, caller);
        await expect(requestFor()).to.be.revertedWithCustomError(requests, 'SigningRequestsNotAnnounced');
      });

    it('lets nobody else: another requester neither, nor the module itself', async () => {
      const { requests, stranger, requester, module } = made();
      await announce();
      for (const caller of [stranger, requester, module])
        await expect(withdraw(caller))
          .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
          .withArgs(caller);
    });

    it('finds nothing where nothing is announced, or it was used up', async () => {
      const { requests, keyId, patient, module } = made();
      const finds = () =>
        expect(withdraw(patient))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotAnnounced')
          .withArgs(module, keyId, patient, WORD);
      await finds();
      await announce();
      await requestFor();
      await finds();
    });

    it('works whatever has become of module and row', async () => {
      const { it, requests, patient, module, removeRow } = made();
      await announce();
      await requests.connect(it.dao).removeModule(module);
      await removeRow(patient);
      await withdraw(patient);
    });
  });

  describe('each call', () => {
    const both: [string, () => Promise<unknown>][] = [
      ['announce', () => announce()],
      ['requestFor', () => requestFor()],
    ];

    for (const [name, call] of both) {
      const ready = async () => (name === 'requestFor' ? announce() : undefined);

      it(`${name} is for modules that a vote has listed [R5]`, async () => {
        const { it, requests, module } = made();
        await ready();
        await requests.connect(it.dao).removeModule(module);
        await expect(call())
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotListed')
          .withArgs(module, 0, () => true);
      });

      it(`${name} waits for the listing to be in effect`, async () => {
        const { it, requests, module } = made();
        await ready();
        await requests.connect(it.dao).removeModule(module);
        await requests.connect(it.dao).listModule(module, keccak256(CODE));
        const effectiveAt = BigInt(await it.helpers.time.latest()) + (await requests.trustDelay());
        await at(effectiveAt - 1n);
        await expect(call())
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNotListed')
          .withArgs(module, effectiveAt, effectiveAt - 1n);
        await at(effectiveAt);
        await ready();
        await call();
      });

      it(`${name} compares the code with what was voted for [R5]`, async () => {
        const { it, requests, module } = made();
        await ready();
        await it.helpers.setCode(module.address, OTHER_CODE);
        await expect(call())
          .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherCode')
          .withArgs(module, keccak256(OTHER_CODE), keccak256(CODE));
        await it.helpers.setCode(module.address, delegation(it.anyone.address));
        await expect(call()).to.be.revertedWithCustomError(requests, 'SigningRequestsOtherCode');
        await it.helpers.setCode(module.address, CODE);
        await call();
      });

      it(`${name} is for whom the row names`, async () => {
        const { it, requests, keyId, patient, module, setRow } = made();
        await ready();
        const another = it.ethers.Wallet.createRandom().address;
        await it.helpers.setCode(another, CODE);
        for (const named of [ZeroAddress, another]) {
          await setRow(patient, { module: named, delay: DELAY });
          await expect(call())
            .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherModule')
            .withArgs(keyId, patient, module, named);
        }
      });
    }

    it('of code that was destroyed after the vote, and came again as something else, is refused', async () => {
      const { it, requests, keyId, patient, setRow } = made();
      const { timelock, governor, helpers } = it;
      const factory = await it.ethers.deployContract('MetamorphicMock');
      const make = (runtime: string, called: boolean) =>
        factory.interface.encodeFunctionData('make', [runtime, called]);
      const snapshot = await helpers.takeSnapshot();
      const receipt = await (await factory.getFunction('make')(MORTAL, false)).wait();
      const target: string = (receipt!.logs[0] as EventLog).args.made;
      await snapshot.restore();
      // one proposal makes it, lists it, and has it destroy itself: EIP-6780 lets it, for it is of this transaction
      const targets = [await factory.getAddress(), await requests.getAddress(), target];
      const list = requests.interface.encodeFunctionData('listModule', [target, keccak256(MORTAL)]);
      const calls = [make(MORTAL, false), list, '0x'];
      const proposer = await actAs(it, await governor.getAddress());
      const delay = await timelock.getMinDelay();
      const values: bigint[] = targets.map(() => 0n);
      const rest = [targets, values, calls, ZeroHash, ZeroHash] as const;
      await timelock.connect(proposer).scheduleBatch(...rest, delay);
      await helpers.time.increase(delay);
      await timelock.connect(proposer).executeBatch(...rest);
      await helpers.time.increase(await requests.trustDelay());
      expect(await it.ethers.provider.getCode(target)).to.equal('0x');
      await factory.getFunction('make')(CODE, false);
      expect(await it.ethers.provider.getCode(target)).to.equal(CODE);
      await setRow(patient, { module: target, delay: DELAY });
      await expect(announce(await actAs(it, target)))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherCode')
        .withArgs(target, keccak256(CODE), keccak256(MORTAL));
      expect(await made().registry.moduleOf(keyId, patient)).to.equal(target);
    });
  });

  describe('a listing', () => {
    it('is for votes, takes the delay of trust roots, and says what it trusts [I10 R5]', async () => {
      const { it, requests, module, stranger } = made();
      for (const caller of [stranger, await guardian()])
        await expect(requests.connect(caller).listModule(module, keccak256(CODE)))
          .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
          .withArgs(caller);
      await requests.connect(it.dao).removeModule(module);
      const now = (await it.helpers.time.latest()) + 10;
      await at(now);
      const effectiveAt = BigInt(now) + (await requests.trustDelay());
      await expect(requests.connect(it.dao).listModule(module, keccak256(CODE)))
        .to.emit(requests, 'ModuleListed')
        .withArgs(module, keccak256(CODE), effectiveAt);
    });

    it('is of code that is there, that the vote names, and that is its own', async () => {
      const { it, requests, module, stranger } = made();
      const fails = async (account: string, codeHash: string) =>
        expect(requests.connect(it.dao).listModule(account, codeHash))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNoModule')
          .withArgs(account, codeHash);
      await fails(module.address, keccak256(OTHER_CODE));
      await fails(module.address, ZeroHash);
      await fails(stranger.address, keccak256('0x'));
      await fails(it.ethers.Wallet.createRandom().address, ZeroHash);
      const delegated = it.ethers.Wallet.createRandom().address;
      const code = delegation(module.address);
      await it.helpers.setCode(delegated, code);
      await fails(delegated, keccak256(code));
      await fails(delegated, keccak256(CODE));
    });

    it('is in effect at once while no key exists', async () => {
      const it = await world();
      const module = it.ethers.Wallet.createRandom().address;
      await it.helpers.setCode(module, CODE);
      const now = (await it.helpers.time.latest()) + 10;
      await it.helpers.time.setNextBlockTimestamp(now);
      await expect(it.signingRequests.connect(it.dao).listModule(module, keccak256(CODE)))
        .to.emit(it.signingRequests, 'ModuleListed')
        .withArgs(module, keccak256(CODE), now);
      const keyId = await it.keyRegistry.keyIdAt(1);
      // it is past the listing, and fails at the row that is not there
      await expect(it.signingRequests.connect(await actAs(it, module)).announce(keyId, it.anyone, WORD))
        .to.be.revertedWithCustomError(it.signingRequests, 'SigningRequestsOtherModule')
        .withArgs(keyId, it.anyone, module, ZeroAddress);
    });

    it('that a vote has made is not made again: it would stop, and the guardian could take back what is in effect [G4]', async () => {
      const { it, requests, module } = made();
      const effectiveAt = (await it.requestLens.listingOf(module)).effectiveAt;
      const relist = () => requests.connect(it.dao).listModule(module, keccak256(CODE));
      await expect(relist())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsListed')
        .withArgs(module, effectiveAt);
      await expect(it.guardianContract.connect(it.guardian).withdrawModule(module)).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsNothingToWithdraw',
      );
      await announce();
      await requests.connect(it.dao).removeModule(module);
      await relist();
    });

    it('that ended takes its announcements along: another one of the same module begins without any [R5]', async () => {
      const { it, requests, keyId, patient, module, pass } = made();
      await announce();
      await requests.connect(it.dao).removeModule(module);
      await listModule(it, module.address);
      await pass(DELAY);
      await expect(requestFor())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotAnnounced')
        .withArgs(module, keyId, patient, WORD);
      await announce();
      await expect(requestFor()).not.to.emit(requests, 'RequestReady');
    });

    it('that is not in effect yet may be taken back by the guardian or a vote; later by a vote alone', async () => {
      const { it, requests, module, stranger } = made();
      const relist = () => requests.connect(it.dao).listModule(module, keccak256(CODE));
      const acting = await guardian();
      await requests.connect(it.dao).removeModule(module);
      for (const withdrawing of [
        () => it.guardianContract.connect(it.guardian).withdrawModule(module),
        () => requests.connect(it.dao).withdrawModule(module),
      ]) {
        await relist();
        await expect(requests.connect(stranger).withdrawModule(module)).to.be.revertedWithCustomError(
          requests,
          'AccessManagedUnauthorized',
        );
        await expect(withdrawing()).to.emit(requests, 'ModuleRemoved');
      }
      await expect(requests.connect(acting).withdrawModule(module))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNothingToWithdraw')
        .withArgs(module, 0, () => true);
      await relist();
      const effectiveAt = BigInt(await it.helpers.time.latest()) + (await requests.trustDelay());
      await at(effectiveAt);
      await expect(requests.connect(acting).withdrawModule(module))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNothingToWithdraw')
        .withArgs(module, effectiveAt, effectiveAt);
      await expect(requests.connect(acting).removeModule(module))
        .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
        .withArgs(acting);
      await expect(requests.connect(it.dao).removeModule(module))
        .to.emit(requests, 'ModuleRemoved')
        .withArgs(module, it.dao);
      await expect(announce()).to.be.revertedWithCustomError(requests, 'SigningRequestsNotListed');
      await expect(requests.connect(it.dao).removeModule(module))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotListed')
        .withArgs(module, 0, () => true);
    });

    it('that is taken away leaves what the module asked for; raising the rows that name it ends that too', async () => {
      const { it, requests, patient, module, intent, raise, pass } = made();
      await announce();
      const asked = await intent();
      await requests.connect(module).requestFor(asked, patient, WORD);
      const its = await lastRequest(it, patient.address, asked);
      await requests.connect(it.dao).removeModule(module);
      await pass(DELAY);
      const kept = await it.helpers.takeSnapshot();
      await requests.markReady(its.header);
      await kept.restore();
      await raise(patient);
      await expect(requests.markReady(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken');
    });

    it('of the requests contract itself gives it nothing: the row would have to name it, and it asks for nobody', async () => {
      const { it, requests, registry, keyId, patient } = made();
      await listModule(it, await requests.getAddress());
      await registry.connect(it.dao).setRow(keyId, rowFor(patient.address, { module: await requests.getAddress() }));
      // calls for many call only markReady and fulfil of themselves
      await expect(requests.connect(it.anyone).announce(keyId, patient, WORD)).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsNotListed',
      );
    });
  });
});
