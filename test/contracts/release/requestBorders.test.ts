/** Borders of requests that mutants survived at. */

import { expect } from 'chai';
import { hexlify, ZeroHash } from 'ethers';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { fresh } from '../support/fresh.ts';
import {
  activeKey,
  claimDerived,
  KIND,
  outputSecret,
  parametersOf,
  SCHEME,
  secretOf,
  signBip340,
} from '../support/keys.ts';
import { intentOf, readyRequest, refuse, STATE } from '../support/requests.ts';

const secret = secretOf('request borders');

describe('borders of requests', () => {
  const made = fresh(async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { policy }));
    const derived = await claimDerived(it, keyId, secret, requester.address);
    const its = await readyRequest(it, requester, await intentOf(it, keyId));
    const signatures = its.intent.digests.map((digest) => signBip340(outputSecret(derived), String(digest)));
    return { it, requests: it.signingRequests, members, its, signatures, deadline: Number(its.header.deadline) };
  });

  const at = (time: number) => made().it.helpers.time.setNextBlockTimestamp(time);
  const recordLate = () => made().requests.recordLate(made().its.header, made().its.intent.digests, made().signatures);

  it('an Ed25519 message has at most 4,096 bytes', async () => {
    const { it, requests, members } = made();
    const requester = it.operators[10]!;
    const policy = { requesters: [requester.address], delegates: [], kinds: 1 << KIND.solana, delay: 0 };
    const keyId = await activeKey(it, members, secret, parametersOf(members, { scheme: SCHEME.ed25519, policy }));
    const ask = async (bytes: number) => {
      const digests = [hexlify(new Uint8Array(bytes))];
      return requests.connect(requester).requestSignature(await intentOf(it, keyId, { kind: KIND.solana, digests }));
    };
    await ask(4096);
    await expect(ask(4097))
      .to.be.revertedWithCustomError(requests, 'SigningRequestsDigestLength')
      .withArgs(0, 4097, 4096);
  });

  describe('in the second of the deadline', () => {
    beforeEach(() => at(made().deadline));

    it('a signature is in time', async () => {
      const { requests, its, signatures } = made();
      await requests.fulfil(its.header, its.intent.digests, signatures);
      expect(await requests.stateOf(its.id)).to.equal(STATE.fulfilled);
    });

    it('a refusal is in time', async () => {
      const { it, requests, members, its } = made();
      await expect(refuse(it, members[0]!, its)).to.emit(requests, 'RequestRefusedBy');
    });

    it('nothing expires', async () => {
      const { requests, its, deadline } = made();
      await expect(requests.expire(its.header))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotExpired')
        .withArgs(its.id, deadline, deadline);
    });

    it('no signature is late', async () => {
      const { requests, its } = made();
      await expect(recordLate())
        .to.be.revertedWithCustomError(requests, 'SigningRequestsNotLate')
        .withArgs(its.id, STATE.ready);
    });
  });

  describe('a second later', () => {
    beforeEach(() => at(made().deadline + 1));

    it('no signature is in time', async () => {
      const { requests, its, signatures, deadline } = made();
      await expect(requests.fulfil(its.header, its.intent.digests, signatures))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadlinePassed')
        .withArgs(its.id, deadline, deadline + 1);
    });

    it('no refusal is in time', async () => {
      const { it, requests, members, its, deadline } = made();
      await expect(refuse(it, members[0]!, its))
        .to.be.revertedWithCustomError(requests, 'SigningRequestsDeadlinePassed')
        .withArgs(its.id, deadline, deadline + 1);
    });

    it('a request expires', async () => {
      const { requests, its } = made();
      await expect(requests.expire(its.header)).to.emit(requests, 'RequestExpired').withArgs(its.id);
    });

    it('a signature is late', async () => {
      const { requests, its } = made();
      await expect(recordLate()).to.emit(requests, 'LateSignatureRecorded');
      expect(await requests.lateSignatures(its.id)).not.to.equal(ZeroHash);
    });
  });
});
