import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import type { ChainEvent } from '../../../signer/host/ports/chain.ts';
import { startErrands } from '../../../signer/host/sessions/errands.ts';
import { heardAccept } from '../../../signer/host/sessions/invitations.ts';
import { leaderOrder } from '../../../signer/host/sessions/order.ts';
import { settled } from '../support/clock.ts';
import { hash, word } from '../support/fakeChain.ts';
import {
  activated,
  attested,
  booted,
  created,
  MEMBERS,
  opened,
  ready,
  registered,
  requested,
} from '../support/samples.ts';
import { world } from '../support/world.ts';

const REQUEST = word(1);
const ORDER = leaderOrder(REQUEST, MEMBERS) as readonly [Hex, Hex, Hex];

/** A host whose enclave is `at`th in the order for the request, which is ready to be signed. */
function atPlace(at: 0 | 1 | 2) {
  const it = world(ORDER[at]);
  for (const member of [0, 1, 2]) it.see(registered(member), booted(member), attested(member));
  it.see(created, opened());
  it.see(activated);
  it.see(requested(1), ready(1));
  const others = ORDER.filter((id) => id !== ORDER[at]) as [Hex, Hex];
  const accept = (member: Hex, run: number, head = 0) => heardAccept(it.context, REQUEST, run, { member, head });
  const types = () => it.sent.map(([to, { type }]) => [to, type]);
  const lastSet = () => it.sent.flatMap(([, message]) => (message.type === 'propose' ? [message.set] : [])).at(-1);
  return { ...it, others, accept, types, lastSet };
}

describe('leading', () => {
  it('starts at once for the first in order, and asks everybody else', async () => {
    const { context, types, others } = atPlace(0);
    startErrands(context);
    await settled();
    expect(types()).to.have.deep.members(others.map((id) => [id, 'invite']));
  });

  for (const rank of [1, 2] as const)
    it(`starts ${rank} attempt time-outs later for number ${rank + 1} in order`, async () => {
      const { context, sent, clock } = atPlace(rank);
      startErrands(context);
      await clock.advance(rank * 60_000 - 1);
      startErrands(context);
      expect(sent).to.have.lengthOf(0);
      await clock.advance(1);
      startErrands(context);
      await settled();
      expect(sent).to.have.lengthOf(2);
    });

  it('waits for nobody who cannot be reached', async () => {
    const { context, sent } = atPlace(2);
    Object.assign(context.peers, { isConnected: (id: Hex) => id === ORDER[1] });
    startErrands(context);
    expect(context.errands.get(REQUEST)?.notBefore).to.equal(1_000_000 + 60_000);
    context.errands.clear();
    Object.assign(context.peers, { isConnected: () => false });
    startErrands(context);
    await settled();
    expect(sent).to.have.lengthOf(2);
  });

  it('asks nobody whose measurement a vote has revoked, or whose attestation has ended: enclaves would refuse all', async () => {
    const { context, see, types, others } = atPlace(0);
    const place = (id: Hex) => MEMBERS.indexOf(id as never);
    const measurement = word(0x98);
    see({ ...registered(place(others[0])), measurement } as ChainEvent, { event: 'MeasurementRevoked', measurement });
    startErrands(context);
    await settled();
    expect(types()).to.deep.equal([[others[1], 'invite']]);

    const ended = atPlace(0);
    ended.see(attested(place(others[1]), 0));
    startErrands(ended.context);
    await settled();
    expect(ended.types()).to.deep.equal([[others[0], 'invite']]);
  });

  it('takes the first t that answer, itself among them, in party order', async () => {
    const { context, accept, others, calls, types, lastSet } = atPlace(0);
    startErrands(context);
    await settled();
    accept(others[1], 1);
    accept(others[0], 1);
    await settled();
    const parties = [ORDER[0], others[1]].map((id) => MEMBERS.indexOf(id as never) + 1).sort();
    expect(lastSet()).to.deep.equal({ parties, leader: ORDER[0], run: 1 });
    expect(types().filter(([, type]) => type === 'propose')).to.deep.equal([[others[1], 'propose']]);
    expect(calls.map(({ name }) => name)).to.deep.equal(['sign']);
  });

  it('does not propose what its own enclave refuses', async () => {
    const { context, accept, others, types, enclave } = atPlace(0);
    enclave.answer = () => ({ refusal: { code: 'EFFECT_MISMATCH', detail: 'no' } as never });
    startErrands(context);
    await settled();
    accept(others[0], 1);
    await settled();
    expect(types().filter(([, type]) => type === 'propose')).to.deep.equal([]);
    expect(context.store.attempts(REQUEST)).to.have.lengthOf(1);
  });

  it('pins no block that is older than what a member knows', async () => {
    const { context, accept, others, types, chain, clock } = atPlace(0);
    startErrands(context);
    await settled();
    const { number } = await chain.finalized();
    accept(others[0], 1, number + 1);
    await clock.advance(500);
    expect(types().filter(([, type]) => type === 'propose')).to.deep.equal([]);
    chain.mine();
    await clock.advance(500);
    expect(types().filter(([, type]) => type === 'propose')).to.deep.equal([[others[0], 'propose']]);
  });

  it('leaves out a member whose block never comes, in the next attempt', async () => {
    const { context, accept, others, clock, sent } = atPlace(0);
    startErrands(context);
    await settled();
    accept(others[0], 1, 1_000_000);
    await clock.advance(5_000);
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(sent.map(([to]) => to)).to.deep.equal([others[1]]);
  });

  it('leaves out who was blamed, and raises the run', async () => {
    const { context, accept, others, sent, lastSet } = atPlace(0);
    startErrands(context);
    await settled();
    accept(others[0], 1);
    await settled();
    const blamed = MEMBERS.indexOf(others[0] as never) + 1;
    context.book.end(hash('session'), { result: 'fault', code: 'share', blamed: [blamed] });
    await settled();
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(sent.map(([to]) => to)).to.deep.equal([others[1]]);
    accept(others[1], 2);
    await settled();
    expect(lastSet()).to.include({ run: 2 });
  });

  it('makes n - t + 1 attempts, then gives the others their turn', async () => {
    const { context, clock, sent } = atPlace(0);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      startErrands(context);
      await clock.advance(6_000);
    }
    expect(context.store.attempts(REQUEST).map(({ outcome }) => outcome)).to.deep.equal(['too-few', 'too-few']);
    await clock.advance(180_000);
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(sent).to.have.lengthOf(2);
  });

  it('waits while somebody else leads, and while a signature is on its way', async () => {
    const { context, sent, store } = atPlace(0);
    void context.book.open(hash('theirs'), { kind: 'signing', subject: REQUEST, leader: ORDER[1] });
    startErrands(context);
    expect(sent).to.have.lengthOf(0);
    context.book.end(hash('theirs'), { result: 'done' });
    store.putPosting({
      ...{ id: `fulfil:${REQUEST}`, goal: { kind: 'fulfil', request: REQUEST }, to: '0x', data: '0x', state: 'sent' },
      ...{ notBefore: 0, priority: 0, failures: 0, sent: null, minedAt: null },
    });
    startErrands(context);
    expect(sent).to.have.lengthOf(0);
  });

  it('does not begin what cannot be finished before the deadline', () => {
    const { context, sent, see } = atPlace(0);
    context.head = { ...context.head!, timestamp: 9_000_000 - 899 };
    startErrands(context);
    expect(sent).to.have.lengthOf(0);
    see();
  });

  it('leads no more sessions at once than it may', async () => {
    const { context, see, sent, clock } = atPlace(0);
    for (let id = 2; id < 12; id += 1) see(requested(id), ready(id));
    startErrands(context);
    await clock.advance(150_000);
    sent.length = 0;
    startErrands(context);
    await settled();
    expect(new Set(sent.map(([, message]) => 'subject' in message && message.subject)).size).to.be.at.most(2);
  });
});
