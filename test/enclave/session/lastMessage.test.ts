/** What no protocol of rounds prevents, and the threat model says: whoever speaks last may keep its word back, and has what all others lack. */

import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Result } from '../../../signer/enclave/api.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { sign, statusOf } from '../support/life.ts';
import { deliverAll, fromHex, generate, lastOf, type Network, networkOf, okOf, partyOf } from '../support/network.ts';
import { keyFor } from '../support/spend.ts';

/** Parties 1 and 2 sign; the host of party 1 hands everything to it, and lets its commitments out and not its share. */
async function keptBack(): Promise<Network> {
  const network = await networkOf(3, 2);
  await generate(network);
  const { post, nodes } = network;
  for (const node of nodes.slice(0, 2)) okOf(await sign(network, node));
  const commitments = post.splice(0);
  for (const { to, envelope } of commitments) okOf(await nodes[partyOf(to) - 1]!.call('deliver', { envelope }));
  post.splice(0, post.length, ...post.filter(({ to }) => partyOf(to) === 1));
  await deliverAll(network);
  return network;
}

const signatures = ({ nodes }: Network) =>
  nodes.slice(0, 2).map(({ events }) => events.filter(({ event }) => event === 'signature').length);

describe('who keeps back the last message of a session', () => {
  it('has the signature alone, and it is good [MP-07]', async () => {
    const network = await keptBack();
    expect(signatures(network)).to.deep.equal([1, 0]);
    const { signatures: made } = lastOf(network.nodes[0]!.events, 'signature');
    const digest = network.world.requests[0]!.request.digests[0]!;
    expect(schnorr.verify(fromHex(made[0]!), digest, keyFor(network.world))).to.equal(true);
  });

  it('leaves the others with its silence and no word that nothing was signed, when the request is over too [MP-07]', async () => {
    const network = await keptBack();
    const other = network.nodes[1]!;
    okOf(await other.call('abort', { session: lastOf(network.nodes[0]!.events, 'signature').session }));
    expect(lastOf(other.events, 'fault')).to.deep.include({ code: 'silent', culprits: [], silent: [1] });
    network.world.requests[0]!.word.state = STATUS.request.expired;
    const { refused } = okOf<Result<'sign'>>(await sign(network, other, { block: 4, run: 1 }));
    expect(refused?.[0]).to.include({ kind: 'passing', code: 'REQUEST_STATE' });
    expect(other.events.filter(({ event }) => event === 'refusal')).to.deep.equal([]);
    expect((await statusOf(other)).sessions).to.equal(0);
    expect(signatures(network)).to.deep.equal([1, 0]);
  });
});
