import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import type { RefusalCode } from '../../../signer/formats/refusal.ts';
import { Retryable } from '../../../signer/host/errors.ts';
import { EnclaveRefused, type Life } from '../../../signer/host/life/life.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import { relayRounds } from '../../../signer/host/path/relayRounds.ts';
import { manualClock, settled } from '../support/clock.ts';
import { hash } from '../support/fakeChain.ts';
import { MEMBERS } from '../support/samples.ts';

const SESSION = hash('session');
const [, BOB] = MEMBERS;
const envelope = (session: Hex = SESSION, rest = '00'): Hex => `0x01${session.slice(2)}${rest}`;

function host() {
  const [clock, metrics] = [manualClock(), createMetrics()];
  const sent: [to: Hex, message: Message][] = [];
  const delivered: Hex[] = [];
  const failures: Error[] = [];
  const open = new Set<Hex>();
  const life = {
    ask: async (_: string, params: { envelope: Hex }) => {
      delivered.push(params.envelope);
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return {};
    },
  } as unknown as Life;
  const mail = { send: (to: Hex, message: Message) => void sent.push([to, message]) };
  const ports = { clock, metrics, log: () => {} };
  const spawn = (_: string, work: Promise<void>) => void work;
  const relay = relayRounds(ports, life, mail, spawn, (session) => open.has(session), 1_000_000);
  const says = (code: RefusalCode) => void failures.push(new EnclaveRefused('deliver', { code, detail: '' }));
  return { relay, clock, metrics, sent, delivered, failures, says, open: () => void open.add(SESSION) };
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
    expect(delivered).to.deep.equal([envelope()]);
  });

  it('keeps what comes early, in order, until the session begins', async () => {
    const { relay, open, delivered } = host();
    for (const rest of ['01', '02']) relay.receive(BOB, envelope(SESSION, rest));
    relay.receive(BOB, envelope(hash('another')));
    await settled();
    expect(delivered).to.deep.equal([]);
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered).to.deep.equal([envelope(SESSION, '01'), envelope(SESSION, '02')]);
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
    expect(delivered).to.have.lengthOf(2);
  });

  it('drops what an enclave that is down does not take', async () => {
    const { relay, open, delivered, failures } = host();
    open();
    failures.push(new Retryable('ENCLAVE_DOWN', 'gone'));
    relay.receive(BOB, envelope());
    await settled();
    relay.begin(SESSION);
    await settled();
    expect(delivered).to.have.lengthOf(1);
  });

  it('forgets what waited too long', async () => {
    const { relay, open, delivered, clock } = host();
    relay.receive(BOB, envelope(SESSION, '01'));
    await clock.advance(1_000_000);
    relay.receive(BOB, envelope(SESSION, '02'));
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered).to.deep.equal([envelope(SESSION, '02')]);
  });

  it('keeps only so much of each sender, the newest', async () => {
    const { relay, open, delivered, metrics } = host();
    for (let count = 0; count < 300; count += 1)
      relay.receive(BOB, envelope(SESSION, count.toString(16).padStart(4, '0')));
    relay.receive(MEMBERS[2], envelope(SESSION, 'ffff'));
    open();
    relay.begin(SESSION);
    await settled();
    expect(delivered).to.have.lengthOf(257);
    expect(metrics.read('quorate_mail_dropped_total', { reason: 'early' })).to.equal(44);
  });

  it('counts what is too short to be an envelope', () => {
    const { relay, metrics } = host();
    relay.receive(BOB, '0x01');
    expect(metrics.read('quorate_peer_refused_total', { reason: 'malformed' })).to.equal(1);
  });
});
