/** Who leads: one member of each key for a term, the next when it leaves something out, whatever else it does. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { leaderOrder, termOf } from '../../../signer/host/convene/order.ts';
import { word } from '../support/fakeChain.ts';
import { KEY } from '../support/samples.ts';
import { sitting } from './support/sitting.ts';

const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

/** Members in the order in which they lead the key. */
const orderOf = ({ members, height }: ReturnType<typeof sitting>, key: Hex = KEY) =>
  leaderOrder(key, termOf(height()), members) as readonly [Hex, Hex, Hex, Hex, Hex];

describe('the leader of a key', () => {
  it('takes all that is ready into one session, and nobody else leads', async () => {
    const it = sitting();
    const ids = it.ask(range(1, 20));
    await it.run(2_000);
    expect(it.ends).to.have.lengthOf(1);
    expect(it.ends[0]?.ids).to.have.members([...ids]);
    expect(it.ends[0]?.leader).to.equal(orderOf(it)[0]);
    expect(ids.every(it.isFulfilled)).to.equal(true);
  });

  it('has one session of the key at a time', async () => {
    const it = sitting();
    it.world.latency = 300;
    it.ask(range(1, 40));
    await it.run(200);
    it.ask(range(41, 10));
    for (let turn = 0; turn < 40; turn += 1) {
      await it.run(50);
      expect([...it.sessions.values()].filter(({ over }) => !over).length).to.be.at.most(1);
    }
    expect(it.ends.map(({ ids }) => ids.length)).to.deep.equal([32, 18]);
  });

  it('that censors one request is passed over by the next, and seen to be [I8]', async () => {
    const it = sitting();
    const [first, second] = orderOf(it);
    const [censored] = it.ask([1]) as [Hex];
    // the first's enclave says that it refuses the one, and its host goes on with all others
    it.seats.get(first)!.refuses = (id) =>
      id === censored ? { id, kind: 'final', code: 'EFFECT_MISMATCH', detail: '' } : null;
    const others = it.ask(range(2, 5));
    await it.run(7_900);
    expect(others.every(it.isFulfilled)).to.equal(true);
    expect(it.isFulfilled(censored)).to.equal(false);
    await it.run(1_500);
    expect(it.ends.at(-1)).to.deep.include({ ids: [censored], leader: second });
    expect(it.isFulfilled(censored)).to.equal(true);
    expect(it.seats.get(second)!.metrics.read('quorate_requests_left_out_total', { leader: first })).to.equal(1);
  });

  it('that is down is not waited for', async () => {
    const it = sitting();
    it.seats.get(orderOf(it)[0])!.isUp = false;
    const ids = it.ask([1, 2]);
    await it.run(1_500);
    expect(it.ends.map(({ leader }) => leader)).to.deep.equal([orderOf(it)[1]]);
    expect(ids.every(it.isFulfilled)).to.equal(true);
  });

  it('that says nothing while connected costs one time-out, and the one after it another', async () => {
    const it = sitting();
    const [first, second, third] = orderOf(it);
    for (const id of [first, second]) it.seats.get(id)!.drops = (_, { type }) => type === 'invite';
    it.ask([1]);
    await it.run(15_900);
    expect(it.ends).to.deep.equal([]);
    await it.run(1_500);
    expect(it.ends.map(({ leader }) => leader)).to.deep.equal([third]);
  });

  it('is not late with what no checkpoint shows yet', async () => {
    const it = sitting({ everyBlocks: 8 });
    while (it.height() % 8 !== 0) it.see();
    const [id] = it.ask([1]) as [Hex];
    await it.run(20_000, 200);
    expect(it.sessions.size).to.equal(0);
    while (it.height() % 8 !== 0) it.see();
    await it.run(600);
    expect(it.isFulfilled(id)).to.equal(true);
    expect(it.ends.map(({ leader }) => leader)).to.deep.equal([orderOf(it)[0]]);
    for (const { metrics } of it.seats.values()) expect(metrics.render()).to.not.include('left_out_total{');
  });

  it('that dies in a session is followed by another, and the request is signed [I8]', async () => {
    const it = sitting();
    const [first] = orderOf(it);
    it.world.latency = 500;
    const [id] = it.ask([1]) as [Hex];
    await it.run(100);
    expect(it.sessions.size).to.equal(1);
    it.seats.get(first)!.isUp = false;
    it.seats.get(first)!.convener.lost();
    it.seats.get(first)!.drops = () => true;
    it.world.comesTo = ({ session, set }) =>
      set.leader === first ? it.fault(session, 'silent', { silent: [it.members.indexOf(first) + 1] }) : null;
    await it.run(14_000);
    expect(it.isFulfilled(id)).to.equal(true);
  });

  it('that says of something that it is signed is believed for a while, once', async () => {
    const it = sitting({ size: 3, threshold: 2 });
    const [first, second, third] = orderOf(it);
    it.seats.get(first)!.drops = (_, { type }) => type !== 'ended';
    const [id] = it.ask([1]) as [Hex];
    await it.run(7_000);
    const lie = { type: 'ended', key: KEY, run: 1, signed: [id] } as const;
    for (const member of [second, third]) it.seats.get(member)!.convener.hear(first, lie);
    await it.run(9_000); // until the signature might be on the chain, and then a time-out more
    for (const member of [second, third]) it.seats.get(member)!.convener.hear(first, lie);
    expect(it.ends).to.deep.equal([]);
    await it.run(4_000);
    expect(it.ends.map(({ leader }) => leader)).to.deep.equal([second]);
  });

  it('believes nobody who says that something is signed', async () => {
    const it = sitting({ size: 3, threshold: 2 });
    const [first, ...others] = orderOf(it);
    it.see({ event: 'KeyPaused', keyId: KEY, pausedUntil: 1_000 + 12 * 60 });
    const [id] = it.ask([1]) as [Hex];
    await it.run(100);
    for (const member of others)
      it.seats.get(first)!.convener.hear(member, { type: 'ended', key: KEY, run: 1, signed: [id] });
    while (it.height() < 60) it.see();
    await it.run(500);
    expect(it.isFulfilled(id)).to.equal(true);
  });

  it('changes with the term', () => {
    const leaders = new Set(
      range(0, 20).map(
        (term) =>
          leaderOrder(
            KEY,
            term,
            range(0, 5).map((at) => word(at)),
          )[0],
      ),
    );
    expect(leaders.size).to.be.greaterThan(2);
    expect([termOf(0), termOf(255), termOf(256)]).to.deep.equal([0, 0, 1]);
  });

  it('of one key is not that of every key', async () => {
    const keys = range(0x20, 3).map(word);
    const it = sitting({ keys });
    for (const [at, key] of keys.entries()) it.ask(range(100 * at + 1, 3), { key });
    await it.run(2_000);
    expect(it.ends).to.have.lengthOf(3);
    expect(new Set(it.ends.map(({ leader }) => leader)).size).to.be.greaterThan(1);
  });

  /** Keys that one member leads now. */
  const keysOf = (it: ReturnType<typeof sitting>, leader: Hex, count: number) =>
    range(0x200, 200)
      .map(word)
      .filter((key) => orderOf(it, key)[0] === leader)
      .slice(0, count);

  it('of two keys lets the one that asks for little not wait for the one that asks for much', async () => {
    const plan = sitting({ size: 3, threshold: 2, keys: [] });
    const [busy, calm] = keysOf(plan, plan.members[0]!, 2) as [Hex, Hex];
    const it = sitting({ size: 3, threshold: 2, keys: [busy, calm], concurrency: 1 });
    it.world.latency = 100;
    it.ask(range(1, 640), { key: busy });
    await it.run(1_000);
    for (let number = 1_001; number <= 1_005; number += 1) {
      const [id] = it.ask([number], { key: calm }) as [Hex];
      await it.run(700);
      expect(it.isFulfilled(id)).to.equal(true);
    }
    expect(it.ends.filter(({ ids }) => ids.length === 32).length).to.be.within(12, 20);
  });

  it('of many keys whose members are away does not let the one wait whose members are there', async () => {
    const dead = range(0x200, 16).map(word);
    const it = sitting({ size: 3, threshold: 2, keys: [...dead, KEY], concurrency: 1 });
    for (const seat of it.seats.values()) seat.drops = (_, message) => message.type === 'invite' && message.key !== KEY;
    for (const [at, key] of dead.entries()) it.ask([1_000 + at], { key });
    await it.run(1_000, 500);
    const [id] = it.ask([1]) as [Hex];
    await it.run(20_000, 500);
    expect(it.isFulfilled(id)).to.equal(true);
  });

  it('of a key that had nothing to do has saved up no turns', async () => {
    const plan = sitting({ size: 3, threshold: 2, keys: [] });
    const [busy, calm] = keysOf(plan, plan.members[0]!, 2) as [Hex, Hex];
    const it = sitting({ size: 3, threshold: 2, keys: [busy, calm], concurrency: 1 });
    it.world.latency = 100;
    it.ask([9_999], { key: calm });
    it.ask(range(1, 640), { key: busy });
    await it.run(2_000);
    const before = it.ends.length;
    it.ask(range(1_001, 320), { key: calm });
    await it.run(1_000);
    const turns = it.ends.slice(before).map(({ ids }) => (Number(BigInt(ids[0]!)) > 1_000 ? calm : busy));
    expect(turns.length).to.be.greaterThan(4);
    expect(Math.abs(turns.filter((key) => key === calm).length - turns.length / 2)).to.be.at.most(1.5);
  });

  it('gets on with three keys in the same enclaves, while the chain moves, at blocks that all of them know', async () => {
    const keys = range(0x20, 3).map(word);
    const it = sitting({ keys, everyBlocks: 4 });
    for (let number = 1; number <= 90; number += 3) {
      for (const [at, key] of keys.entries()) it.ask([number + at], { key });
      await it.run(150);
    }
    await it.run(1_000);
    expect(range(1, 90).map(word).every(it.isFulfilled)).to.equal(true);
    expect(it.ends.every(({ outcome }) => outcome === 'done')).to.equal(true);
    const declines = [...it.seats.values()].flatMap(({ sent }) => sent.filter(([, { type }]) => type === 'decline'));
    expect(declines).to.deep.equal([]);
  });

  it('gets on, though another request of the same requester waits behind thousands', async function () {
    this.timeout(20_000);
    const it = sitting();
    const ids = it.ask(range(1, 5_000));
    for (let turn = 0; turn < 40 && !ids.every(it.isFulfilled); turn += 1) await it.run(1_000, 250);
    expect(it.ends).to.have.lengthOf(Math.ceil(5_000 / 32));
    expect(new Set(it.ends.map(({ leader }) => leader))).to.deep.equal(new Set([orderOf(it)[0]]));
  });
});
