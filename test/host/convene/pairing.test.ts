/** OT set-ups between the enclaves of a committee: made ahead by their hosts, and anew where one is gone; no request is led without. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { hash, word } from '../support/fakeChain.ts';
import { KEY } from '../support/samples.ts';
import { type Options, type Seat, sitting } from './support/sitting.ts';

const ECDSA = 3;

function committee(options: Options = {}) {
  const it = sitting({ size: 3, threshold: 2, scheme: ECDSA, ...options });
  const seats = it.members.map((id) => it.seats.get(id)!) as [Seat, Seat, Seat];
  const asked = (name: string) => seats.map((seat) => seat.asked.filter((each) => each.name === name).length);
  const proposals = () => seats.map(({ sent }) => sent.filter(([, { type }]) => type === 'pair').length);
  return { ...it, seats, asked, proposals };
}

const pairsOf = ({ pairs }: Seat) => [...pairs.keys()].toSorted();
const fault = (session: Hex, code: string) =>
  ({ event: 'fault', session, code, culprits: [1], silent: [], disputes: [], detail: '' }) as const;

describe('OT set-ups', () => {
  it('are made between every two members, once, before anything is to be signed; the lower id begins', async () => {
    const { seats, members, run, asked, proposals } = committee();
    await run(2_000);
    for (const [at, seat] of seats.entries()) expect(pairsOf(seat)).to.deep.equal(members.filter((_, of) => of !== at));
    expect(proposals()).to.deep.equal([2, 1, 0]);
    expect(asked('setUpPair')).to.deep.equal([2, 2, 2]);
    await run(10_000, 500);
    expect(asked('setUpPair')).to.deep.equal([2, 2, 2]);
  });

  it('are made while the key is being made', async () => {
    const { seats, see, members, run } = committee({ keys: [] });
    see(
      { event: 'KeyCreated', keyId: KEY, scheme: ECDSA },
      { event: 'AttemptOpened', keyId: KEY, attempt: 1, epoch: 1, threshold: 2, members, deadline: 50_000 },
    );
    await run(1_000);
    for (const seat of seats) expect(seat.pairs.size).to.equal(2);
  });

  it('are not made for keys of other schemes, nor by an enclave that does not know the scheme', async () => {
    const others = committee({ scheme: 1 });
    await others.run(2_000);
    expect(others.asked('setUpPair')).to.deep.equal([0, 0, 0]);
    const { seats, run, asked } = committee();
    Object.assign(seats[0], { schemes: [1, 2] });
    await run(500);
    expect(asked('setUpPair')[0]).to.equal(0);
    expect(seats[1].pairs.has(seats[2].id)).to.equal(true);
  });

  it('are begun by the other member where the first does not', async () => {
    const { seats, run, proposals } = committee();
    for (const seat of seats.slice(0, 2))
      Object.assign(seat, { drops: (_: Hex, { type }: Message) => type === 'pair' });
    await run(6_000);
    expect(proposals()[2]).to.be.above(0);
    expect(seats[2].pairs.size).to.equal(2);
  });

  it('are joined a little later by a member that does not serve yet', async () => {
    const { seats, run, proposals } = committee();
    Object.assign(seats[1], { isServing: false });
    await run(400);
    expect(seats[1].pairs.size).to.equal(0);
    Object.assign(seats[1], { isServing: true });
    await run(200);
    expect(seats[1].pairs.has(seats[0].id)).to.equal(true);
    expect(proposals()[0]).to.equal(2);
  });

  it('are waited for by requests, and sign them then', async () => {
    const { seats, ask, run, isFulfilled, world, asked } = committee();
    world.latency = 400;
    const [id] = ask([0x51]);
    await run(200);
    expect(asked('sign')).to.deep.equal([0, 0, 0]);
    await run(3_000);
    expect(isFulfilled(id!)).to.equal(true);
    expect(seats.flatMap(({ asked: calls }) => calls).some(({ name }) => name === 'abort')).to.equal(false);
  });

  it('with one member are enough: the leader asks nobody else', async () => {
    const { seats, members, ask, run, isFulfilled, sessions } = committee();
    const refused = () => new EnclaveRefused('setUpPair', { code: 'MEMBER_EXPIRED', detail: 'as a test wants it' });
    seats[2].fails.set('setUpPair', Array.from({ length: 100 }, refused));
    await run(1_000);
    const [id] = ask([0x51]);
    await run(20_000, 100);
    expect(isFulfilled(id!)).to.equal(true);
    const signing = [...sessions.values()].filter(({ ids }) => ids.length > 0);
    for (const { set } of signing) expect(set.parties.map((party) => members[party - 1])).to.not.include(seats[2].id);
  });

  for (const code of [
    'ot-check-failed',
    'multiplication-check-failed',
    'inputs-differ',
    'setup-differs',
    'setup-wiped',
  ])
    it(`are made anew after ${code}`, async () => {
      const { seats, run, asked } = committee();
      await run(1_000);
      seats[1].pairs.delete(seats[0].id);
      seats[1].convener.heard(fault(hash('a session'), code));
      await run(3_000);
      expect(asked('setUpPair')).to.deep.equal([3, 3, 2]);
      expect(pairsOf(seats[1])).to.deep.equal([seats[0].id, seats[2].id]);
    });

  it('are asked for again where an enclave says that one is missing', async () => {
    const { seats, ask, run, isFulfilled } = committee({ threshold: 3 });
    await run(1_000);
    seats[2].pairs.delete(seats[1].id); // as after many sessions, and no host has heard of it
    const [id] = ask([0x51]);
    await run(20_000, 100);
    expect(pairsOf(seats[2])).to.deep.equal([seats[0].id, seats[1].id]);
    expect(isFulfilled(id!)).to.equal(true);
  });

  it('with an earlier life of a member count no more', async () => {
    const { seats, see, run, asked } = committee();
    await run(1_000);
    see({ event: 'BootRecorded', id: seats[2].id, counter: '1', nonce: `0x${'22'.repeat(16)}` });
    await run(500);
    expect(asked('setUpPair')[0]).to.be.above(2);
    expect(asked('setUpPair')[1]).to.be.above(2);
  });

  /** What a member says every 50 ms, and then says nothing more. */
  const proposing = (to: Seat, from: Hex, number: number, run: number) => {
    const block = { number, hash: hash(`block ${number}`) };
    to.convener.hear(from, { type: 'pair', key: KEY, block, proof: null, run });
  };

  it('take ever less of an enclave that a member asks for them all the time', async () => {
    const { seats, run, asked, height } = committee();
    await run(2_000);
    const before = asked('setUpPair')[0]!;
    for (let at = 0; at < 2_400; at += 1) {
      proposing(seats[0], seats[1].id, height(), 100 + at);
      await run(50);
    }
    expect(asked('setUpPair')[0]! - before).to.be.within(2, 14);
  });

  it('are made with the others, whatever some ask for all the time', async () => {
    const { seats, run, height } = committee({ size: 6 });
    await run(4_000);
    const [one, other] = [seats[0], seats[5 as 2]];
    const hostile = seats.slice(1, 5);
    for (let at = 0; at < 200; at += 1) {
      for (const { id } of hostile) for (const seat of [one, other]) proposing(seat, id, height(), 100 + at);
      if (at === 40)
        for (const [seat, peer] of [
          [one, other],
          [other, one],
        ] as const) {
          seat.pairs.delete(peer.id);
          seat.convener.heard(fault(hash('a session'), 'setup-wiped'));
        }
      await run(50);
      if (at > 100) expect(one.pairs.has(other.id), `after ${at - 40} steps`).to.equal(true);
    }
  });

  it('are made with members alone, for keys that need them', async () => {
    const { seats, run } = committee();
    await run(1_000);
    const before = seats[0].asked.length;
    const proposal = {
      type: 'pair',
      key: KEY,
      block: { number: 1, hash: hash('block 1') },
      proof: null,
      run: 9,
    } as const;
    seats[0].convener.hear(word(0xee), proposal);
    seats[0].convener.hear(seats[1].id, { ...proposal, key: word(0xdd) });
    await run(500);
    expect(seats[0].asked).to.have.length(before);
  });
});
