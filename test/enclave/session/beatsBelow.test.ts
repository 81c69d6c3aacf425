/** A fresh beat in the newest checkpoint says nothing about the one below it: what is old there has to be shown to be young by itself (I7). */

import { expect } from 'chai';
import { enclaveSlot } from '../../../signer/proof/slots.ts';
import { NOW, slotName } from '../path/support/facts.ts';
import { sign } from '../support/life.ts';
import {
  beat,
  codeOf,
  committee,
  deliverAll,
  generate,
  type Network,
  networkOf,
  okOf,
  requestOf,
  setOf,
  shownAt,
} from '../support/network.ts';

const HOURS = 3_600_000;

/** A key is paused a day after block 3; then the records of both signers, made just now, and nothing else, are shown at block 4. */
async function aDayLater(network: Network) {
  const { world, nodes } = network;
  world.facts.network.beatBound = 600;
  await generate(network);
  const request = requestOf(network, 1);
  const third = [await shownAt(nodes[0]!, 3), await shownAt(nodes[1]!, 3)][0]!;
  network.now = 24 * HOURS;
  for (const party of [1, 2]) await beat(network, nodes[party - 1]!, party, 3);
  world.facts.key.pausedUntil = NOW + 100 * 3_600;
  const boots = world.seats
    .map(({ id }) => enclaveSlot(id, 'boot'))
    .map(({ contract, slot }) => slotName(contract, slot));
  world.withheld = (block, name) => block === 4 && !boots.includes(name);
  for (const node of nodes.slice(0, 2)) await shownAt(node, 4);
  return { request, third };
}

describe('hosts that show a beat of the newest checkpoint and all else of an old one', () => {
  it('get nothing signed that has been forbidden since the old one [I7]', async () => {
    const network = await networkOf(3, 2);
    const { request, third } = await aDayLater(network);
    const params = { committee: committee(network), set: setOf(network, [1, 2]), block: third };
    const codes: string[] = [];
    for (const node of network.nodes.slice(0, 2))
      codes.push(codeOf(await node.call('sign', { ...params, requests: [request], firsts: [] })));
    await deliverAll(network);
    const signed = network.nodes.flatMap(({ events }) => events.filter(({ event }) => event === 'signature'));
    expect([codes, signed.length]).to.deep.equal([['BEAT_OLD', 'BEAT_OLD'], 0]);
  });

  it('cannot keep a session alive by it either', async () => {
    const network = await networkOf(2, 2);
    network.world.facts.network.beatBound = 600;
    await generate(network);
    for (const node of network.nodes) okOf(await sign(network, node, { block: 3 }));
    network.now = 599_000;
    for (const party of [1, 2]) await beat(network, network.nodes[party - 1]!, party, 3);
    for (const node of network.nodes) okOf(await sign(network, node, { block: 4, run: 1 }));
    network.now = 600_000;
    network.post.sort((a, b) => Number(a.session > b.session));
    await deliverAll(network);
    const signed = network.nodes.map(({ events }) => events.filter(({ event }) => event === 'signature').length);
    expect(signed, 'of the session at block 4 alone').to.deep.equal([1, 1]);
    expect(network.nodes[0]!.events.filter(({ event }) => event === 'fault')[0]).to.include({ code: 'overtaken' });
  });
});
