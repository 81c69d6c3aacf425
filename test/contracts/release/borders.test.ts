/** Borders that mutants survived at: the last value that is still right. */

import { expect } from 'chai';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, MEASUREMENT, makeEnclave, RECORD, register } from '../support/enclaves.ts';
import { activeKey, KIND, parametersOf, secretOf } from '../support/keys.ts';
import { intentOf, request } from '../support/requests.ts';

const DAY = 24 * 3600;

describe('borders', () => {
  it('leave a request 40 minutes at least and 90 days at most, both included, and 30 minutes from READY', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    const policy = { requesters: [it.anyone.address], delegates: [], kinds: 1 << KIND.psbt, delay: 0 };
    const keyId = await activeKey(it, members, secretOf('borders'), parametersOf(members, { policy }));
    const requests = it.signingRequests.connect(it.anyone);
    for (const room of [40 * 60, 90 * DAY]) {
      const now = (await it.helpers.time.latest()) + 10;
      const asked = await intentOf(it, keyId, { deadline: now + room });
      await it.helpers.time.setNextBlockTimestamp(now);
      await expect(requests.requestSignature(asked), `${room} s`).to.emit(requests, 'SignatureRequested');
    }
    const { header } = await request(it, it.anyone, await intentOf(it, keyId));
    await it.helpers.time.setNextBlockTimestamp(header.deadline - 1800n);
    await expect(requests.markReady(header)).to.emit(requests, 'RequestReady');
  });

  it('let a measurement count from the second in which its canary time ends', async () => {
    const minimumCanaryTime = 1000;
    const it = await world({ minimumCanaryTime });
    const registry = it.measurementRegistry;
    await registry.connect(it.dao).approve(RECORD);
    const end = (await it.helpers.time.latest()) + minimumCanaryTime;
    for (const operator of it.operators.slice(0, 2))
      await register(it, await makeEnclave(it, operator, operator.address));

    await it.helpers.time.setNextBlockTimestamp(end - 1);
    await expect(registry.promote(MEASUREMENT))
      .to.be.revertedWithCustomError(registry, 'MeasurementRegistryTooEarly')
      .withArgs(MEASUREMENT, end - 1, end);
    await it.helpers.time.setNextBlockTimestamp(end);
    await expect(registry.promote(MEASUREMENT)).to.emit(registry, 'MeasurementPromoted');
  });
});
