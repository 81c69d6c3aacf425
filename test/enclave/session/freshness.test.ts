/** A view that all hosts of a set hold back together lasts for one beat, and no longer (I7). */

import { expect } from 'chai';
import { sign } from '../support/life.ts';
import { beat, codeOf, deliverAll, generate, lastOf, networkOf, okOf, prove } from '../support/network.ts';

describe('an enclave whose hosts show it nothing new', () => {
  it('signs for as long as its beat is good, and then nothing until the chain has the next one', async () => {
    const network = await networkOf(3, 2);
    network.world.facts.network.beatBound = 600;
    await generate(network);
    const node = network.nodes[0]!;
    network.now = 599_999;
    expect(codeOf(await sign(network, node, { block: 3, run: 0 }))).to.equal('ok');
    network.now = 600_000;
    expect(codeOf(await sign(network, node, { block: 3, run: 1 }))).to.equal('BEAT_OLD');
    await beat(network, node, 1, 4);
    expect(codeOf(await sign(network, node, { block: 4, run: 2 })), 'made, not on chain').to.equal('BEAT_OLD');
    expect(codeOf(await sign(network, node, { block: 5, run: 3 }))).to.equal('ok');
  });

  it("counts by its own clock: one that runs at a tenth of the world's stretches the bound tenfold [FF-11]", async () => {
    const network = await networkOf(3, 2);
    const beatBound = 600;
    network.world.facts.network.beatBound = beatBound;
    await generate(network);
    const answersAfter = async (seconds: number) => {
      network.now = (seconds * 1_000) / 10;
      return codeOf(await sign(network, network.nodes[0]!, { run: seconds }));
    };
    expect(await answersAfter(10 * beatBound - 1)).to.equal('ok');
    expect(await answersAfter(10 * beatBound)).to.equal('BEAT_OLD');
  });

  it('lets no share leave when the beat has become too old meanwhile', async () => {
    const network = await networkOf(2, 2);
    network.world.facts.network.beatBound = 600;
    await generate(network);
    for (const node of network.nodes) okOf(await sign(network, node, { block: 3 }));
    network.now = 600_000;
    const said = network.nodes.map(({ events }) => events.filter(({ event }) => event === 'envelope').length);
    await deliverAll(network);
    for (const [at, { events }] of network.nodes.entries()) {
      expect(events.filter(({ event }) => event === 'envelope').length).to.equal(said[at]);
      expect(lastOf(events, 'fault')).to.include({ code: 'overtaken' });
      expect(events.some(({ event }) => event === 'signature')).to.equal(false);
    }
  });

  it('lets no share leave when a newer block has lowered the bound, and the beat has become too old by that', async () => {
    const network = await networkOf(2, 2);
    const { facts } = network.world;
    facts.network.beatBound = 600;
    await generate(network);
    for (const node of network.nodes) okOf(await sign(network, node, { block: 3 }));
    for (const [block, beatBound] of [
      [4, 300],
      [5, 600],
    ] as const) {
      facts.network.beatBound = beatBound;
      for (const node of network.nodes) okOf(await prove(node, block));
    }
    network.now = 300_000;
    await deliverAll(network);
    for (const { events } of network.nodes) {
      expect(lastOf(events, 'fault').detail).to.match(/^BEAT_OLD/);
      expect(events.some(({ event }) => event === 'signature')).to.equal(false);
    }
  });

  it('signs for so many requests with one beat, whatever becomes of the sessions', async () => {
    const network = await networkOf(3, 2);
    network.world.facts.network.releasesPerBeat = 2;
    await generate(network);
    const node = network.nodes[0]!;
    for (const run of [0, 1]) expect(codeOf(await sign(network, node, { run }))).to.equal('ok');
    expect(codeOf(await sign(network, node, { run: 2 }))).to.equal('BEAT_SPENT');
    await beat(network, node, 1, 4);
    expect(codeOf(await sign(network, node, { block: 5, run: 3 }))).to.equal('ok');
  });
});
