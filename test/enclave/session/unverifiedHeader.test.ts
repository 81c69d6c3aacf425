/** What follows from the declared gap that a header is the host's word. This page has to change when finality is verified. */

import { expect } from 'chai';
import { restart, sign } from '../support/life.ts';
import { codeOf, generate, networkOf, okOf, prove } from '../support/network.ts';

describe('known: while headers are not verified', () => {
  it('one made-up header locks an enclave out of the real chain, in its next life too', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    okOf(await prove(network.nodes[0]!, 2 ** 47));
    expect(codeOf(await prove(network.nodes[0]!, 3))).to.equal('HEAD_OLDER');
    expect(codeOf(await sign(network, await restart(network, 1)))).to.equal('HEAD_OLDER');
  });
});
