/** What a vote asks for in another's name: nobody's guard is asked, and nobody but a vote or the guardian ends it. */

import { expect } from 'chai';
import { ZeroAddress, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { fresh } from '../support/fresh.ts';
import { KIND } from '../support/keys.ts';
import { DELAY, MODES, requesters } from '../support/requesters.ts';
import { actAs, lastRequest, makeReady, STATE } from '../support/requests.ts';

describe('requests that a vote asks for in a name', () => {
  const made = fresh(() => requesters('voted'));

  const vote = async (who: { address: string }, change: Partial<IntentStruct> = {}) => {
    const { it, requests, intent } = made();
    const asked = await intent(change);
    await requests.connect(it.dao).requestFor(asked, who.address, ZeroHash);
    return lastRequest(it, who.address, asked);
  };
  /** By vote: the requester keeps its key and its addresses, and asks for nothing any more. */
  const dismiss = async (who: { address: string }, delay = 0) =>
    made().setRow(who, { guard: await made().it.closed.getAddress(), delay });

  it('are of that name, say that they are voted, and become READY as its row says', async () => {
    const { it, requests, keyId, patient, requester, intent, fulfil } = made();
    for (const who of [patient, requester]) {
      const delay = who === patient ? DELAY : 0;
      const now = (await it.helpers.time.latest()) + 10;
      const asked = await intent();
      const counter = (await requests.requestCount()) + 1n;
      await it.helpers.time.setNextBlockTimestamp(now);
      const said = [keyId, who, counter, 1, now, now + delay, ZeroAddress, true, () => true];
      await expect(requests.connect(it.dao).requestFor(asked, who, ZeroHash))
        .to.emit(requests, 'SignatureRequested')
        .withArgs(() => true, ...said);
      const its = await lastRequest(it, who.address, asked);
      const word = await requests.wordOf(its.id);
      expect([word.state, word.voted]).to.deep.equal([delay === 0 ? STATE.ready : STATE.queued, true]);
      await makeReady(it, its);
      await fulfil(its);
      expect((await requests.wordOf(its.id)).voted).to.equal(true);
    }
  });

  it('are for votes: neither the guardian, nor the requester, nor a stranger asks so', async () => {
    const { it, requests, requester, stranger, intent } = made();
    const guardian = await actAs(it, await it.guardianContract.getAddress());
    for (const caller of [guardian, requester, stranger])
      await expect(requests.connect(caller).requestFor(await intent(), requester, ZeroHash))
        .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
        .withArgs(caller);
  });

  it('need a row that allows the kind, a key that may sign, and all rules of requests', async () => {
    const { it, requests, registry, keyId, requester, stranger } = made();
    await expect(vote(stranger))
      .to.be.revertedWithCustomError(registry, 'KeyRegistryKindNotAllowed')
      .withArgs(keyId, stranger, KIND.psbt, 0);
    await expect(vote(requester, { digests: [] })).to.be.revertedWithCustomError(
      requests,
      'SigningRequestsDigestCount',
    );
    await registry.connect(it.dao).pause(keyId, 2n ** 40n);
    await expect(vote(requester)).to.be.revertedWithCustomError(registry, 'KeyRegistryPaused');
  });

  for (const delay of [0, DELAY])
    it(`ask no guard, after a delay of ${delay} s`, async () => {
      const { it, requests, requester, setRow, guard, ask } = made();
      const { guard: no } = await guard();
      await no.set(MODES.no, MODES.no);
      await setRow(requester, { guard: await no.getAddress(), delay });
      await expect(ask()).to.be.revertedWithCustomError(requests, 'SigningRequestsGuardRefused');
      const its = await vote(requester);
      await makeReady(it, its);
      expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
      expect(await no.asked()).to.equal(0);
    });

  it("are not the requester's to cancel or to abandon [R6]", async () => {
    const { it, requests, requester, patient } = made();
    const [open, waiting] = [await vote(requester), await vote(patient)];
    await expect(requests.connect(requester).abandon(open.header))
      .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
      .withArgs(requester);
    await expect(requests.connect(patient).cancel(waiting.header))
      .to.be.revertedWithCustomError(requests, 'AccessManagedUnauthorized')
      .withArgs(patient);
    await it.guardianContract.connect(it.guardian).cancel(waiting.header);
    await requests.connect(it.dao).abandon(open.header);
    expect([await requests.stateOf(open.id), await requests.stateOf(waiting.id)]).to.deep.equal([
      STATE.expired,
      STATE.cancelled,
    ]);
  });

  it('are overtaken as others are, and expire as others do', async () => {
    const { requests, requester, patient, raise, pass } = made();
    const [open, waiting] = [await vote(requester), await vote(patient)];
    for (const who of [requester, patient]) await raise(who);
    await pass(DELAY);
    await expect(requests.markReady(waiting.header))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken')
      .withArgs(waiting.id, 1, 2);
    for (const its of [open, waiting]) await requests.expire(its.header);
  });

  describe('of a dismissed delegate', () => {
    it('empty its addresses, while it asks for nothing [R6]', async () => {
      const { it, requests, keyId, requester, ask, fulfil } = made();
      await dismiss(requester);
      const reason = it.closed.interface.encodeErrorResult('ClosedRow', [keyId, requester.address]);
      await expect(ask())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsGuardRefused')
        .withArgs(() => true, it.closed, reason);
      const its = await vote(requester);
      await fulfil(its);
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });

    it('what it had asked for before is overtaken', async () => {
      const { requests, patient, queued, pass } = made();
      const its = await queued();
      await dismiss(patient, DELAY);
      await pass(DELAY);
      await expect(requests.markReady(its.header)).to.be.revertedWithCustomError(requests, 'SigningRequestsOvertaken');
    });

    for (const delay of [0, DELAY])
      it(`it neither raises its row nor ends them, after a delay of ${delay} s`, async () => {
        const { it, requests, registry, keyId, requester, fulfil } = made();
        await dismiss(requester, delay);
        const its = await vote(requester);
        const refused = async (call: Promise<unknown>, contract: Parameters<typeof expect>[0]) =>
          expect(call).to.be.revertedWithCustomError(contract, 'AccessManagedUnauthorized').withArgs(requester);
        await refused(registry.connect(requester).raise(keyId, requester), registry);
        if (delay > 0) await refused(requests.connect(requester).cancel(its.header), requests);
        await makeReady(it, its);
        await refused(registry.connect(requester).raise(keyId, requester), registry);
        await refused(requests.connect(requester).abandon(its.header), requests);
        await expect(requests.connect(requester).expire(its.header)).to.be.revertedWithCustomError(
          requests,
          'SigningRequestsNotExpired',
        );
        await fulfil(its);
      });

    it('a module that its row names asks for nothing either', async () => {
      const { it, requests, keyId, requester, setRow, intent } = made();
      const module = it.ethers.Wallet.createRandom().address;
      await it.helpers.setCode(module, '0x00');
      await requests.connect(it.dao).listModule(module, it.ethers.keccak256('0x00'));
      await it.helpers.time.increase(await requests.trustDelay());
      await setRow(requester, { guard: await it.closed.getAddress(), module });
      const acting = requests.connect(await actAs(it, module));
      await acting.announce(keyId, requester, it.ethers.id('word'));
      await expect(acting.requestFor(await intent(), requester, it.ethers.id('word'))).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsGuardRefused',
      );
    });
  });
});
