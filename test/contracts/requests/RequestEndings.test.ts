/** Refusals, expiry with counts, late signatures, replacements. */

import { expect } from 'chai';
import { encodeBytes32String, id, keccak256, ZeroHash } from 'ethers';
import type { IntentStruct } from '../../../types/contracts/requests/ISigningRequests.ts';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import { activeKey, claimDerived, KIND, outputSecret, parametersOf, secretOf, signBip340 } from '../support/keys.ts';
import { header, list } from '../support/preimages.ts';
import {
  CODE,
  intentOf,
  type Request,
  readyRequest,
  refuse,
  replacement,
  request,
  STATE,
  signRefusal,
} from '../support/requests.ts';

const secret = secretOf('endings');

describe('SigningRequests: endings', () => {
  // 2 of 4: three refusals make a signature impossible
  const made = fresh(async () => {
    const it = await world();
    const [alice, bob, carol, dave, outsider] = await eligibleEnclaves(it, 5);
    const members = [alice!, bob!, carol!, dave!];
    const requester = it.operators[10]!;
    const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, requester.address);
    return { it, requests: it.signingRequests, members, outsider: outsider!, requester, keyId, derived };
  });

  const intent = (change: Partial<IntentStruct> = {}) => intentOf(made().it, made().keyId, change);
  const ready = async (change: Partial<IntentStruct> = {}) =>
    readyRequest(made().it, made().requester, await intent(change));
  const queued = async () => request(made().it, made().requester, await intent());
  const signatures = (its: Request) =>
    its.intent.digests.map((digest) => signBip340(outputSecret(made().derived), String(digest)));
  const recordLate = (its: Request) => made().requests.recordLate(its.header, its.intent.digests, signatures(its));
  const pass = () => made().it.helpers.time.increase(3601);

  describe('refuse', () => {
    it("shows each member's code, and ends the request at n - t + 1", async () => {
      const { it, requests, members } = made();
      const its = await ready();
      for (const [i, member] of members.slice(0, 2).entries()) {
        await expect(refuse(it, member, its))
          .to.emit(requests, 'RequestRefusedBy')
          .withArgs(its.id, member.id, CODE, i + 1, 3);
        expect(await requests.stateOf(its.id)).to.equal(STATE.ready);
      }
      expect(await requests.refusalsOf(its.header)).to.equal(2);
      await expect(refuse(it, members[2]!, its, encodeBytes32String('DIGESTS_DIFFER')))
        .to.emit(requests, 'RequestRefused')
        .withArgs(its.id, 3);
      expect(await requests.stateOf(its.id)).to.equal(STATE.refused);
      await expect(refuse(it, members[3]!, its)).to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState');
    });

    it('counts each member once', async () => {
      const { it, requests, members } = made();
      const its = await ready();
      await refuse(it, members[0]!, its);
      for (const code of [CODE, encodeBytes32String('OTHER')])
        await expect(refuse(it, members[0]!, its, code))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsAlreadyRefused')
          .withArgs(its.id, members[0]!.id);
    });

    it('refuses outsiders, forged statements, empty codes and statements about another request', async () => {
      const { it, requests, members, outsider, keyId } = made();
      const [its, other] = [await ready(), await ready()];
      const [alice, bob] = members;
      await expect(refuse(it, outsider, its))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryNotMember')
        .withArgs(keyId, outsider.id);
      const bobs = await signRefusal(it, { ...bob!, id: alice!.id }, its.id);
      await expect(requests.refuse(its.header, alice!.id, CODE, bobs))
        .to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryWrongSigner')
        .withArgs(alice!.id, alice!.identity, bob!.identity, (digest: string) => digest.length === 66);
      const elsewhere = await signRefusal(it, alice!, other.id);
      await expect(requests.refuse(its.header, alice!.id, CODE, elsewhere)).to.be.revertedWithCustomError(
        it.keyRegistry,
        'KeyRegistryWrongSigner',
      );
      await expect(refuse(it, alice!, its, ZeroHash))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsEmptyCode')
        .withArgs(its.id);
    });

    it('is about what is ready and in time', async () => {
      const { it, requests, members } = made();
      const waiting = await queued();
      await expect(refuse(it, members[0]!, waiting))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsWrongState')
        .withArgs(waiting.id, STATE.queued, STATE.ready);
      const its = await ready();
      await pass();
      await expect(refuse(it, members[0]!, its)).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsDeadlinePassed',
      );
    });

    it('does not stop a signature before its quorum', async () => {
      const { it, requests, members } = made();
      const its = await ready();
      for (const member of members.slice(0, 2)) await refuse(it, member, its);
      await requests.fulfil(its.header, its.intent.digests, signatures(its));
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });
  });

  describe('expire', () => {
    it('says of a ready request how many were live and how many had refused', async () => {
      const { it, requests, members } = made();
      const its = await ready();
      await refuse(it, members[0]!, its);
      await it.enclaveRegistry.connect(members[3]!.operator).retire(members[3]!.id);
      await pass();
      await expect(requests.expire(its.header)).to.emit(requests, 'ExpiryCounted').withArgs(its.id, 3, 1, 4);
    });

    it('counts nobody for a request that never became ready', async () => {
      const { requests } = made();
      const its = await queued();
      await pass();
      await expect(requests.expire(its.header)).not.to.emit(requests, 'ExpiryCounted');
    });
  });

  describe('recordLate', () => {
    it('keeps a late signature once and delivers nothing', async () => {
      const { it, requests, keyId } = made();
      const its = await ready({ consumer: await it.spendReceipt.getAddress(), callbackGas: 80_000 });
      await pass();
      await requests.expire(its.header);
      const recording = recordLate(its);
      await expect(recording).to.emit(requests, 'LateSignatureRecorded').withArgs(its.id, keyId, signatures(its));
      await expect(recording).not.to.emit(it.spendReceipt, 'Received');
      expect(await requests.stateOf(its.id)).to.equal(STATE.expired);
      expect(await requests.lateSignatures(its.id)).to.equal(list(signatures(its).map((one) => keccak256(one))));
      await expect(recordLate(its))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsAlreadyRecorded')
        .withArgs(its.id);
      await expect(requests.redeliver(its.header, signatures(its))).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsNothingToDeliver',
      );
    });

    it('keeps one after a refusal, and one that nobody has expired yet', async () => {
      const { it, requests, members } = made();
      const [refused, overdue] = [await ready(), await ready()];
      for (const member of members.slice(0, 3)) await refuse(it, member, refused);
      await expect(recordLate(refused)).to.emit(requests, 'LateSignatureRecorded');
      await pass();
      await expect(recordLate(overdue)).to.emit(requests, 'LateSignatureRecorded');
      await requests.expire(overdue.header);
    });

    it('refuses what is not late, and what does not verify', async () => {
      const { requests, keyId, it } = made();
      const its = await ready();
      await expect(recordLate(its))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotLate')
        .withArgs(its.id, STATE.ready);
      await pass();
      await expect(requests.recordLate(its.header, its.intent.digests, [signBip340(1n, id('x'))]))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsInvalidSignature')
        .withArgs(its.id, keyId, 0);
      await expect(requests.recordLate(its.header, [id('x')], signatures(its))).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsOtherDigests',
      );
      const unknown = { ...its.header, counter: 99n };
      await expect(requests.recordLate(unknown, its.intent.digests, signatures(its))).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsNotLate',
      );
      expect(await it.signingRequests.lateSignatures(its.id)).to.equal(ZeroHash);
    });
  });

  describe('requestReplacement', () => {
    const replace = async (its: Request, by = made().requester) => replacement(made().it, by, its, await intent());
    const never = async () => {
      const its = header(await intent(), made().requester.address, 99n);
      return { id: await made().requests.requestId(its), header: its, intent: await intent() };
    };

    it('opens a request like any other in place of one that may have been signed', async () => {
      const { it, requests, members } = made();
      const its = await ready();
      const first = await replace(its);
      expect(await requests.stateOf(first.id)).to.equal(STATE.queued);
      await requests.fulfil(its.header, its.intent.digests, signatures(its));
      await replace(its);
      const refused = await ready();
      for (const member of members.slice(0, 3)) await refuse(it, member, refused);
      await replace(refused);
      const expired = await ready();
      await pass();
      await requests.expire(expired.header);
      const last = await replace(expired);
      await requests.markReady(last.header);
      await requests.fulfil(last.header, last.intent.digests, signatures(last));
      await replace(last);
    });

    it('refuses one that was never made, is still queued, was cancelled, or expired in the queue', async () => {
      const { requests, requester } = made();
      const refuses = async (its: Request, state: bigint) =>
        expect(replace(its))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsNothingToReplace')
          .withArgs(its.id, state);
      await refuses(await never(), STATE.none);
      const its = await queued();
      await refuses(its, STATE.queued);
      await requests.connect(requester).cancel(its.header);
      await refuses(its, STATE.cancelled);
      const late = await queued();
      await pass();
      await requests.expire(late.header);
      await refuses(late, STATE.expired);
    });

    it('is for one of the same key, requester and path: no other can conflict', async () => {
      const { it, requests, requester, members, keyId } = made();
      const policy = { requesters: [requester.address, it.anyone.address], delegates: [], kinds: 1 << KIND.psbt };
      const rules = { ...policy, delay: 0 };
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, rules);
      const another = await activeKey(it, members, secretOf('another'), parametersOf(members, { policy: rules }));
      const others = [
        await readyRequest(it, requester, await intentOf(it, another)),
        await readyRequest(it, it.anyone, await intent()),
        await ready({ path: id('another path') }),
      ];
      for (const { id: other, header: its, intent: said } of others)
        await expect(replace({ id: other, header: its, intent: said }))
          .to.be.revertedWithCustomError(requests, 'SigningRequestsOtherKey')
          .withArgs(other, its.keyId, its.requester, its.path);
    });

    it('has to be shown what it replaces, and no request says that it replaces something without', async () => {
      const { requests, requester } = made();
      const [its, other] = [await ready(), await ready()];
      const replacing = requests.connect(requester);
      const refused = async (asking: Promise<unknown>) =>
        expect(asking).to.be.revertedWithCustomError(requests, 'SigningRequestsNotShown').withArgs(its.id);
      await refused(replacing.requestSignature(await intent({ replaces: its.id })));
      await refused(replacing.requestReplacement(await intent({ replaces: its.id }), other.header));
      await expect(replacing.requestReplacement(await intent(), its.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotShown')
        .withArgs(ZeroHash);
    });

    it('asks for the rules of every request', async () => {
      const { it, requests, keyId, requester } = made();
      const its = await ready();
      const policy = { requesters: [], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, policy);
      await expect(replace(its)).to.be.revertedWithCustomError(it.keyRegistry, 'KeyRegistryRequesterNotAllowed');
      await it.keyRegistry.connect(it.dao).setPolicy(keyId, { ...policy, requesters: [requester.address] });
      const soon = await intent({ deadline: await it.helpers.time.latest() });
      await expect(replacement(it, requester, its, soon)).to.be.revertedWithCustomError(
        requests,
        'SigningRequestsDeadline',
      );
    });
  });
});
