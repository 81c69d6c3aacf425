/** The last message of a session, kept back until what was proven when it began is too old: a signature leaves no later than anything else. */

import { expect } from 'chai';
import type { Request } from '../../../signer/enclave/api.ts';
import { digestRequest } from '../support/digestRequest.ts';
import { setUpPair, sign } from '../support/life.ts';
import { deliverAll, generate, lastOf, type Network, networkOf, okOf, partyOf, requestOf } from '../support/network.ts';

const BOUND = 600;

/** Sessions of two whose every round but the last was heard: the hosts hold the shares back. */
const HELD_BACK: Readonly<Record<string, () => Promise<Network>>> = {
  bip340: async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    return heldBack(network, [requestOf(network, 1)], 1);
  },
  'ecdsa-secp256k1': async () => {
    const network = await networkOf(2, 2, 'ecdsa-secp256k1');
    await generate(network);
    for (const answer of await setUpPair(network, [1, 2])) okOf(answer);
    await deliverAll(network);
    return heldBack(network, [digestRequest(network.world, 1)], 2);
  },
};

for (const [scheme, sharesHeldBack] of Object.entries(HELD_BACK)) {
  describe(`a ${scheme} signature of which all shares were given while the beat was good`, () => {
    it('stays inside when the last of them comes after the bound [I7]', async () => {
      const network = await sharesHeldBack();
      network.now = BOUND * 1_000;
      await deliverAll(network);
      for (const { events } of network.nodes) {
        expect(events.some(({ event }) => event === 'signature')).to.equal(false);
        expect(lastOf(events, 'fault').detail).to.match(/^BEAT_OLD/);
      }
    });

    it('leaves when it comes a moment before', async () => {
      const network = await sharesHeldBack();
      network.now = BOUND * 1_000 - 1;
      await deliverAll(network);
      for (const { events } of network.nodes)
        expect(events.filter(({ event }) => event === 'signature')).to.have.length(1);
    });
  });
}

async function heldBack(network: Network, requests: readonly Request[], rounds: number): Promise<Network> {
  network.world.facts.network.beatBound = BOUND;
  for (const node of network.nodes) okOf(await sign(network, node, { block: 3, requests }));
  for (let round = 0; round < rounds; round++)
    for (const { to, envelope } of network.post.splice(0))
      okOf(await network.nodes[partyOf(to) - 1]!.call('deliver', { envelope }));
  return network;
}
