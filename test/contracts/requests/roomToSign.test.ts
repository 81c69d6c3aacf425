/** What becomes READY can still be signed, whatever a vote has made of the margin. */

import { expect } from 'chai';
import { world } from '../support/chain.ts';
import { eligibleEnclaves } from '../support/enclaves.ts';
import { activeKey, parametersOf, rowFor, secretOf } from '../support/keys.ts';
import { intentOf, request } from '../support/requests.ts';

const [MINUTE, EPOCH, LARGEST_MARGIN] = [60, 384, 1_200];

describe('room to sign', () => {
  // CO-53. The room is a constant: no vote may set a margin for which it is too short
  it('no margin that a vote may set lets requests through that no enclave signs any more [R11]', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 2);
    const requester = it.operators[10]!;
    const rows = [rowFor(requester.address, { delay: MINUTE })];
    const keyId = await activeKey(it, members, secretOf('room'), parametersOf(members, { rows }));
    const vote = it.keyRegistry.connect(it.dao);
    await expect(vote.setBeat(3600, 64, LARGEST_MARGIN + 1)).to.be.revertedWithCustomError(
      it.keyRegistry,
      'KeyRegistryBeatOutOfBounds',
    );
    await vote.setBeat(3600, 64, LARGEST_MARGIN);
    const deadline = (await it.helpers.time.latest()) + 42 * MINUTE;
    const last = await request(it, requester, await intentOf(it, keyId, { deadline }));
    const latest = deadline - 30 * MINUTE;
    await it.helpers.time.setNextBlockTimestamp(latest);
    await it.signingRequests.markReady(last.header);
    expect(deadline - latest, 'an epoch for finality, the margin, and some for the rounds').to.be.above(
      EPOCH + LARGEST_MARGIN,
    );
    const late = await intentOf(it, keyId, { deadline: latest + 45 * MINUTE });
    const second = await request(it, requester, late);
    await it.helpers.time.setNextBlockTimestamp(latest + 15 * MINUTE + 1);
    await expect(it.signingRequests.markReady(second.header)).to.be.revertedWithCustomError(
      it.signingRequests,
      'SigningRequestsNoRoom',
    );
  });
});
