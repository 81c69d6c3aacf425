/** What a host can do with a block that no sync committee has signed: nothing. And what a signed one cannot make an enclave say. */

import { expect } from 'chai';
import type { Result } from '../../../signer/enclave/api.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { SCHEME_NUMBERS } from '../../../signer/formats/schemes.ts';
import { activateKey, sign } from '../support/life.ts';
import { codeOf, generate, networkOf, okOf, requestOf } from '../support/network.ts';
import { headerOf, pend } from '../support/world.ts';

describe('a block that nobody has made final', () => {
  it('is refused, and locks no enclave out of the real chain', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const [node] = network.nodes;
    const header = toHex(headerOf(2 ** 47));
    expect(codeOf(await node!.call('prove', { header, nodes: [] }))).to.equal('BLOCK_NOT_FINAL');
    expect(codeOf(await sign(network, node!, { block: 3 }))).to.equal('ok');
  });
});

describe('a block with another birth domain or scheme than the share', () => {
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
