/** Borders that mutants survived at: the last value that is still right. */

import { expect } from 'chai';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../support/keys.ts';
import { intentOf } from '../support/requests.ts';

const DAY = 24 * 3600;

describe('borders', () => {
  it('leave a request 60 seconds at least and 90 days at most, both included', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const policy = { requesters: [it.anyone.address], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secretOf('borders'), parametersOf(members, { policy }));
    const requests = it.signingRequests.connect(it.anyone);
    for (const room of [60, 90 * DAY]) {
      const now = (await it.helpers.time.latest()) + 10;
      const asked = await intentOf(it, keyId, { deadline: now + room });
      await it.helpers.time.setNextBlockTimestamp(now);
      await expect(requests.requestSignature(asked), `${room} s`).to.emit(requests, 'SignatureRequested');
    }
  });
});
