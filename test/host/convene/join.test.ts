/** What a member answers to leaders: whom it lets lead, what it follows, and why not. */

import { expect } from 'chai';
import type { RefusedRequest } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { leaderOrder, termOf } from '../../../signer/host/convene/order.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { settled } from '../support/clock.ts';
import { hash, word } from '../support/fakeChain.ts';
import { KEY } from '../support/samples.ts';
import { sitting } from './support/sitting.ts';

type Propose = Extract<Message, { readonly type: 'propose' }>;
const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

/** A member of three that nobody answers, and a leader that a test plays by hand. */
function member() {
  const it = sitting({ size: 3, threshold: 2 });
  const [leader, me, third] = leaderOrder(KEY, termOf(it.height()), it.members) as [Hex, Hex, Hex];
  const seat = it.seats.get(me)!;
  for (const id of [leader, third]) Object.assign(it.seats.get(id)!, { isServing: false, drops: () => true });
  it.ask([1]);
  const party = (id: Hex) => it.members.indexOf(id) + 1;
  const parties = [party(leader), party(me)].sort();
  const said = <T extends Message['type']>(type: T) =>
    seat.sent.flatMap(([to, message]) =>
      message.type === type ? [{ to, ...(message as Extract<Message, { type: T }>) }] : [],
    );
  const invited = async (from: Hex = leader, run = 1, key = KEY, slot = 0) => {
    seat.convener.hear(from, { type: 'invite', kind: 'signing', key, run, count: 1, slot });
    await settled();
  };
  const block = (number = it.height()) => ({ number, hash: hash(`block ${number}`) });
  const proposed = (change: Partial<Propose> = {}, from: Hex = leader) =>
    seat.convener.hear(from, {
      ...{ type: 'propose', kind: 'signing', key: KEY, block: block(), proof: word(it.height()), requests: [word(1)] },
      ...{ set: { parties, leader, run: 1 }, ...change },
    });
  const signs = () => seat.asked.filter(({ name }) => name === 'sign').length;
  return { ...it, seat, leader, me, third, parties, party, said, invited, block, proposed, signs };
}

describe('an invitation', () => {
  it('is accepted with the newest checkpoint and what proves it, and how busy the enclave is', async () => {
    const { invited, said, leader, height, run } = member();
    await invited();
    await run(50);
    const proof = word(height());
    expect(said('accept')).to.deep.equal([{ to: leader, type: 'accept', key: KEY, run: 1, proof, busy: 0 }]);
  });

  it('of a leader that has come as far is accepted without a proof, which it has no use for', async () => {
    const { invited, said, height, run } = member();
    await run(50);
    const at = height();
    await invited(undefined, 1, KEY, at);
    await run(50);
    await invited(undefined, 2, KEY, at - 1);
    await run(50);
    expect(said('accept').map(({ run, proof }) => [run, proof])).to.deep.equal([
      [1, null],
      [2, word(at)],
    ]);
  });

  it('about a key that this host has not seen yet is answered once it has', async () => {
    const { invited, said, see, members, run } = member();
    const key = word(0x55);
    await invited(undefined, 1, key);
    expect(said('accept')).to.have.lengthOf(0);
    see(
      { event: 'KeyCreated', keyId: key, scheme: 1 },
      { event: 'AttemptOpened', keyId: key, attempt: 1, epoch: 1, threshold: 2, members, deadline: 5_000 },
      { event: 'KeyActivated', keyId: key, epoch: 1, publicKey: { prefix: 2, x: word(1) } },
    );
    await run(50);
    expect(said('accept').map(({ key }) => key)).to.deep.equal([key]);
  });

  it('is forgotten when the asker has stopped waiting', async () => {
    const { invited, said, seat, run } = member();
    seat.isServing = false;
    await invited();
    await run(1_050);
    seat.isServing = true;
    await run(50);
    expect(said('accept')).to.have.lengthOf(0);
  });

  const silent: [string, (it: ReturnType<typeof member>) => void][] = [
    ['of a stranger', ({ invited }) => invited(word(0xff))],
    ['of its own', ({ invited, me }) => invited(me)],
    ['to a key that it has no share of', ({ invited }) => invited(undefined, 1, word(0x66))],
    [
      'to another kind of session than the key needs',
      ({ seat, leader }) =>
        seat.convener.hear(leader, { type: 'invite', kind: 'activation', key: KEY, run: 1, count: 1, slot: 0 }),
    ],
    [
      'while the boot record is not final',
      ({ seat, invited }) => [Object.assign(seat, { isServing: false }), invited()],
    ],
    ['while the host is stopping', ({ seat, invited }) => [void seat.convener.stop(0), invited()]],
  ];
  for (const [what, act] of silent)
    it(`${what} is not accepted`, async () => {
      const it = member();
      act(it);
      await settled();
      expect(it.said('accept')).to.have.lengthOf(0);
    });

  it('is one of few that one host may have open here', async () => {
    const { invited, seat } = member();
    for (let key = 0; key < 70; key += 1) await invited(undefined, 1, word(1_000 + key));
    expect(seat.metrics.read('quorate_peer_refused_total', { reason: 'quota' })).to.equal(6);
  });

  /** What one member answers to leaders that have it join sessions of so many keys in which nobody else takes part. */
  async function crowded(count: number, leaderOf: (at: number, leaders: readonly Hex[]) => Hex) {
    const keys = range(0x100, count).map(word);
    const it = sitting({ size: 6, threshold: 2, keys });
    const [me, ...leaders] = it.members as [Hex, ...Hex[]];
    const seat = it.seats.get(me)!;
    for (const { id } of it.seats.values()) it.seats.get(id)!.drops = () => true;
    const invited = async (leader: Hex, key: Hex) => {
      seat.convener.hear(leader, { type: 'invite', kind: 'signing', key, run: 1, count: 1, slot: 0 });
      await settled();
    };
    for (const [at, key] of keys.entries()) {
      const leader = leaderOf(at, leaders);
      it.ask([at + 1], { key });
      await invited(leader, key);
      const [block, set] = [
        { number: it.height(), hash: hash(`block ${it.height()}`) },
        { parties: [1, it.members.indexOf(leader) + 1], leader, run: 1 },
      ];
      seat.convener.hear(leader, {
        type: 'propose',
        kind: 'signing',
        key,
        block,
        proof: null,
        set,
        requests: [word(at + 1)],
      });
      await it.clock.advance(10);
    }
    const said = (type: string, to?: Hex) =>
      seat.sent.filter(([whom, message]) => message.type === type && (to ?? whom) === whom).length;
    return { said, leaders, keys, invited };
  }

  it('is declined by an enclave that has enough to do', async () => {
    const { said } = await crowded(33, (at, leaders) => leaders[at % 5]!);
    expect([said('accept'), said('decline')]).to.deep.equal([32, 2]); // the last is not invited either
  });

  it('of one leader for ever more keys does not take the places of others', async () => {
    const { said, leaders, keys, invited } = await crowded(33, (_, [leader]) => leader!);
    const [greedy, other] = leaders as [Hex, Hex];
    expect(said('accept', greedy)).to.equal(16);
    await invited(other, keys[0]!);
    expect(said('accept', other)).to.equal(1);
  });

  it('of a leader that only wastes nonces is answered later and later', async () => {
    const { invited, proposed, said, run, leader, parties, seat } = member();
    for (let turn = 1; turn <= 12; turn += 1) {
      await invited(leader, turn);
      proposed({ set: { parties, leader, run: turn } });
      await run(50);
      seat.convener.hear(leader, { type: 'ended', key: KEY, run: turn, signed: [] });
      await run(50);
    }
    expect(said('accept').length).to.be.lessThan(12);
    expect(said('accept').length).to.be.greaterThan(5);
  });
});

describe('a proposal', () => {
  it('that was accepted starts the enclave with what the chain says, not with what the leader says', async () => {
    const { invited, proposed, seat, requests, run, block } = member();
    await invited();
    proposed();
    await run(50);
    const call = seat.asked.find(({ name }) => name === 'sign')!.params as {
      block: Hex;
      requests: unknown[];
      firsts: unknown[];
      committee: { members: unknown[] };
    };
    expect(call.requests).to.deep.equal([requests.get(word(1))]);
    expect(call.firsts).to.deep.equal([]);
    expect(call.committee.members).to.have.lengthOf(3);
    expect(call.block).to.equal(block().hash);
    expect(seat.followed[0]).to.equal(block().number);
  });

  it('of what replaces a request shows that one too, whatever became of it, and once', async () => {
    const { invited, proposed, seat, requests, run, ask, see } = member();
    ask([7, 8]);
    see({ event: 'SignatureFulfilled', id: word(7) });
    ask([2, 3], { replaces: word(7) });
    ask([4], { replaces: word(8) });
    ask([5], { replaces: word(99) });
    const named = [1, 2, 3, 4, 5].map(word);
    await invited();
    proposed({ requests: named });
    await run(50);
    const { params } = seat.asked.find(({ name }) => name === 'sign')!;
    const call = params as { requests: unknown[]; firsts: unknown[] };
    expect(call.requests).to.deep.equal(named.map((id) => requests.get(id)));
    expect(call.firsts, 'no log has told of the last').to.deep.equal([word(7), word(8)].map((id) => requests.get(id)));
  });

  it('waits for a block that is not final here yet [I1]', async () => {
    const { invited, proposed, signs, see, run, block, height } = member();
    await invited();
    proposed({ block: block(height() + 1) });
    await run(300);
    expect(signs()).to.equal(0);
    see();
    await run(100);
    expect(signs()).to.equal(1);
  });

  it('is followed once', async () => {
    const { invited, proposed, signs, run, said } = member();
    await invited();
    proposed();
    proposed();
    await run(50);
    expect(signs()).to.equal(1);
    expect(said('decline').map(({ code }) => code)).to.deep.equal(['NOT_INVITED']);
  });

  const declined: [string, string, (it: ReturnType<typeof member>) => unknown][] = [
    [
      'of another run',
      'NOT_INVITED',
      ({ proposed, parties, leader }) => proposed({ set: { parties, leader, run: 2 } }),
    ],
    [
      'at a block that is older than the checkpoint before its own',
      'BLOCK_NOT_FINAL',
      ({ proposed, block }) => proposed({ block: block(3), proof: word(3) }),
    ],
    [
      'at a block that nothing proves to be final',
      'BLOCK_NOT_FINAL',
      ({ proposed, block, height, see, seat }) => {
        seat.told = height();
        see();
        proposed({ block: block(height()), proof: null });
      },
    ],
    ['whose proof is none', 'UPDATE_REJECTED', ({ proposed }) => proposed({ proof: word(1_000_000) })],
    [
      'at a block of another chain',
      'NOT_FINAL',
      ({ proposed, height }) => proposed({ block: { number: height(), hash: word(5) } }),
    ],
    ['of a request that nobody has shown', 'REQUEST_UNKNOWN', ({ proposed }) => proposed({ requests: [word(77)] })],
    [
      'that the enclave has no session for',
      'SESSION_LIMIT',
      ({ proposed, seat }) => [
        seat.fails.set('sign', [new EnclaveRefused('sign', { code: 'SESSION_LIMIT', detail: '' })]),
        proposed(),
      ],
    ],
  ];
  for (const [what, code, act] of declined)
    it(`${what} is declined: ${code}`, async () => {
      const it = member();
      it.seat.followed.push(5);
      await it.invited();
      act(it);
      await it.run(2_500);
      expect(it.said('decline').map(({ code }) => code)).to.deep.equal([code]);
      expect(it.sessions.size).to.equal(0);
    });

  const ignored: [string, (it: ReturnType<typeof member>) => unknown][] = [
    ['of somebody else', ({ proposed, third }) => proposed({}, third)],
    [
      'that names another leader',
      ({ proposed, third, parties }) => proposed({ set: { parties, leader: third, run: 1 } }),
    ],
    [
      'without this enclave',
      ({ proposed, leader, third, party }) =>
        proposed({ set: { parties: [party(leader), party(third)].sort(), leader, run: 1 } }),
    ],
    ['with too many parties', ({ proposed, leader }) => proposed({ set: { parties: [1, 2, 3], leader, run: 1 } })],
    [
      'with a party twice',
      ({ proposed, leader, me, party }) => proposed({ set: { parties: [party(me), party(me)], leader, run: 1 } }),
    ],
    [
      'with a party that there is not',
      ({ proposed, leader, me, party }) => proposed({ set: { parties: [party(me), 4], leader, run: 1 } }),
    ],
    ['with a request twice', ({ proposed }) => proposed({ requests: [word(1), word(1)] })],
    ['of nothing', ({ proposed }) => proposed({ requests: [] })],
    ['of another kind', ({ proposed }) => proposed({ kind: 'activation', requests: [] })],
  ];
  for (const [what, act] of ignored)
    it(`${what} is not followed, and not answered`, async () => {
      const it = member();
      await it.invited();
      act(it);
      await it.run(1_500);
      expect(it.signs()).to.equal(0);
      expect(it.said('decline')).to.deep.equal([]);
    });

  it('names the requests that the enclave refused', async () => {
    const { invited, proposed, ask, said, run, seat } = member();
    ask([2]);
    const no: RefusedRequest = { id: word(2), kind: 'unsupported', code: 'KIND_NOT_SUPPORTED', detail: '' };
    seat.refuses = (id) => (id === word(2) ? no : null);
    await invited();
    proposed({ requests: [word(1), word(2)] });
    await run(50);
    expect(said('decline')[0]).to.deep.include({
      code: 'REFUSED',
      refused: [{ request: word(2), kind: 'unsupported', code: 'KIND_NOT_SUPPORTED' }],
    });
  });

  it('of what the enclave will not sign as it is, is declined without asking it again', async () => {
    const { invited, proposed, said, run, seat, signs, leader, parties } = member();
    seat.refuses = (id) => ({ id, kind: 'final', code: 'EFFECT_MISMATCH', detail: '' });
    await run(50);
    await invited();
    proposed();
    await run(50);
    expect(signs()).to.equal(1);
    await invited(leader, 2);
    proposed({ set: { parties, leader, run: 2 } });
    await run(50);
    expect(signs()).to.equal(1);
    expect(said('decline')).to.have.lengthOf(2);
  });

  it('that takes too long is given up', async () => {
    const { invited, proposed, run, seat } = member();
    await invited();
    proposed();
    await run(12_100);
    expect(seat.asked.map(({ name }) => name)).to.deep.equal(['sign', 'abort']);
  });

  it('is given up when its leader says that it is over', async () => {
    const { invited, proposed, run, seat, leader, third } = member();
    await invited();
    proposed();
    await run(50);
    seat.convener.hear(third, { type: 'ended', key: KEY, run: 1, signed: [] });
    seat.convener.hear(leader, { type: 'ended', key: KEY, run: 2, signed: [] });
    await run(50);
    expect(seat.asked.map(({ name }) => name)).to.deep.equal(['sign']);
    seat.convener.hear(leader, { type: 'ended', key: KEY, run: 1, signed: [] });
    await run(50);
    expect(seat.asked.map(({ name }) => name)).to.deep.equal(['sign', 'abort']);
  });

  it('ends the session that the same leader had before', async () => {
    const { invited, proposed, run, seat, leader, parties } = member();
    for (const turn of [1, 2]) {
      await invited(leader, turn);
      proposed({ set: { parties, leader, run: turn } });
      await run(50);
    }
    expect(seat.asked.map(({ name }) => name)).to.deep.equal(['sign', 'abort', 'sign']);
  });
});

describe('a host that stops', () => {
  it('lets what is under way end, begins nothing, and gives up what does not end', async () => {
    const { invited, proposed, run, seat, clock } = member();
    await invited();
    proposed();
    await run(50);
    let isStopped = false;
    void seat.convener.stop(clock.now() + 2_000).then(() => {
      isStopped = true;
    });
    await run(1_900);
    expect([isStopped, seat.asked.length]).to.deep.equal([false, 1]);
    await run(300);
    expect([isStopped, seat.asked.map(({ name }) => name)]).to.deep.equal([true, ['sign', 'abort']]);
  });

  it('knows the leader of a session for a while after its end', async () => {
    const { ask, run, ends, seats, leader, members } = (() => {
      const it = sitting({ size: 3, threshold: 2 });
      return { ...it, leader: leaderOrder(KEY, termOf(it.height()), it.members)[0]! };
    })();
    ask([1]);
    await run(500);
    const [{ session }] = ends as [(typeof ends)[number]];
    expect(seats.get(leader)!.convener.leaderOf(session)).to.equal(leader);
    expect(members.map((id) => seats.get(id)!.convener.leaderOf(word(0xbad)))).to.deep.equal([null, null, null]);
  });
});
