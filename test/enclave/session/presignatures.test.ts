/**
 * A nonce of threshold ECDSA is of one session, and its share is said once (A33): whatever is copied, runs beside it, is delivered twice or
 * comes back from a crash, and though the source of randomness repeats itself. Told by a member that opens what it hears.
 */

import { expect } from 'chai';
import type { Request, Result } from '../../../signer/enclave/api.ts';
import { decodeEnvelope } from '../../../signer/enclave/peers/envelope.ts';
import { digestRequest } from '../support/digestRequest.ts';
import { setUpPair, sign } from '../support/life.ts';
import { type Mallory, malloryOf, type Overheard, opens } from '../support/mallory.ts';
import {
  beat,
  bootNode,
  codeOf,
  deliverAll,
  type Envelope,
  fromHex,
  generate,
  lastOf,
  type Network,
  networkOf,
  okOf,
} from '../support/network.ts';

const SCHEME = 'ecdsa-secp256k1';
const SEED = 'copied';
const [ALICE, BOB] = [1, 2];
const SET = [ALICE, BOB] as const;
const [MULTIPLICATIONS, SHARES] = [1, 2];
const COUNTERS = [1, 2];
/** Behind the echo of two: R_i, uncompressed. */
const NONCE = [64, 129] as const;

/** A key, and OT between the two that sign: the same to the last bit each time. */
async function prepared(): Promise<{ network: Network; requests: readonly Request[] }> {
  const network = await networkOf(3, 2, SCHEME, SEED);
  await generate(network);
  (await setUpPair(network, SET)).forEach(okOf);
  await deliverAll(network);
  return { network, requests: COUNTERS.map((counter) => digestRequest(network.world, counter)) };
}

async function begin(network: Network, request: Request, run = 0, block = 3): Promise<void> {
  for (const party of SET) {
    const asked = { requests: [request], run, parties: SET, block };
    const { refused } = okOf<Result<'sign'>>(await sign(network, network.nodes[party - 1]!, asked));
    expect(refused).to.equal(undefined);
  }
}

const routeOf = ({ envelope }: Envelope) => decodeEnvelope(fromHex(envelope)).route;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a nonce of threshold ECDSA', () => {
  let alice: Mallory;
  before(async () => {
    alice = await malloryOf(SEED, ALICE);
  });

  /** Carries all of rounds before `until`, so many times each. What Bob said to Alice, and what was not carried. */
  async function carry(network: Network, { until = SHARES + 1, times = 1 } = {}) {
    const [heard, kept]: [Overheard[], Envelope[]] = [[], []];
    for (let envelope = network.post.shift(); envelope !== undefined; envelope = network.post.shift()) {
      const { from, to, round } = routeOf(envelope);
      if (from === BOB && to === ALICE) heard.push(await opens(alice.key, envelope));
      if (round >= until) kept.push(envelope);
      else for (let time = 0; time < times; time++) await deliver(network, envelope);
    }
    return { heard, kept };
  }

  const carried = async (network: Network, how = {}) => (await carry(network, how)).heard;

  const deliver = (network: Network, envelope: Envelope) =>
    network.nodes[routeOf(envelope).to - 1]!.call('deliver', { envelope: envelope.envelope });

  const said = (heard: readonly Overheard[], round: number) =>
    heard.filter(({ route }) => route.broadcast && route.round === round).map(({ payload }) => payload);
  const noncesOf = (heard: readonly Overheard[]) =>
    said(heard, MULTIPLICATIONS).map((payload) => {
      const R_i = payload.slice(...NONCE);
      expect([R_i.length, R_i[0]]).to.deep.equal([65, 4]);
      return hex(R_i);
    });
  const sharesOf = (heard: readonly Overheard[]) => said(heard, SHARES).map(hex);
  const allOf = (heard: readonly Overheard[]) => heard.map(({ route, payload }) => `${route.round} ${hex(payload)}`);

  it('is another for another request, in two copies of a machine that have all in common, their randomness too', async () => {
    const [one, copy, other] = [await prepared(), await prepared(), await prepared()];
    await begin(one.network, one.requests[0]!);
    await begin(copy.network, copy.requests[0]!);
    await begin(other.network, other.requests[1]!);
    const [first, same, different] = [
      await carried(one.network),
      await carried(copy.network),
      await carried(other.network),
    ];
    expect(allOf(same), 'they are copies: of one request they say the same, byte for byte').to.deep.equal(allOf(first));
    expect(noncesOf(first)).to.have.lengthOf(1);
    expect(noncesOf(different)[0]).to.not.equal(noncesOf(first)[0]);
    expect(sharesOf(different)[0]).to.not.equal(sharesOf(first)[0]);
  });

  it('is of one session, though sessions of one request run side by side and everything is delivered twice', async () => {
    const { network, requests } = await prepared();
    for (const run of [0, 1, 2]) await begin(network, requests[0]!, run);
    const heard = await carried(network, { times: 2 });
    const sessions = new Set(heard.map(({ route }) => hex(route.session)));
    expect(sessions.size).to.equal(3);
    expect(new Set(noncesOf(heard)).size).to.equal(3);
    expect(noncesOf(heard), 'each is said once').to.have.lengthOf(3);
    expect(sharesOf(heard), 'and so is its share').to.have.lengthOf(3);
    expect(new Set(sharesOf(heard)).size).to.equal(3);
  });

  it('does not come back from a crash: who had opened it says no share of it, and has another next time', async () => {
    const { network, requests } = await prepared();
    await begin(network, requests[0]!);
    // Bob has opened his nonce, and dies before he hears what he needs for his share.
    const { heard: opened, kept } = await carry(network, { until: MULTIPLICATIONS });
    expect([noncesOf(opened).length, sharesOf(opened).length]).to.deep.equal([1, 0]);
    const { sealed } = lastOf(network.nodes[BOB - 1]!.events, 'seal');
    network.nodes[BOB - 1] = await bootNode(network, `${SEED}/${BOB}`, sealed, BOB);
    await beat(network, network.nodes[BOB - 1]!, BOB, 4);

    const forBob = kept.filter((envelope) => routeOf(envelope).to === BOB);
    expect(forBob).to.have.lengthOf(2);
    for (const envelope of forBob) await deliver(network, envelope);
    const again = await sign(network, network.nodes[BOB - 1]!, { requests: [requests[0]!], parties: SET, block: 5 });
    expect(codeOf(again)).to.equal('OT_SETUP_MISSING');
    expect(await carried(network), 'a new life knows nothing of it').to.deep.equal([]);

    (await setUpPair(network, SET, { block: 5 })).forEach(okOf);
    await deliverAll(network);
    await begin(network, requests[0]!, 0, 5);
    const next = await carried(network);
    expect(sharesOf(next)).to.have.lengthOf(1);
    expect(noncesOf(next)[0]).to.not.equal(noncesOf(opened)[0]);
  });
});
