/** Which modules may ask in a requester's name: those that a vote has listed, with that code, and only where the row names them. */

import { expect } from 'chai';
import { id, keccak256, ZeroAddress, ZeroHash } from 'ethers';
import { Mandates__factory } from '../../../../types/factories/contracts/requests/modules/Mandates__factory.ts';
import { world } from '../../support/chain.ts';
import { eligibleEnclaves } from '../../support/enclaves.ts';
import { fresh } from '../../support/fresh.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../../support/keys.ts';
import { DAY, setRow } from '../../support/limits.ts';
import { fillingOf, mandateOf, place, termsOf } from '../../support/mandates.ts';
import { actAs, listModule } from '../../support/requests.ts';

const EMPTY = keccak256('0x');

describe('modules that may ask', () => {
  const made = fresh(async () => {
    const it = await world();
    const { signingRequests: requests } = it;
    const module = await new Mandates__factory(it.deployer).deploy(requests);
    const at = await module.getAddress();
    const codeHash = keccak256(await it.ethers.provider.getCode(at));
    const requester = it.operators[10]!;
    const members = await eligibleEnclaves(it, 2);
    const rows = [rowFor(requester.address, { module: at })];
    const keyId = await activeKey(it, members, secretOf('modules'), parametersOf(members, { rows }));
    return { it, requests, byDao: requests.connect(it.dao), module, at, codeHash, requester, keyId };
  });

  const placing = async () => {
    const { it, keyId, requester, module } = made();
    return place(it, requester, await mandateOf(it, keyId), module);
  };
  const filling = async (its: Awaited<ReturnType<typeof placing>>) =>
    made()
      .module.connect(made().it.anyone)
      .fill(termsOf(its), await fillingOf(made().it, its));
  const refused = (call: Promise<unknown>, error: string) =>
    expect(call).to.be.revertedWithCustomError(made().requests, error);
  const nothing = (time: bigint) => time > 0n;

  it('one that no vote has listed opens nothing', async () => {
    await refused(placing(), 'SigningRequestsNotListed').withArgs(made().module, 0, nothing);
  });

  it('one that a vote has listed does once the trust delay has passed', async () => {
    const { it, requests, byDao, module, codeHash } = made();
    const effectiveAt = (await it.helpers.time.latest()) + 100;
    await it.helpers.time.setNextBlockTimestamp(effectiveAt - Number(await requests.trustDelay()));
    await expect(byDao.listModule(module, codeHash))
      .to.emit(requests, 'ModuleListed')
      .withArgs(module, codeHash, effectiveAt);
    await it.helpers.time.setNextBlockTimestamp(effectiveAt - 1);
    await refused(placing(), 'SigningRequestsNotListed').withArgs(module, effectiveAt, effectiveAt - 1);
    await it.helpers.time.setNextBlockTimestamp(effectiveAt);
    await filling(await placing());
  });

  it('one that the row does not name opens nothing, and one that it no longer names fills nothing', async () => {
    const { it, module, at, requester, keyId } = made();
    await listModule(it, at);
    const its = await placing();
    for (const named of [ZeroAddress, await it.mandates.getAddress()]) {
      await setRow(it, keyId, rowFor(requester.address, { module: named }));
      for (const call of [() => filling(its), () => placing()])
        await refused(call(), 'SigningRequestsOtherModule').withArgs(keyId, requester, module, named);
    }
  });

  it('one that was removed opens nothing from then on, whatever it has announced', async () => {
    const { it, requests, byDao, module, at } = made();
    await listModule(it, at);
    const its = await placing();
    await expect(byDao.removeModule(module)).to.emit(requests, 'ModuleRemoved').withArgs(module, it.dao);
    for (const call of [() => filling(its), () => placing()])
      await refused(call(), 'SigningRequestsNotListed').withArgs(module, 0, nothing);
    await refused(byDao.removeModule(module), 'SigningRequestsNotListed').withArgs(module, 0, nothing);
  });

  it('one that the guardian withdrew in time never does, and later the guardian can do nothing', async () => {
    const { it, requests, byDao, module, codeHash } = made();
    const guardian = it.guardianContract.connect(it.guardian);
    await byDao.listModule(module, codeHash);
    await expect(guardian.withdrawModule(module))
      .to.emit(requests, 'ModuleRemoved')
      .withArgs(module, it.guardianContract);
    await it.helpers.time.increase(100);
    await refused(placing(), 'SigningRequestsNotListed').withArgs(module, 0, nothing);
    await byDao.listModule(module, codeHash);
    await it.helpers.time.increase(await requests.trustDelay());
    await refused(guardian.withdrawModule(module), 'SigningRequestsNothingToWithdraw');
    await filling(await placing());
  });

  it('one with other code than the vote named opens nothing', async () => {
    const { it, requests, at, module, codeHash } = made();
    await listModule(it, at);
    const its = await placing();
    const code = await it.ethers.provider.getCode(at);
    await it.ethers.provider.send('hardhat_setCode', [at, `${code}00`]);
    for (const call of [() => filling(its), () => placing()])
      await refused(call(), 'SigningRequestsOtherCode').withArgs(module, keccak256(`${code}00`), codeHash);
    await it.ethers.provider.send('hardhat_setCode', [at, code]);
    await filling(its);
    expect(await requests.requestCount()).to.equal(1);
  });

  it('a vote lists no other code than is there, no nothing, and no account that delegates', async () => {
    const { it, byDao, module } = made();
    for (const [account, hash] of [
      [await module.getAddress(), id('other code')],
      [await module.getAddress(), ZeroHash],
      [it.anyone.address, EMPTY],
      [it.anyone.address, ZeroHash],
    ] as const)
      await refused(byDao.listModule(account, hash), 'SigningRequestsNoModule').withArgs(account, hash);
    const delegating = `0xef0100${'11'.repeat(20)}`;
    await it.ethers.provider.send('hardhat_setCode', [it.anyone.address, delegating]);
    await refused(byDao.listModule(it.anyone, keccak256(delegating)), 'SigningRequestsNoModule');
  });

  it('is for votes to say', async () => {
    const { it, requests, module, codeHash, requester } = made();
    for (const by of [it.guardian, it.deployer, requester]) {
      const its = requests.connect(by);
      for (const call of [
        () => its.listModule(module, codeHash),
        () => its.removeModule(module),
        () => its.withdrawModule(module),
      ])
        await refused(call(), 'AccessManagedUnauthorized').withArgs(by);
    }
  });

  it('none asks for more than it has announced, and none without a name for it but a vote', async () => {
    const { it, requests, module, at, requester, keyId } = made();
    await listModule(it, at);
    const its = await placing();
    const asking = requests.connect(await actAs(it, at));
    const intent = await fillingOf(it, its);
    await refused(asking.requestFor(intent, requester, id('more')), 'SigningRequestsNotAnnounced').withArgs(
      module,
      keyId,
      requester,
      id('more'),
    );
    await refused(asking.requestFor(intent, requester, ZeroHash), 'AccessManagedUnauthorized').withArgs(module);
    await refused(asking.announce(keyId, requester, ZeroHash), 'SigningRequestsAnnounced');
    await refused(asking.announce(keyId, requester, its.id), 'SigningRequestsAnnounced').withArgs(
      module,
      keyId,
      requester,
      its.id,
    );
  });

  it("none uses another one's announcement", async () => {
    const { it, requests, at, requester, keyId } = made();
    await listModule(it, at);
    await listModule(it, await it.mandates.getAddress());
    const its = await placing();
    const row = rowFor(requester.address, { module: await it.mandates.getAddress() });
    await setRow(it, keyId, row);
    const other = requests.connect(await actAs(it, await it.mandates.getAddress()));
    const intent = await fillingOf(it, its);
    await refused(other.requestFor(intent, requester, its.id), 'SigningRequestsNotAnnounced').withArgs(
      it.mandates,
      keyId,
      requester,
      its.id,
    );
    await it.helpers.time.increase(DAY);
    await refused(filling(its), 'SigningRequestsOtherModule');
  });
});
