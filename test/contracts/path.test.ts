/** The path of a request in contracts alone: from a vote to a callback, with one secret in the committee's place. */

import { expect } from 'chai';
import { id, ZeroHash } from 'ethers';
import { world } from './support/chain.ts';
import { eligibleEnclaves } from './support/enclaves.ts';
import {
  activeKey,
  claimDerived,
  createKey,
  KEY_STATUS,
  outputSecret,
  parametersOf,
  rowFor,
  secretOf,
  signBip340,
} from './support/keys.ts';
import { intentOf, readyRequest, STATE } from './support/requests.ts';

describe('path of a request', () => {
  it('goes from a vote to a callback', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const requester = it.anyone;
    const secret = secretOf('path');
    const rows = [rowFor(requester.address, { delay: 60 })];
    const keyId = await activeKey(it, members, secret, parametersOf(members, { rows }));
    expect((await it.keyRegistry.key(keyId)).status).to.equal(KEY_STATUS.active);

    const derived = await claimDerived(it, keyId, secret, requester.address);

    const consumer = await it.spendReceipt.getAddress();
    const digest = id('digest');
    const intent = await intentOf(it, keyId, { digests: [digest], consumer, callbackGas: 100_000 });
    const made = await readyRequest(it, requester, intent);
    const signature = signBip340(outputSecret(derived), digest);
    await expect(it.signingRequests.fulfil(made.header, [digest], [signature]))
      .to.emit(it.signingRequests, 'SignatureFulfilled')
      .withArgs(made.id, keyId, [signature])
      .and.to.emit(it.signingRequests, 'CallbackDelivered')
      .withArgs(made.id, consumer);
    expect(await it.signingRequests.stateOf(made.id)).to.equal(STATE.fulfilled);
    expect(await it.spendReceipt.receiptOf(made.id)).not.to.equal(ZeroHash);
  });

  it('opens no attempt with too few eligible enclaves', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const operators = [...members.map(({ operator }) => operator.address), it.deployer.address];
    await expect(createKey(it, parametersOf(members, { operators }))).to.be.revertedWithCustomError(
      it.committees,
      'CommitteesTooFewEligible',
    );
  });
});
