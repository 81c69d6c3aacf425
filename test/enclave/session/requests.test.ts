/** Many requests in one session: each is judged by itself, and the session is of exactly these, in this order. */

import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { type Event, mostMessages, type Request, type Result } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import type { Scheme } from '../../../signer/formats/schemes.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { type Signing, sign, statusOf } from '../support/life.ts';
import {
  codeOf,
  deliverAll,
  fromHex,
  generate,
  type Network,
  networkOf,
  okOf,
  requestOf,
  wireOf,
} from '../support/network.ts';
import { keyFor, spendOf } from '../support/spend.ts';
import { ask } from '../support/world.ts';

let network: Network;
let run = 0;

async function session(requests: readonly Request[], signing: Signing = {}): Promise<Hex> {
  const { session: id } = okOf<Result<'sign'>>(await sign(network, network.nodes[0]!, { ...signing, requests }));
  if (id === undefined) throw new Error('refused');
  return id;
}
const refusedOf = async (requests: readonly Request[], block = 3) =>
  okOf<Result<'sign'>>(await sign(network, network.nodes[0]!, { block, run: run++, requests })).refused ?? [];
const requestsOf = (...counters: number[]) => counters.map((counter) => requestOf(network, counter));
const idOfRequest = (counter: number) =>
  toHex(network.world.requests.find(({ request }) => request.counter === BigInt(counter))!.id);
const eventsOf = <E extends Event['event']>(kind: E, party = 1) =>
  network.nodes[party - 1]!.events.filter((event): event is Extract<Event, { event: E }> => event.event === kind);

/** A request whose declared digest is another than its payload's: proven, READY, and never to be signed. */
function poisoned(counter: number): Request {
  const request = { ...spendOf(network.world, { counter }), digests: [new Uint8Array(32).fill(0xee)] };
  ask(network.world, request);
  return wireOf(request);
}

describe('a session of several requests', () => {
  beforeEach(async () => {
    network = await networkOf(3, 2);
    await generate(network);
  });

  it('has an id that says which requests, and in which order', async () => {
    const [first, second] = requestsOf(1, 2) as [Request, Request];
    const ids = [
      await session([first]),
      await session([second]),
      await session([first, second]),
      await session([second, first]),
    ];
    expect(new Set(ids).size).to.equal(4);
    expect(codeOf(await sign(network, network.nodes[0]!, { requests: [first, second] }))).to.equal('SESSION_REPEATED');
  });

  it('does not come about between members who were shown another order', async () => {
    const [first, second] = requestsOf(1, 2) as [Request, Request];
    okOf(await sign(network, network.nodes[0]!, { requests: [first, second] }));
    okOf(await sign(network, network.nodes[1]!, { requests: [second, first] }));
    await deliverAll(network);
    expect([...eventsOf('signature', 1), ...eventsOf('signature', 2)]).to.deep.equal([]);
    expect((await statusOf(network.nodes[0]!)).counters).to.include({ SESSION_UNKNOWN: 1 });
  });

  it('names every request that it refuses, and starts for none', async () => {
    const [good, cancelled] = requestsOf(1, 3) as [Request, Request];
    const poison = poisoned(2);
    network.world.requests.find(({ request }) => request.counter === 3n)!.word.state = STATUS.request.cancelled;
    const refused = await refusedOf([good, poison, cancelled]);
    expect(refused.map(({ id, kind, code }) => ({ id, kind, code }))).to.deep.equal([
      { id: idOfRequest(2), kind: 'final', code: 'DIGEST_MISMATCH' },
      { id: idOfRequest(3), kind: 'passing', code: 'REQUEST_STATE' },
    ]);
    const { sessions, counters } = await statusOf(network.nodes[0]!);
    expect(sessions).to.equal(0);
    expect(counters).to.include({ DIGEST_MISMATCH: 1, REQUEST_STATE: 1 });
    expect(network.post).to.deep.equal([]);
  });

  it('signs the others once a poisoned one is left out', async () => {
    const [first, last] = requestsOf(1, 3) as [Request, Request];
    expect(await refusedOf([first, poisoned(2), last])).to.have.length(1);
    for (const node of network.nodes.slice(0, 2)) okOf(await sign(network, node, { run: 9, requests: [first, last] }));
    await deliverAll(network);
    const key = keyFor(network.world);
    for (const party of [1, 2]) {
      const signed = eventsOf('signature', party);
      expect(signed.map(({ requestId }) => requestId)).to.deep.equal([idOfRequest(1), idOfRequest(3)]);
      for (const [at, { signatures }] of signed.entries()) {
        const [digest] = [first, last][at]!.digests;
        expect(schnorr.verify(fromHex(signatures[0]!), fromHex(digest!), key)).to.equal(true);
      }
    }
  });

  it('refuses a request twice in one list', async () => {
    const [request, other] = requestsOf(1, 2) as [Request, Request];
    const answer = await sign(network, network.nodes[0]!, { requests: [request, other, request] });
    expect(codeOf(answer)).to.equal('REQUEST_REPEATED');
    expect((await statusOf(network.nodes[0]!)).sessions).to.equal(0);
  });

  it('refuses the requests of another key, by name', async () => {
    const request = { ...spendOf(network.world, { counter: 1 }), keyId: new Uint8Array(32).fill(0xee) };
    ask(network.world, request);
    const [refused] = await refusedOf([wireOf(request)]);
    expect(refused).to.deep.include({ id: idOfRequest(1), kind: 'passing', code: 'REQUEST_KEY' });
  });

  it('holds fewer messages the more sign: what one member computes for a session stays under a second', () => {
    const most = (scheme: Scheme) => [2, 3, 16, 17, 33, 64].map((signers) => mostMessages(scheme, signers));
    for (const scheme of ['bip340', 'ed25519'] as const)
      expect(most(scheme)).to.deep.equal([128, 128, 128, 124, 64, 33]);
    expect(most('ecdsa-secp256k1')).to.deep.equal([32, 32, 6, 5, 2, 1]);
  });

  it('holds 32 requests and 128 messages, and one request always', async () => {
    const many = requestsOf(...Array.from({ length: 33 }, (_, at) => at + 1));
    await session(many.slice(0, 32));
    expect(codeOf(await sign(network, network.nodes[0]!, { requests: many }))).to.equal('CALL_MALFORMED');
    expect(codeOf(await sign(network, network.nodes[0]!, { requests: [] }))).to.equal('REQUEST_COUNT');
    const full = [100, 101].map((counter) => requestOf(network, { counter, inputs: 64 }));
    await session(full.slice(0, 1), { block: 4 });
    await session(full, { block: 4 });
    const over = [...full, requestOf(network, 102)];
    expect(codeOf(await sign(network, network.nodes[0]!, { block: 5, requests: over }))).to.equal('REQUEST_COUNT');
  });
});
