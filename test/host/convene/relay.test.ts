import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { settled } from '../support/clock.ts';
import { hash, word } from '../support/fakeChain.ts';
import { MEMBERS } from '../support/samples.ts';
import { world } from '../support/world.ts';

const SESSION = hash('session');
const [, BOB] = MEMBERS;
const envelope = (session: Hex = SESSION, rest = '00'): Hex => `0x01${session.slice(2)}${rest}`;

function host() {
  const it = world();
  const open = () => void it.context.book.open(SESSION, { kind: 'signing', subject: word(1), leader: BOB });
  const delivered = () =>
    it.calls.filter(({ name }) => name === 'deliver').map(({ params }) => (params as { envelope: Hex }).envelope);
  const says = (code: string) => {
    it.enclave.answer = () => ({ refusal: { code, detail: '' } as never });
  };
  return { ...it, relay: it.context.relay, open, delivered, says };
}

describe('relaying rounds', () => {
  it('carries envelopes out to the host of the member they are for', () => {
    const { relay, sent } = host();
    relay.send({ event: 'envelope', session: SESSION, to: BOB, envelope: envelope() });
    expect(sent).to.deep.equal([[BOB, { type: 'envelope', envelope: envelope() }]]);
  });

  it('carries envelopes in, to a session that the enclave is in', async () => {
    const { relay, open, delivered } = host();
    open();
    relay.receive(BOB, envelope());
    await settled();
    expect(delivered()).to.deep.equal([envelope()]);
  });

  it('keeps what comes early, in order, until the session begins', async () => {
    const { relay, open, delivered } = host();
    for (const rest of ['01', '02']) relay.receive(BOB, envelope(SESSION, rest));
    relay.receive(BOB, envelope(hash('another')));
    await settled();
    expect(delivered()).to.deep.equal([]);
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered()).to.deep.equal([envelope(SESSION, '01'), envelope(SESSION, '02')]);
  });

  it('keeps what the enclave does not know yet, and drops what it has seen', async () => {
    const { relay, open, delivered, says } = host();
    open();
    says('SESSION_UNKNOWN');
    relay.receive(BOB, envelope(SESSION, '01'));
    await settled();
    says('ENVELOPE_DUPLICATE');
    relay.begin(SESSION);
    await settled();
    relay.begin(SESSION);
    await settled();
    expect(delivered()).to.have.lengthOf(2);
  });

  it('forgets what waited too long', async () => {
    const { relay, open, delivered, clock } = host();
    relay.receive(BOB, envelope(SESSION, '01'));
    await clock.advance(1_000_000);
    relay.receive(BOB, envelope(SESSION, '02'));
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered()).to.deep.equal([envelope(SESSION, '02')]);
  });

  it('keeps only so much of each sender, the newest', async () => {
    const { relay, open, delivered, metrics } = host();
    for (let count = 0; count < 300; count += 1)
      relay.receive(BOB, envelope(SESSION, count.toString(16).padStart(4, '0')));
    relay.receive(MEMBERS[2], envelope(SESSION, 'ffff'));
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered()).to.have.lengthOf(257);
    expect(metrics.read('quorate_mail_dropped_total', { reason: 'early' })).to.equal(44);
  });

  it('counts what is too short to be an envelope', () => {
    const { relay, metrics } = host();
    relay.receive(BOB, '0x01');
    expect(metrics.read('quorate_peer_refused_total', { reason: 'malformed' })).to.equal(1);
  });
});
