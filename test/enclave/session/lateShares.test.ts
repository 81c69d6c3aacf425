/** What was proven when a session began is old when it ends late: a host that holds envelopes back chooses when. */

import { expect } from 'chai';
import { DEADLINE_MARGIN } from '../../../signer/enclave/path/verifyRequest.ts';
import { sign, statusOf } from '../support/life.ts';
import { codeOf, deliverAll, generate, networkOf, okOf, partyOf } from '../support/network.ts';

describe('a signing session', () => {
  it('gives no share away once the time is over that the deadline had to leave', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    const held = network.post.splice(0);
    network.now += DEADLINE_MARGIN * 1000;
    for (const { to, envelope } of held) {
      expect(codeOf(await network.nodes[partyOf(to) - 1]!.call('deliver', { envelope }))).to.equal('SESSION_ENDED');
    }
    expect(network.post.length, 'shares').to.equal(0);
    for (const node of network.nodes.slice(0, 2)) expect((await statusOf(node)).sessions).to.equal(0);
  });

  it('ends well a moment before', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node));
    network.now += DEADLINE_MARGIN * 1000 - 1;
    await deliverAll(network);
    for (const { events } of network.nodes.slice(0, 2))
      expect(events.filter(({ event }) => event === 'signature')).to.have.length(1);
  });
});
