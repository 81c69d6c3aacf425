import { expect } from 'chai';
import { startCeremonies } from '../../../signer/host/sessions/ceremonies.ts';
import { settled } from '../support/clock.ts';
import { hash } from '../support/fakeChain.ts';
import { attested, booted, confirmed, created, KEY, MEMBERS, opened, registered } from '../support/samples.ts';
import { world } from '../support/world.ts';

const SESSION = hash('session');

function member() {
  const it = world();
  for (const at of [0, 1, 2]) it.see(registered(at), booted(at), attested(at));
  it.see(created, opened());
  const step = async () => {
    startCeremonies(it.context);
    await settled();
  };
  const names = () => it.calls.map(({ name }) => name);
  return { ...it, step, names };
}

describe('key generation', () => {
  it('begins by itself when the chain names this enclave, once per attempt', async () => {
    const { step, names, calls, context } = member();
    await step();
    await step();
    expect(names()).to.deep.equal(['generateKey']);
    const { committee } = calls[0]!.params as { committee: { attempt: number; members: { id: string }[] } };
    expect(committee.attempt).to.equal(1);
    expect(committee.members.map(({ id }) => id)).to.deep.equal([...MEMBERS]);
    context.book.end(SESSION, { result: 'done' });
  });

  it('does not begin again in an attempt that failed', async () => {
    const { step, names, context } = member();
    await step();
    context.book.end(SESSION, { result: 'fault', code: 'silent', blamed: [2] });
    await settled();
    await step();
    expect(names()).to.deep.equal(['generateKey']);
  });

  it('begins again with the next attempt, and ends the one before', async () => {
    const { step, names, see, enclave } = member();
    await step();
    see(opened(2));
    enclave.answer = () => ({ ok: { session: hash('second') } as never });
    await step();
    expect(names()).to.include('abort');
    expect(names().filter((name) => name === 'generateKey')).to.have.lengthOf(2);
  });

  it('is tried again when it could not begin', async () => {
    const { step, names, enclave, clock } = member();
    enclave.answer = () => ({ refusal: { code: 'KEY_ATTEMPT', detail: 'not yet' } as never });
    await step();
    await step();
    expect(names()).to.have.lengthOf(1);
    await clock.advance(1_000);
    await step();
    expect(names()).to.have.lengthOf(2);
  });

  const idle: [string, (it: ReturnType<typeof member>) => unknown][] = [
    [
      'for an enclave that is not named',
      ({ context }) => Object.assign(context, { self: { ...context.self, id: hash('stranger') } }),
    ],
    ['before the boot record is final', ({ context }) => Object.assign(context, { isServing: false })],
    ['while a member cannot be reached', ({ context }) => Object.assign(context.peers, { isConnected: () => false })],
    ['after the deadline', ({ context }) => Object.assign(context, { head: { ...context.head, timestamp: 5_000 } })],
    ['when the key is confirmed', ({ see }) => see(confirmed)],
    [
      'when this member has confirmed',
      ({ see }) => see({ event: 'KeyConfirmedBy', keyId: KEY, attempt: 1, member: MEMBERS[0] }),
    ],
  ];
  for (const [when, arrange] of idle)
    it(`does not begin ${when}`, async () => {
      const it = member();
      arrange(it);
      await it.step();
      expect(it.names()).to.deep.equal([]);
    });
});
