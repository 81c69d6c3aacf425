/** What a leader asks, chooses, pins and proposes. */

import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { leaderOrder, termOf } from '../../../signer/host/convene/order.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { word } from '../support/fakeChain.ts';
import { KEY, row } from '../support/samples.ts';
import { type Options, sitting } from './support/sitting.ts';

const range = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

/** The leader of the key, and the others; nobody but the leader has answered to anything yet. */
function leading(options: Options = { size: 3, threshold: 2 }) {
  const it = sitting(options);
  const order = leaderOrder(KEY, termOf(it.height()), it.members);
  const seat = it.seats.get(order[0]!)!;
  const others = it.members.filter((id) => id !== seat.id) as [Hex, Hex, ...Hex[]];
  const silence = () => {
    for (const id of others) it.seats.get(id)!.drops = () => true;
  };
  const said = <T extends Message['type']>(type: T) =>
    seat.sent.flatMap(([to, message]) =>
      message.type === type ? [{ to, ...(message as Extract<Message, { type: T }>) }] : [],
    );
  const accept = (from: Hex, run: number, head: number | null = null, busy = 0) =>
    seat.convener.hear(from, { type: 'accept', key: KEY, run, proof: head === null ? null : word(head), busy });
  return { ...it, seat, others, silence, said, accept };
}

describe('leading', () => {
  it('asks everybody else, with how many requests there are', async () => {
    const { ask, run, said, seat, others, silence } = leading();
    silence();
    ask(range(1, 3));
    await run(50);
    const slot = seat.followed[0];
    expect(said('invite').map(({ to, count, run, slot }) => [to, count, run, slot])).to.have.deep.members(
      others.map((id) => [id, 3, 1, slot]),
    );
    expect(slot).to.be.greaterThan(0);
  });

  it('asks nobody whose measurement a vote has revoked, or whose attestation has ended: enclaves would refuse all', async () => {
    const ended = leading();
    ended.silence();
    ended.see({ event: 'EnclaveAttested', id: ended.others[0], validUntil: 0 });
    ended.ask([1]);
    await ended.run(50);
    expect(ended.said('invite').map(({ to }) => to)).to.deep.equal([ended.others[1]]);

    const revoked = leading();
    revoked.silence();
    revoked.see({ event: 'MeasurementRevoked', measurement: word(0x99) });
    revoked.ask([1]);
    await revoked.run(50);
    expect(revoked.said('invite')).to.deep.equal([]);
  });

  it('takes the first t that answer, itself among them, in party order, and proposes ids only', async () => {
    const { ask, run, said, others, members, accept, seat, silence } = leading();
    silence();
    const ids = ask([1, 2]);
    await run(50);
    accept(others[1], 1);
    accept(others[0], 1);
    await run(50);
    const parties = [seat.id, others[1]].map((id) => members.indexOf(id) + 1).sort();
    const [proposal, ...more] = said('propose');
    expect(more).to.deep.equal([]);
    expect(proposal).to.deep.include({ to: others[1], set: { parties, leader: seat.id, run: 1 }, requests: [...ids] });
    expect(JSON.stringify(proposal).length).to.be.lessThan(1_000);
    expect(seat.asked.map(({ name }) => name)).to.deep.equal(['sign']);
  });

  it('takes the least busy, when others answer within a moment', async () => {
    const { ask, run, said, others, accept, silence } = leading();
    silence();
    ask([1]);
    await run(50);
    accept(others[0], 1, null, 20);
    accept(others[1], 1, null, 10);
    await run(150);
    expect(said('propose').map(({ to }) => to)).to.deep.equal([others[1]]);
  });

  it('takes a busy one when nobody else answers', async () => {
    const { ask, run, said, others, accept, silence } = leading();
    silence();
    ask([1]);
    await run(50);
    accept(others[0], 1, null, 20);
    await run(50);
    expect(said('propose')).to.deep.equal([]);
    await run(100);
    expect(said('propose').map(({ to }) => to)).to.deep.equal([others[0]]);
  });

  it('does not propose what its own enclave refuses, and proposes the rest', async () => {
    const { ask, run, said, others, accept, seat, silence } = leading();
    silence();
    const [bad, good] = ask([1, 2]) as [Hex, Hex];
    seat.refuses = (id) => (id === bad ? { id, kind: 'passing', code: 'REQUEST_STATE', detail: '' } : null);
    await run(50);
    accept(others[0], 1);
    await run(50);
    expect(said('propose').map(({ requests }) => requests)).to.deep.equal([[good]]);
  });

  it('pins the highest checkpoint that any chosen member proves', async () => {
    const { ask, run, said, others, accept, see, height, silence } = leading({ size: 3, threshold: 2, everyBlocks: 8 });
    silence();
    while (height() % 8 !== 0) see();
    ask([1]);
    await run(50);
    expect(said('invite'), 'at no checkpoint is it READY yet').to.deep.equal([]);
    while (height() % 8 !== 0) see();
    see();
    await run(50);
    accept(others[0], 1, height() - 1);
    await run(50);
    expect(said('propose').map(({ block }) => block.number)).to.deep.equal([height() - 1]);

    const ahead = leading();
    ahead.silence();
    ahead.seat.told = ahead.height() + 1;
    ahead.ask([1]);
    await ahead.run(50);
    ahead.see();
    ahead.accept(ahead.others[0], 1, ahead.height());
    await ahead.run(100);
    expect(ahead.said('propose').map(({ block, proof }) => [block.number, proof])).to.deep.equal([
      [ahead.height(), word(ahead.height())],
    ]);
  });

  it('waits for its own view to come to what a member proves', async () => {
    const ahead = leading();
    ahead.silence();
    ahead.ask([1]);
    await ahead.run(50);
    ahead.seat.sees = ahead.height();
    ahead.see();
    ahead.accept(ahead.others[0], 1, ahead.height());
    await ahead.run(50);
    const [first] = ahead.said('propose');
    expect(first?.block.number, 'what both have').to.equal(ahead.height() - 1);
  });

  it('leaves out a member whose proof is none, in the next run, and takes nothing from it', async () => {
    const { ask, run, said, others, accept, silence } = leading();
    silence();
    ask([1]);
    await run(50);
    accept(others[0], 1, 1_000_000);
    await run(200);
    expect(said('propose')).to.deep.equal([]);
    expect(
      said('invite')
        .filter(({ run }) => run === 2)
        .map(({ to }) => to),
    ).to.deep.equal([others[1]]);
  });

  it('blames nobody for a proof that its enclave cannot take yet', async () => {
    const { ask, run, said, others, accept, seat, silence } = leading();
    silence();
    seat.fails.set('believe', [new EnclaveRefused('follow', { code: 'PERIOD_MISSING', detail: '' })]);
    ask([1]);
    await run(50);
    accept(others[0], 1, 1_000_000);
    await run(50);
    expect(said('propose').map(({ to }) => to)).to.deep.equal([others[0]]);
  });

  it('makes n - t + 1 runs, then gives the others their turn', async () => {
    const { ask, run, said, silence } = leading();
    silence();
    ask([1]);
    await run(8_000);
    expect(Math.max(...said('invite').map(({ run }) => run))).to.equal(2);
    await run(20_000, 200);
    expect(Math.max(...said('invite').map(({ run }) => run))).to.be.greaterThan(2);
  });

  it('tells all that it asked when the session is over, and what is signed', async () => {
    const { ask, run, said, others } = leading();
    const ids = ask([1, 2]);
    await run(500);
    expect(said('ended').map(({ to, signed }) => [to, signed])).to.have.deep.members(
      others.map((id) => [id, [...ids]]),
    );
  });

  const idle: [string, (it: ReturnType<typeof leading>) => unknown][] = [
    ['while a signature is on its way', ({ seat }) => seat.pursued.add(word(1))],
    ['before the boot record is final', ({ seat }) => Object.assign(seat, { isServing: false })],
    ['while the key is paused', ({ see }) => see({ event: 'KeyPaused', keyId: KEY, pausedUntil: 9_000_000 })],
    ['while the network is paused', ({ see }) => see({ event: 'NetworkPaused', pausedUntil: 9_000_000 })],
    [
      'what cannot be finished before the deadline',
      ({ see }) => see({ event: 'BeatSet', beatBound: 3_600, releasesPerBeat: 64, margin: 8_999_000 }),
    ],
    ['when its row has gone on', ({ see }) => see(row(5))],
    ['when it has ended', ({ see }) => see({ event: 'RequestExpired', id: word(1) })],
    ['for a scheme that its enclave does not know', ({ seat }) => Object.assign(seat, { schemes: [2] })],
    ['when the host is stopping', ({ seat }) => void seat.convener.stop(0)],
  ];
  for (const [when, arrange] of idle)
    it(`does not begin ${when}`, async () => {
      const it = leading();
      it.silence();
      it.ask([1]);
      arrange(it);
      await it.run(100);
      expect(it.said('invite')).to.deep.equal([]);
    });

  it('says once why it takes no part in sessions of a key, and no longer than that is so', async () => {
    const { ask, run, seat } = leading();
    seat.schemes = [2];
    ask([1]);
    await run(3_000);
    expect(seat.problems.list()).to.deep.equal([
      `key ${KEY} is of scheme 1, which this enclave does not know: it takes no part in its sessions`,
    ]);
    seat.schemes = [1, 2];
    await run(1_100);
    expect(seat.problems.list()).to.deep.equal([]);
  });

  it('leads no more keys at once than it may, and the one that has had least first', async () => {
    const keys = range(0x20, 12).map(word);
    const it = sitting({ size: 3, threshold: 2, keys });
    const [lone] = it.members as [Hex];
    for (const id of it.members) if (id !== lone) it.seats.get(id)!.isUp = false;
    for (const [at, key] of keys.entries()) it.ask([at + 1], { key });
    await it.run(100);
    const invited = it.seats.get(lone)!.sent.flatMap(([, message]) => (message.type === 'invite' ? [message.key] : []));
    expect(new Set(invited).size).to.equal(4);
  });
});
