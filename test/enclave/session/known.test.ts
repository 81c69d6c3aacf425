/** Findings that are open, pinned: whoever closes one changes its test and its row in docs/reviews. */

import { expect } from 'chai';
import type { Result } from '../../../signer/enclave/api.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { sign } from '../support/life.ts';
import {
  bootNode,
  bootOf,
  codeOf,
  generate,
  lastOf,
  type Network,
  type Node,
  networkOf,
  okOf,
  shownAt,
} from '../support/network.ts';

describe('known', () => {
  it('two copies of one memory draw the same nonces: only a TEE can rule the copy out', async () => {
    const saidBy = async (network: Network) => {
      await generate(network);
      expect(codeOf(await sign(network, network.nodes[0]!))).to.equal('ok');
      return network.post.map(({ envelope }) => envelope);
    };
    const [one, copy] = [await networkOf(3, 2, 'bip340', 'memory'), await networkOf(3, 2, 'bip340', 'memory')];
    const said = await saidBy(one);
    expect(said).to.have.length.above(0);
    expect(await saidBy(copy)).to.deep.equal(said);
  });

  it('a copy of a memory dates the beat of its original anew: a view is as old as hosts like, until a TEE rules the copy out [HE-03]', async () => {
    const network = await networkOf(3, 2);
    network.world.facts.network.beatBound = 600;
    await generate(network);
    const { sealed } = lastOf(network.nodes[0]!.events, 'seal');
    const life = () => bootNode(network, 'one memory', sealed, 1);
    const [original, copy] = [await life(), await life()];
    const block = await shownAt(copy, 2);
    const record = await recordAt(network, original, await shownAt(original, 2));
    Object.assign(network.world.seats[0]!, { ...bootOf(record), counter: Number(record.counter) });
    expect(codeOf(await sign(network, original, { run: 1 }))).to.equal('ok');
    network.now = 36_000_000;
    expect(codeOf(await sign(network, original, { run: 2 }))).to.equal('BEAT_OLD');
    expect(await recordAt(network, copy, block), 'made ten hours later').to.deep.equal(record);
    expect(codeOf(await sign(network, copy, { run: 3 }))).to.equal('ok');
  });
});

async function recordAt({ world }: Network, node: Node, block: Hex): Promise<Result<'recordBoot'>> {
  return okOf(await node.call('recordBoot', { operator: toHex(world.seats[0]!.operator), block }));
}
