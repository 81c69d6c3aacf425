/** A payment that is stuck, and the same with a higher fee: signed where enclaves see that both cannot be final. */

import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Event, Request, Result } from '../../../signer/enclave/api.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { judge, sign } from '../support/life.ts';
import { deliverAll, fromHex, generate, type Network, networkOf, okOf, wireOf } from '../support/network.ts';
import { type Asked, keyFor, spendOf } from '../support/spend.ts';
import { ask, type RequestOnChain } from '../support/world.ts';

const STUCK = { counter: 1, inputs: 2 };
/** Pays 5,000 less, for the fee. */
const BUMPED = { counter: 2, inputs: 2, spends: 1, pays: 45_000n };

let network: Network;
let run = 0;

const asked = (what: Asked): RequestOnChain => ask(network.world, spendOf(network.world, what));
const eventsOf = <E extends Event['event']>(kind: E, party = 1) =>
  network.nodes[party - 1]!.events.filter((event): event is Extract<Event, { event: E }> => event.event === kind);

/** Code and kind of the one refusal, or null where a session starts. */
async function refusalOf({ request }: RequestOnChain, firsts: readonly Request[], block = 3): Promise<string | null> {
  const requests = [wireOf(request)];
  const answer = await sign(network, network.nodes[0]!, { block, run: run++, requests, firsts });
  const { refused = [] } = okOf<Result<'sign'>>(answer);
  expect(refused.length).to.be.at.most(1);
  return refused[0] === undefined ? null : `${refused[0].kind} ${refused[0].code}`;
}

describe('a replacement', () => {
  let first: RequestOnChain;
  const firsts = () => [wireOf(first.request)];

  beforeEach(async () => {
    network = await networkOf(3, 2);
    await generate(network);
    first = asked(STUCK);
  });

  it('with a higher fee is signed, in one session with what it replaces or without', async () => {
    const second = asked({ ...BUMPED, replaces: first.id });
    for (const wanted of [[first, second], [second]]) {
      const requests = wanted.map(({ request }) => wireOf(request));
      for (const node of network.nodes.slice(0, 2))
        okOf(await sign(network, node, { run, requests, firsts: firsts() }));
      run += 1;
      await deliverAll(network);
    }
    for (const party of [1, 2]) {
      const signed = eventsOf('signature', party);
      expect(signed.map(({ requestId }) => requestId)).to.have.members(
        [first, second, second].map(({ id }) => toHex(id)),
      );
      for (const { requestId, signatures } of signed) {
        const { request } = toHex(first.id) === requestId ? first : second;
        const verifies = (signature: (typeof signatures)[0], at: number) =>
          schnorr.verify(fromHex(signature), request.digests[at]!, keyFor(network.world));
        expect(signatures).to.have.lengthOf(2);
        expect(signatures.every(verifies)).to.equal(true);
      }
    }
  });

  it('is signed whatever became of what it replaces, but not where that never was READY', async () => {
    const second = asked({ ...BUMPED, replaces: first.id });
    const { fulfilled, refused, expired, queued, cancelled, none } = STATUS.request;
    for (const [at, state] of [fulfilled, refused, expired].entries()) {
      first.word.state = state;
      expect(await refusalOf(second, firsts(), 4 + at), `${state}`).to.equal(null);
    }
    for (const [at, state] of [queued, cancelled, none].entries()) {
      first.word.state = state;
      expect(await refusalOf(second, firsts(), 7 + at), `${state}`).to.equal('passing REPLACES_STATE');
    }
    expect(eventsOf('refusal')).to.deep.equal([]);
  });

  it('is refused for now while what it replaces is not shown, or something else in its place', async () => {
    const second = asked({ ...BUMPED, replaces: first.id });
    const lies = [
      { ...first.request, counter: 9n },
      { ...first.request, payload: second.request.payload },
    ];
    for (const shown of [[], lies.map(wireOf), [wireOf(second.request)]])
      expect(await refusalOf(second, shown)).to.equal('passing REPLACES_UNPROVEN');
    expect(eventsOf('refusal'), 'whatever a host keeps back, nothing is final').to.deep.equal([]);
    expect(await refusalOf(second, [...lies.map(wireOf), ...firsts()])).to.equal(null);
  });

  it('that could be paid beside what it replaces is refused for ever, and the enclave says so, signed', async () => {
    const beside = asked({ ...BUMPED, spends: 7, replaces: first.id });
    expect(await refusalOf(beside, firsts())).to.equal('final REPLACES_NO_CONFLICT');
    const said = eventsOf('refusal').map(({ requestId, kind, code }) => [requestId, kind, code]);
    expect(said).to.deep.equal([[toHex(beside.id), 'final', 'REPLACES_NO_CONFLICT']]);
    const requests = [wireOf(beside.request)];
    const { refused } = okOf<Result<'judge'>>(await judge(network, network.nodes[1]!, { requests, firsts: firsts() }));
    expect(refused.map(({ code }) => code)).to.deep.equal(['REPLACES_NO_CONFLICT']);
    expect(eventsOf('refusal', 2)).to.have.lengthOf(1);
  });

  it('names the first of its row: not another path’s, nor a replacement', async () => {
    const second = asked({ ...BUMPED, replaces: first.id });
    const third = asked({ ...BUMPED, counter: 3, pays: 40_000n, replaces: second.id });
    const elsewhere = asked({ ...BUMPED, counter: 4, path: 5, replaces: first.id });
    const fourth = asked({ ...BUMPED, counter: 5, pays: 40_000n, replaces: first.id });
    expect(await refusalOf(third, [wireOf(second.request), ...firsts()])).to.equal('final REPLACES_OTHER');
    expect(await refusalOf(elsewhere, firsts())).to.equal('final REPLACES_OTHER');
    expect(await refusalOf(fourth, firsts()), 'a second replacement of the same first').to.equal(null);
  });
});
