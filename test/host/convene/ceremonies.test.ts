import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { EnclaveRefused } from '../../../signer/host/life/life.ts';
import { hash, word } from '../support/fakeChain.ts';
import { sitting } from './support/sitting.ts';

const KEY = word(0x12);
const SESSION = hash('generateKey');

function member() {
  const it = sitting({ size: 3, threshold: 2, keys: [] });
  const opened = (attempt = 1) =>
    it.see({
      ...{ event: 'AttemptOpened', keyId: KEY, attempt, epoch: 1, threshold: 2, members: it.members, deadline: 5_000 },
    });
  it.see({ event: 'KeyCreated', keyId: KEY, scheme: 1 });
  opened();
  const seat = it.seats.get(it.members[0]!)!;
  const step = async () => {
    seat.convener.convene();
    await it.clock.advance(0);
  };
  const names = () => seat.asked.map(({ name }) => name);
  const fails = () =>
    seat.convener.heard({
      event: 'fault',
      session: SESSION,
      code: 'silent',
      culprits: [],
      silent: [2],
      disputes: [],
      detail: '',
    });
  return { ...it, seat, step, names, opened, fails };
}

describe('key generation', () => {
  it('begins by itself when the chain names this enclave, once per attempt, at a block that it was shown', async () => {
    const { step, names, seat, members, height } = member();
    await step();
    await step();
    expect(names()).to.deep.equal(['generateKey']);
    const { committee, block } = seat.asked[0]!.params as {
      committee: { attempt: number; members: { id: string }[] };
      block: Hex;
    };
    expect(committee.attempt).to.equal(1);
    expect(committee.members.map(({ id }) => id)).to.deep.equal(members);
    expect([block, seat.followed[0]]).to.deep.equal([hash(`block ${height()}`), height()]);
  });

  it('has no leader', async () => {
    const { step, seat } = member();
    await step();
    expect(seat.convener.leaderOf(SESSION)).to.equal(null);
  });

  it('is over when this member has confirmed', async () => {
    const { step, seat } = member();
    await step();
    expect(seat.metrics.read('quorate_sessions_live')).to.equal(1);
    seat.convener.heard({ event: 'confirmation', session: SESSION, keyId: KEY } as never);
    await step();
    expect(seat.metrics.read('quorate_sessions_live')).to.equal(0);
    expect(seat.metrics.read('quorate_sessions_total', { kind: 'key-generation', outcome: 'done' })).to.equal(1);
  });

  it('does not begin again in an attempt that failed', async () => {
    const { step, names, fails } = member();
    await step();
    fails();
    await step();
    expect(names()).to.deep.equal(['generateKey']);
  });

  it('begins again with the next attempt, and ends the one before', async () => {
    const { step, names, opened } = member();
    await step();
    opened(2);
    await step();
    expect(names().toSorted()).to.deep.equal(['abort', 'generateKey', 'generateKey']);
  });

  it('begins again in another life of the enclave', async () => {
    const { step, names, seat } = member();
    await step();
    seat.convener.lost();
    await step();
    expect(names()).to.deep.equal(['generateKey', 'generateKey']);
  });

  it('is tried again when it could not begin', async () => {
    const { step, names, seat, clock } = member();
    seat.fails.set('generateKey', [new EnclaveRefused('generateKey', { code: 'KEY_ATTEMPT', detail: 'not yet' })]);
    await step();
    await step();
    expect(names()).to.have.lengthOf(1);
    await clock.advance(4_000);
    await step();
    expect(names()).to.have.lengthOf(2);
  });

  const confirmed = { event: 'KeyConfirmed', keyId: KEY, attempt: 1, publicKey: { prefix: 2, x: word(7) } } as const;
  const idle: [string, (it: ReturnType<typeof member>) => unknown][] = [
    ['before the boot record is final', ({ seat }) => Object.assign(seat, { isServing: false })],
    [
      'while a member cannot be reached',
      ({ seats, members }) => Object.assign(seats.get(members[2]!)!, { isUp: false }),
    ],
    ['after the deadline', ({ see }) => Array.from({ length: 400 }, () => see())],
    ['when the key is confirmed', ({ see }) => see(confirmed)],
    ['of a scheme that this enclave does not make', ({ seat }) => Object.assign(seat, { schemes: [2] })],
    [
      'when this member has confirmed',
      ({ see, members }) => see({ event: 'KeyConfirmedBy', keyId: KEY, attempt: 1, member: members[0]! }),
    ],
    ['when the host is stopping', ({ seat }) => void seat.convener.stop(0)],
  ];
  for (const [when, arrange] of idle)
    it(`does not begin ${when}`, async () => {
      const it = member();
      arrange(it);
      await it.step();
      expect(it.names().filter((name) => name === 'generateKey')).to.deep.equal([]);
    });

  it('for an enclave that is not named does not begin', async () => {
    const it = member();
    it.see({
      ...{
        event: 'AttemptOpened',
        keyId: KEY,
        attempt: 2,
        epoch: 1,
        threshold: 2,
        members: [...it.members.slice(1), word(9)],
        deadline: 5_000,
      },
    });
    await it.step();
    expect(it.names()).to.deep.equal([]);
  });
});

describe('the activation of a key', () => {
  it('is signed by a set of its members once all have confirmed, and not again', async () => {
    const it = member();
    it.see({ event: 'KeyConfirmed', keyId: KEY, attempt: 1, publicKey: { prefix: 2, x: word(7) } });
    await it.run(200);
    const starts = [...it.seats.values()].filter(({ asked }) => asked.some(({ name }) => name === 'activateKey'));
    expect(starts).to.have.lengthOf(2);
    const session = hash('activateKey');
    for (const { convener } of starts) convener.heard({ event: 'activation', session, keyId: KEY, signature: '0x' });
    it.see({ event: 'KeyActivated', keyId: KEY, epoch: 1, publicKey: { prefix: 2, x: word(7) } });
    await it.run(9_000);
    expect(
      [...it.seats.values()].flatMap(({ asked }) => asked.filter(({ name }) => name === 'activateKey')),
    ).to.have.lengthOf(2);
  });
});
