/** What goes wrong in sessions costs those whose fault it is, and as few sessions as it can. */

import { expect } from 'chai';
import type { RefusedRequest } from '../../../signer/enclave/api.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { leaderOrder, termOf } from '../../../signer/host/convene/order.ts';
import { EnclaveRefused, FarClaim } from '../../../signer/host/life/life.ts';
import { word } from '../support/fakeChain.ts';
import { KEY } from '../support/samples.ts';
import { sitting } from './support/sitting.ts';

const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);
const orderOf = ({ members, height }: ReturnType<typeof sitting>) =>
  leaderOrder(KEY, termOf(height()), members) as readonly [Hex, Hex, Hex, Hex, Hex];
const no = (id: Hex, kind: RefusedRequest['kind']): RefusedRequest => ({
  id,
  kind,
  code: 'EFFECT_MISMATCH',
  detail: '',
});

describe('a request that spoils its session', () => {
  it('and nobody else, is found by halves: all others of its session are signed', async () => {
    const it = sitting();
    const ids = it.ask(range(1, 32));
    const poison = ids[20]!;
    it.world.comesTo = ({ session, ids: asked }) => (asked.includes(poison) ? it.fault(session, 'withheld') : null);
    await it.run(4_000);
    expect(ids.filter((id) => !it.isFulfilled(id))).to.deep.equal([poison]);
    const failed = it.ends.filter(({ outcome }) => outcome !== 'done');
    expect(failed.length).to.be.at.most(6 + 2); // 32, 16, 8, 4, 2, 1, and the one alone again after its pause
    expect(failed.at(-1)?.ids).to.deep.equal([poison]);
    expect(new Set(it.ends.map(({ leader }) => leader)).size).to.equal(1);
  });

  it('is tried alone, less and less often', async () => {
    const it = sitting();
    it.ask([1]);
    it.world.comesTo = ({ session }) => it.fault(session, 'withheld');
    await it.run(60_000, 200);
    const byLeader = Map.groupBy(it.ends, ({ leader }) => leader);
    for (const led of byLeader.values()) expect(led.length).to.be.at.most(7);
  });

  it('because its end on chain overtook it, says nothing about the others', async () => {
    const it = sitting();
    const ids = it.ask(range(1, 8));
    let times = 0;
    it.world.comesTo = ({ session }) => (++times === 1 ? it.fault(session, 'overtaken') : null);
    await it.run(4_000);
    expect(ids.every(it.isFulfilled)).to.equal(true);
    expect(it.ends.map(({ ids }) => ids.length)).to.deep.equal([8, 8]);
  });
});

describe('a request that no enclave can read', () => {
  /** Enclaves refuse the whole call, without saying which request it is. */
  function unreadable(code: 'CALL_MALFORMED' | 'FRAME_TOO_LARGE', isRead: (ids: readonly Hex[]) => boolean) {
    const it = sitting();
    for (const seat of it.seats.values())
      seat.cannotRead = (ids) => (isRead(ids) ? null : new EnclaveRefused('sign', { code, detail: '' }));
    return it;
  }

  it('does not keep the others of its key from being signed', async () => {
    const it = unreadable('CALL_MALFORMED', (ids) => !ids.includes(word(21)));
    const ids = it.ask(range(1, 32));
    await it.run(4_000);
    expect(ids.filter((id) => !it.isFulfilled(id))).to.deep.equal([word(21)]);
  });

  it('together with others, is signed with fewer of them', async () => {
    const it = unreadable('FRAME_TOO_LARGE', (ids) => ids.length <= 3);
    const ids = it.ask(range(1, 32));
    await it.run(6_000);
    expect(ids.every(it.isFulfilled)).to.equal(true);
  });
});

describe('a member that fails', () => {
  it('is left out of the next session, without anything being halved', async () => {
    const it = sitting();
    it.ask(range(1, 10));
    let bad = 0;
    it.world.comesTo = ({ session, set }) => {
      if (bad === 0) bad = set.parties.find((party) => it.members[party - 1] !== set.leader)!;
      return set.parties.includes(bad) ? it.fault(session, 'share', { culprits: [bad] }) : null;
    };
    await it.run(3_000);
    expect(it.ends.map(({ outcome, ids }) => [outcome, ids.length])).to.deep.equal([
      ['share', 10],
      ['done', 10],
    ]);
  });

  it('is asked again when there are too few without it', async () => {
    const it = sitting({ size: 3, threshold: 2 });
    for (const id of it.members.slice(1)) it.seats.get(id)!.drops = (_, { type }) => type === 'accept';
    const first = leaderOrder(KEY, termOf(it.height()), it.members)[0]!;
    it.seats.get(first)!.drops = () => false;
    it.ask([1]);
    await it.run(2_500);
    for (const { drops: _, ...seat } of it.seats.values()) it.seats.get(seat.id)!.drops = () => false;
    await it.run(40_000, 200);
    expect(it.isFulfilled(word(1))).to.equal(true);
  });

  it('and whose opponent cannot be told from it is parted from it', async () => {
    const it = sitting();
    const [leader] = orderOf(it);
    const others = it.members.filter((id) => id !== leader);
    const liar = it.members.indexOf(others[0]!) + 1;
    it.ask([1]);
    it.world.comesTo = ({ session, set }) => {
      const victim = set.parties.find((party) => party !== liar && party !== it.members.indexOf(leader) + 1)!;
      if (!set.parties.includes(liar)) return null;
      return { ...it.fault(session, 'contradiction'), disputes: [{ about: victim, reporter: liar }] };
    };
    await it.run(30_000, 100);
    expect(it.isFulfilled(word(1))).to.equal(true);
    expect(it.ends.length).to.be.at.most(3);
  });
});

describe('a member that spoils sessions and cannot be named', () => {
  /** Every session with one of them comes to nothing, and nobody is to blame. */
  async function spoiled(spoilers: number, code: string, options: Parameters<typeof sitting>[0] = {}) {
    const it = sitting({ scheme: 3, ...options });
    await it.run(2_000);
    const [leader] = orderOf(it);
    const bad = it.members.filter((id) => id !== leader).slice(0, spoilers);
    it.world.comesTo = ({ session, set }) =>
      set.parties.some((party) => bad.includes(it.members[party - 1]!)) ? it.fault(session, code) : null;
    return it;
  }

  for (const code of ['invalid-signature', 'wrong-public-key', 'degenerate-signature', 'setup-differs', 'setup-wiped'])
    it(`is left out after ${code}, and the others sign`, async () => {
      const it = await spoiled(1, code);
      const ids = it.ask(range(1, 8));
      await it.run(20_000);
      expect(ids.every(it.isFulfilled)).to.equal(true);
      expect(it.ends.filter(({ ids, outcome }) => ids.length > 0 && outcome !== 'done').length).to.be.at.most(3);
    });

  it('is not asked first again for as long as there are others, whatever is asked', async () => {
    const it = await spoiled(1, 'invalid-signature');
    for (let at = 1; at <= 20; at += 1) {
      it.ask([at]);
      await it.run(3_000);
    }
    expect(range(1, 20).every((at) => it.isFulfilled(word(at)))).to.equal(true);
    expect(it.ends.filter(({ ids, outcome }) => ids.length > 0 && outcome !== 'done').length).to.be.at.most(3);
  });

  it('does not keep the others from signing, though as many spoil as may', async () => {
    const it = await spoiled(2, 'invalid-signature');
    const [id] = it.ask([1]);
    await it.run(120_000, 200);
    expect(it.isFulfilled(id!)).to.equal(true);
  });
});

describe('a member that says no', () => {
  for (const [what, call, failure] of [
    ['to the block', 'sign', new EnclaveRefused('sign', { code: 'BLOCK_NOT_FINAL', detail: '' })],
    ['to the proof of a block of the next period', 'believe', new FarClaim(1)],
  ] as const)
    it(`${what} is asked again at once, at another one`, async () => {
      const it = sitting();
      const [leader] = orderOf(it);
      for (const seat of it.seats.values()) if (seat.id !== leader) seat.fails.set(call, [failure]);
      it.ask([1]);
      await it.run(300);
      const declines = [...it.seats.values()].flatMap(({ sent }) => sent.filter(([, { type }]) => type === 'decline'));
      expect(declines.length).to.be.greaterThan(0);
      expect(it.ends.map(({ outcome }) => outcome)).to.deep.equal(['done']);
    });

  it('to some requests does not keep the others from being signed, nor these by others', async () => {
    const it = sitting();
    const [leader] = orderOf(it);
    const ids = it.ask(range(1, 10));
    const odd = it.members.find((id) => id !== leader)!;
    it.seats.get(odd)!.refuses = (id) => (ids.slice(0, 3).includes(id) ? no(id, 'passing') : null);
    await it.run(600);
    expect(ids.every(it.isFulfilled)).to.equal(true);
    expect(it.ends.map(({ ids }) => ids.length)).to.deep.equal([7, 3]);
    expect(it.seats.get(odd)!.sent.filter(([, { type }]) => type === 'decline')).to.have.lengthOf(1);
  });

  it('without being in the session does not end it, nor is it shown what is in it', async () => {
    const it = sitting();
    const [leader] = orderOf(it);
    it.world.latency = 300;
    const [id] = it.ask([1]) as [Hex];
    await it.run(100);
    const { set } = [...it.sessions.values()][0]!;
    const outsider = it.members.find((_, at) => !set.parties.includes(at + 1))!;
    const said = { key: KEY, code: 'BUSY', proof: null, refused: [] };
    it.seats.get(leader)!.convener.hear(outsider, { type: 'decline', run: 1, ...said });
    const inside = it.members.find((member, at) => member !== leader && set.parties.includes(at + 1))!;
    it.seats.get(leader)!.convener.hear(inside, { type: 'decline', run: 2, ...said });
    it.seats.get(leader)!.convener.hear(outsider, { type: 'ask', requests: [id] });
    await it.run(1_000);
    expect(it.ends.map(({ outcome }) => outcome)).to.deep.equal(['done']);
    expect(it.sessions.size).to.equal(1);
    expect(it.seats.get(leader)!.sent.filter(([, { type }]) => type === 'give')).to.deep.equal([]);
  });

  it('to what it was not asked about has not said no to that', async () => {
    const it = sitting();
    const [leader] = orderOf(it);
    it.world.latency = 300;
    const [asked] = it.ask([1]) as [Hex];
    await it.run(100);
    const [other] = it.ask([2]) as [Hex];
    const { set } = [...it.sessions.values()][0]!;
    const member = it.members.find((each, at) => each !== leader && set.parties.includes(at + 1))!;
    const refused = [asked, other].map((request) => ({ request, kind: 'final', code: 'EFFECT_MISMATCH' }) as const);
    const said = { type: 'decline', key: KEY, run: set.run, code: 'REFUSED', proof: null, refused } as const;
    it.seats.get(leader)!.convener.hear(member, said);
    it.world.latency = 20;
    it.seats.get(member)!.drops = (_, { type }) => type === 'decline';
    await it.run(2_000);
    const setOf = (id: Hex) => [...it.sessions.values()].filter(({ ids }) => ids.includes(id)).at(-1)!.set.parties;
    const party = it.members.indexOf(member) + 1;
    expect(it.isFulfilled(asked) && it.isFulfilled(other)).to.equal(true);
    expect(setOf(asked)).not.to.include(party);
    expect([...it.sessions.values()].some(({ ids }) => ids.includes(asked) && ids.includes(other))).to.equal(false);
  });

  it('for ever, as everybody does, is asked once', async () => {
    const it = sitting();
    const [bad] = it.ask([1, 2]) as [Hex];
    for (const seat of it.seats.values()) seat.refuses = (id) => (id === bad ? no(id, 'final') : null);
    await it.run(30_000, 200);
    expect(it.isFulfilled(word(2))).to.equal(true);
    for (const { asked } of it.seats.values()) {
      const signs = asked.filter(
        ({ name, params }) =>
          name === 'sign' &&
          (params as { requests: { counter: string }[] }).requests.some(({ counter }) => counter === '1'),
      );
      expect(signs.length).to.be.at.most(1);
    }
  });

  it('for as long as its image is what it is, is asked again under another measurement', async () => {
    const it = sitting();
    const [id] = it.ask([1]) as [Hex];
    for (const seat of it.seats.values()) seat.refuses = (asked) => no(asked, 'unsupported');
    await it.run(40_000, 200);
    const before = [...it.seats.values()].reduce(
      (sum, { asked }) => sum + asked.filter(({ name }) => name === 'sign').length,
      0,
    );
    expect(before).to.be.at.most(5);
    for (const [at, member] of it.members.entries()) {
      it.seats.get(member)!.refuses = () => null;
      it.see({
        ...{
          event: 'EnclaveRegistered',
          id: member,
          operator: `0x${(16 + at).toString(16).repeat(20)}`,
          epoch: 2,
          tlsKey: word(7),
        },
        ...{
          identity: `0x${(32 + at).toString(16).repeat(20)}`,
          endpoint: 'wss://it:1',
          region: word(at),
          measurement: word(0x98),
        },
      });
    }
    await it.run(40_000, 200);
    expect(it.isFulfilled(id)).to.equal(true);
  });

  it('because it is busy makes room for one that is not', async () => {
    const keys = range(0x20, 3).map(word);
    const it = sitting({ keys });
    for (const [at, key] of keys.entries()) it.ask(range(100 * at + 1, 40), { key });
    await it.run(5_000);
    expect(it.ends.every(({ outcome }) => outcome === 'done')).to.equal(true);
    expect(it.ends).to.have.lengthOf(6);
  });
});

describe('requests that a member has not seen', () => {
  const unseenBy = (it: ReturnType<typeof sitting>, id: Hex) => {
    const [leader] = orderOf(it);
    for (const seat of it.seats.values()) if (seat.id !== leader) seat.unseen.add(id);
    return it.seats.get(leader)!;
  };

  it('are shown by the leader, to those that it proposes them to', async () => {
    const it = sitting({ areHashed: true });
    const leader = orderOf(it)[0];
    const [known] = it.ask([1]) as [Hex];
    const [unknown] = it.ask([2], { made: (id: Hex) => unseenBy(it, id) }) as [Hex];
    await it.run(1_000);
    expect(it.ends).to.have.lengthOf(1);
    expect(it.ends[0]?.ids).to.have.members([known, unknown]);
    const given = it.seats.get(leader)!.sent.flatMap(([to, message]) => (message.type === 'give' ? [to] : []));
    const proposed = it.seats.get(leader)!.sent.flatMap(([to, message]) => (message.type === 'propose' ? [to] : []));
    expect(given).to.have.members(proposed);
  });

  it('are shown to a member once in a session, however often it asks', async () => {
    const it = sitting({ areHashed: true });
    const [leader] = orderOf(it);
    it.world.latency = 300;
    const ids = it.ask(range(1, 32));
    await it.run(100);
    const { set } = [...it.sessions.values()][0]!;
    const member = it.members.find((each, at) => each !== leader && set.parties.includes(at + 1))!;
    const { convener, sent } = it.seats.get(leader)!;
    for (let times = 0; times < 100; times += 1) convener.hear(member, { type: 'ask', requests: ids });
    expect(sent.filter(([to, { type }]) => to === member && type === 'give')).to.have.lengthOf(32);
  });

  it('are dropped when they hash to something else, and the session is declined', async () => {
    const it = sitting(); // ids of samples are no hashes of theirs
    const leader = unseenBy(it, word(1));
    it.ask([1]);
    await it.run(4_000);
    expect(leader.sent.some(([, { type }]) => type === 'give')).to.equal(true);
    const declined = [...it.seats.values()].flatMap(({ sent }) =>
      sent.flatMap(([, message]) => (message.type === 'decline' ? [message] : [])),
    );
    expect(declined[0]?.refused).to.deep.equal([{ request: word(1), kind: 'passing', code: 'REQUEST_UNKNOWN' }]);
    expect(it.ends).to.deep.equal([]);
  });
});
