/** What follows from the declared gap that a header is the host's word. This page has to change when finality is verified. */

import { expect } from 'chai';
import { toHex } from '../../../signer/formats/hex.ts';
import { restart, sign } from '../support/life.ts';
import { codeOf, generate, networkOf, okOf, proofAt } from '../support/network.ts';

const zero = (length: number) => toHex(new Uint8Array(length));

describe('known: while headers are not verified', () => {
  it('one made-up header locks an enclave out of the real chain, in its next life too', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const registration = { operator: zero(20), region: zero(32), tlsKey: zero(32), endpoint: 'wss://a', epoch: 1 };
    const { header } = proofAt(2 ** 47);
    okOf(await network.nodes[0]!.call('attest', { ...registration, header }));
    expect(codeOf(await sign(network.nodes[0]!))).to.equal('HEAD_OLDER');
    expect(codeOf(await sign(await restart(network, 1)))).to.equal('HEAD_OLDER');
  });
});
