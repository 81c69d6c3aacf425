/** What follows from the declared gap that a header is the host's word. This page has to change when finality is verified. */

import { expect } from 'chai';
import type { Result } from '../../../signer/enclave/api.ts';
import { SCHEME_NUMBERS } from '../../../signer/formats/schemes.ts';
import { activateKey, restart, sign } from '../support/life.ts';
import { codeOf, generate, networkOf, okOf, prove, requestOf } from '../support/network.ts';
import { pend } from '../support/world.ts';

describe('known: while headers are not verified', () => {
  it('one made-up header locks an enclave out of the real chain, in its next life too', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    okOf(await prove(network.nodes[0]!, 2 ** 47));
    expect(codeOf(await prove(network.nodes[0]!, 3))).to.equal('HEAD_OLDER');
    expect(codeOf(await sign(network, await restart(network, 1)))).to.equal('HEAD_OLDER');
  });
});

describe('a block that a host has made up', () => {
  it('with another birth domain yields no final refusal of a good request', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const request = requestOf(network, 1);
    network.world.facts.key.birth = new Uint8Array(32).fill(0xbb);
    const { refused } = okOf<Result<'sign'>>(await sign(network, network.nodes[0]!, { requests: [request] }));
    expect(refused?.[0]).to.include({ kind: 'passing', code: 'INPUT_NOT_OWN' });
    expect(network.nodes[0]!.events.filter(({ event }) => event === 'refusal')).to.deep.equal([]);
  });

  it('with another scheme yields none either, and no bug', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const request = requestOf(network, 1);
    network.world.facts.key.scheme = SCHEME_NUMBERS.ed25519;
    const signing = await sign(network, network.nodes[0]!, { block: 3, requests: [request] });
    pend(network.world);
    const activating = await activateKey(network, network.nodes[0]!, { block: 4 });
    expect([codeOf(signing), codeOf(activating)]).to.deep.equal(['SHARE_DIFFERS', 'SHARE_DIFFERS']);
    expect(network.nodes[0]!.events.filter(({ event }) => event === 'refusal')).to.deep.equal([]);
  });
});
