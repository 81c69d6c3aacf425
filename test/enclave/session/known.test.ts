/** Findings that are open, pinned: whoever closes one changes its test and its row in docs/reviews. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { sign, statusOf } from '../support/life.ts';
import { codeOf, deliverAll, generate, type Network, networkOf, okOf, prove } from '../support/network.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

describe('known', () => {
  it('identities sign with BigInt, as the page about constant time says', () => {
    expect(read('signer/enclave/identity.ts')).to.match(/from '@noble\/curves\/secp256k1\.js'/);
    expect(read('docs/constant-time.md')).to.match(/identity's signatures\*\*[^\n]*@noble\/curves, BigInt/);
  });

  it('a newer block leaves the sessions alone that it does not forbid', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const [first, second] = network.nodes;
    for (const node of [first!, second!]) okOf(await sign(network, node));
    okOf(await prove(first!, 9));
    expect((await statusOf(first!)).head?.number).to.equal(9);
    await deliverAll(network);
    expect(first!.events.filter(({ event }) => event === 'signature')).to.have.length(1);
  });

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
