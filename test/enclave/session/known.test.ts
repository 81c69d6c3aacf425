/** Findings that are open, pinned: whoever closes one changes its test and its row in docs/reviews. */

import { expect } from 'chai';
import { sign } from '../support/life.ts';
import { codeOf, generate, type Network, networkOf } from '../support/network.ts';

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
});
