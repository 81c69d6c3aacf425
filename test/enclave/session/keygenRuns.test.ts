/** Attacks on a key's making: more than one run for one attempt. */

import { expect } from 'chai';
import type { Event } from '../../../signer/enclave/api.ts';
import { generateKey, restart, statusOf } from '../support/life.ts';
import { deliverAll, type Envelope, keepAll, type Network, networkOf, okOf, partyOf } from '../support/network.ts';

const confirmationsOf = (events: readonly Event[]) => events.filter(({ event }) => event === 'confirmation');

/** Two runs of one attempt, the first held back one message short of its end. */
async function twoRuns(network: Network): Promise<readonly Envelope[]> {
  for (const node of network.nodes) okOf(await generateKey(network, node));
  const held: Envelope[] = [];
  for (let round = 0; round < 3; round++) {
    for (const envelope of network.post.splice(0))
      await network.nodes[partyOf(envelope.to) - 1]!.call('deliver', { envelope: envelope.envelope });
  }
  held.push(...network.post.splice(0).filter(({ to }) => partyOf(to) !== 3));
  await restart(network, 3);
  for (const node of network.nodes) await generateKey(network, node);
  return held;
}

describe('one attempt at a key', () => {
  it('leaves a member with one share and one confirmation, however many runs of it a host keeps open', async () => {
    const network = await networkOf(3, 2);
    const held = await twoRuns(network);
    await deliverAll(network);
    network.post.push(...held);
    await deliverAll(network);
    await keepAll(network);
    for (const node of network.nodes.slice(0, 2)) {
      expect((await statusOf(node)).shares.length, 'shares').to.equal(1);
      expect(confirmationsOf(node.events).length, 'confirmations').to.equal(1);
    }
  });
});
