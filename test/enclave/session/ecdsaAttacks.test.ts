/** Members that lie where ECDSA multiplies, and set-ups that are not the same on both sides: who is named, and what is never used again (A40). */

import { expect } from 'chai';
import type { Event, Request, Result } from '../../../signer/enclave/api.ts';
import { decodeEnvelope } from '../../../signer/enclave/peers/envelope.ts';
import { digestRequest } from '../support/digestRequest.ts';
import { setUpPair, sign, statusOf } from '../support/life.ts';
import { type Mallory, malloryOf, overhears, says } from '../support/mallory.ts';
import {
  codeOf,
  deliverAll,
  type Envelope,
  fromHex,
  generate,
  lastOf,
  type Network,
  type Node,
  networkOf,
  okOf,
  wireOf,
} from '../support/network.ts';

const SCHEME = 'ecdsa-secp256k1';
const SEED = 'liars';
const PAIRS = [
  [1, 2],
  [1, 3],
  [2, 3],
] as const;
const [COMMITMENTS, MULTIPLICATIONS] = [0, 1];

const routeOf = ({ envelope }: Envelope) => decodeEnvelope(fromHex(envelope)).route;
const faultsOf = ({ events }: Node) => events.flatMap((event) => (event.event === 'fault' ? event : []));
const signedBy = ({ events }: Node) => events.filter(({ event }) => event === 'signature').length;

describe('liars among the signers of an ECDSA key', () => {
  let network: Network;
  let alice: Mallory;
  let bob: Mallory;
  let requests: readonly Request[];

  beforeEach(async () => {
    network = await networkOf(3, 2, SCHEME, SEED);
    [alice, bob] = [await malloryOf(SEED, 1), await malloryOf(SEED, 2)];
    await generate(network);
    for (const pair of PAIRS) (await setUpPair(network, pair)).forEach(okOf);
    await deliverAll(network);
    // Before the block at which they are signed is proven: a block keeps what it said.
    requests = [1, 2, 3, 4].map((counter) => digestRequest(network.world, counter));
  });

  const begin = async (counter: number, run = 0, parties: readonly number[] = [1, 2]) => {
    const asked = { requests: [requests[counter - 1]!], run, parties };
    for (const party of parties) {
      const { refused } = okOf<Result<'sign'>>(await sign(network, network.nodes[party - 1]!, asked));
      expect(refused).to.equal(undefined);
    }
  };

  /** Carries what Alice says to Bob alone in this round with one bit of it another, which she has signed. */
  async function deliverWithLie(round: number): Promise<void> {
    for (let envelope = network.post.shift(); envelope !== undefined; envelope = network.post.shift()) {
      const route = routeOf(envelope);
      const isLie = route.from === 1 && route.round === round && !route.broadcast;
      await network.nodes[route.to - 1]!.call('deliver', {
        envelope: isLie ? await altered(envelope) : envelope.envelope,
      });
    }
  }

  async function altered(envelope: Envelope) {
    const [heard] = await overhears(bob, { ...network, post: [envelope] });
    const { route, payload } = heard!;
    const at = Math.floor(payload.length / 2);
    return says(alice, network, payload.with(at, payload[at]! ^ 1), route);
  }

  for (const [round, code] of [
    [COMMITMENTS, 'ot-check-failed'],
    [MULTIPLICATIONS, 'multiplication-check-failed'],
  ] as const)
    it(`are named (${code}), and what was set up with them is never used again`, async () => {
      await begin(1);
      await begin(2, 1);
      const bobs = network.nodes[1]!;
      await deliverWithLie(round);
      const [named, ...others] = faultsOf(bobs);
      expect(named).to.deep.include({ code, culprits: [1] });
      // The session beside it ends with the pair, and nobody is named for that.
      for (const other of others) expect(other).to.deep.include({ code: 'setup-wiped', culprits: [], silent: [] });
      expect(signedBy(bobs)).to.equal(0);
      const members = (await statusOf(bobs)).pairs.map(({ member }) => member);
      expect(members).to.deep.equal([wireOf(network.world.seats[2]!.id)]);
      const asked = { requests: requests.slice(2, 3), run: 2 };
      expect(codeOf(await sign(network, bobs, asked))).to.equal('OT_SETUP_MISSING');
      await begin(4, 3, [2, 3]);
      await deliverAll(network);
      expect(signedBy(bobs)).to.equal(1);
    });

  it('are signed with again once OT is set up anew', async () => {
    await begin(1);
    await deliverWithLie(COMMITMENTS);
    (await setUpPair(network, [1, 2], { block: 3, run: 1 })).forEach(okOf);
    await deliverAll(network);
    await begin(2, 1);
    await deliverAll(network);
    expect(signedBy(network.nodes[1]!)).to.equal(1);
  });

  it('are not whoever has another set-up: either may have lost its half, and both wipe theirs', async () => {
    (await setUpPair(network, [1, 2], { block: 3, run: 1 })).forEach(okOf);
    for (let envelope = network.post.shift(); envelope !== undefined; envelope = network.post.shift()) {
      const { from, round } = routeOf(envelope);
      if (from === 1 && round === 2) continue; // Bob never hears that Alice has it
      await network.nodes[routeOf(envelope).to - 1]!.call('deliver', { envelope: envelope.envelope });
    }
    await begin(1);
    await deliverAll(network);
    for (const node of network.nodes.slice(0, 2)) {
      const last = lastOf(node.events as readonly Event[], 'fault');
      expect(last).to.deep.include({ code: 'setup-differs', culprits: [], silent: [], disputes: [] });
      expect((await statusOf(node)).pairs).to.have.length(1);
    }
  });

  it('cannot make a set-up of one that its peer does not have', async () => {
    (await setUpPair(network, [1, 2], { block: 3, run: 1 })).forEach(okOf);
    await deliverWithLie(COMMITMENTS);
    const [fault] = faultsOf(network.nodes[1]!);
    expect(fault!.culprits).to.deep.equal([1]);
    expect(['malformed', 'confirmation-differs']).to.include(fault!.code);
  });
});
