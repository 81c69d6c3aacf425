import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { generateKey, restart, sign, statusOf } from '../support/life.ts';
import { codeOf, deliverAll, generate, keepAll, lastOf, networkOf, okOf } from '../support/network.ts';

describe('a session', () => {
  it('begins once in a life, whatever became of it', async () => {
    const network = await networkOf(2, 2);
    const node = network.nodes[0]!;
    const { session } = okOf<{ session: Hex }>(await generateKey(network, node));
    expect(codeOf(await generateKey(network, node))).to.equal('SESSION_REPEATED');
    okOf(await node.call('abort', { session }));
    expect(codeOf(await generateKey(network, node, 2))).to.equal('SESSION_REPEATED');
  });

  it('of a signature can be run again under another number only', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const { session } = okOf<{ session: Hex }>(await sign(network, network.nodes[0]!));
    okOf(await network.nodes[0]!.call('abort', { session }));
    expect(lastOf(network.nodes[0]!.events, 'fault')).to.deep.include({
      session,
      code: 'silent',
      culprits: [],
      silent: [2],
    });
    expect(codeOf(await sign(network, network.nodes[0]!))).to.equal('SESSION_REPEATED');
    expect(codeOf(await sign(network, network.nodes[0]!, { run: 1 }))).to.equal('ok');
  });

  it('says other things every time: no nonce comes back [I3]', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const commitments = new Set<string>();
    for (let run = 0; run < 5; run++) {
      for (const node of network.nodes) okOf(await sign(network, node, { run }));
      await deliverAll(network);
      commitments.add(lastOf(network.nodes[0]!.events, 'signature').signatures[0]!.slice(0, 66));
    }
    expect(commitments.size).to.equal(5);
  });

  it('is one of 64; one that was idle for a minute makes room, and none before', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    const node = network.nodes[0]!;
    const first = okOf<{ session: Hex }>(await sign(network, node, { run: 0 }));
    for (let run = 1; run < 64; run++) okOf(await sign(network, node, { run }));
    network.now = 59_999;
    expect(codeOf(await sign(network, node, { run: 64 }))).to.equal('SESSION_LIMIT');
    network.now = 60_000;
    expect(codeOf(await sign(network, node, { run: 64 }))).to.equal('ok');
    expect(lastOf(node.events, 'fault')).to.include({ session: first.session, code: 'silent' });
    expect((await statusOf(node)).sessions).to.equal(64);
  });

  it('dies with the life: a restart has none, and no answer to it is understood [I3]', async () => {
    const network = await networkOf(2, 2);
    await generate(network);
    for (const node of network.nodes) okOf(await sign(network, node));
    const node = await restart(network, 1);
    expect((await statusOf(node)).sessions).to.equal(0);
    await deliverAll(network);
    expect((await statusOf(node)).counters).to.include({ SESSION_UNKNOWN: 2 });
    await keepAll(network);
  });
});
