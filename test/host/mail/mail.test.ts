import { expect } from 'chai';
import type { Hex } from '../../../signer/formats/hex.ts';
import { createMail, type Mail } from '../../../signer/host/mail/mail.ts';
import type { Message } from '../../../signer/host/mail/messages.ts';
import { createMetrics } from '../../../signer/host/metrics.ts';
import type { PeerHandlers, Peers } from '../../../signer/host/ports/peers.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { word } from '../support/fakeChain.ts';

const [ALICE, BOB] = [word(0xa), word(0xb)];
const LIFE = { alice: `0x${'aa'.repeat(16)}`, bob: `0x${'bb'.repeat(16)}`, again: `0x${'cc'.repeat(16)}` } as const;
const hello = (run: number): Message => ({ type: 'invite', kind: 'signing', key: word(1), run, count: 1, slot: 0 });

type Wire = { frames: [from: Hex, to: Hex, frame: string][] };
type Side = {
  readonly mail: Mail;
  readonly handlers: PeerHandlers;
  readonly read: Message[];
  readonly metrics: ReturnType<typeof createMetrics>;
};

function side(self: Hex, life: Hex, wire: Wire, clock: ManualClock): Side {
  const read: Message[] = [];
  const metrics = createMetrics();
  const send: Peers['send'] = (to, frame) => void wire.frames.push([self, to, frame]);
  const peers = { send } as Peers;
  const mail = createMail({ clock, peers, log: () => {}, metrics }, { resendAfter: 100, lifetime: 10_000 });
  const handlers = mail.handlers((_, message) => void read.push(message));
  mail.sign({ id: self, life });
  return { mail, handlers, read, metrics };
}

function world() {
  const clock = manualClock();
  const wire: Wire = { frames: [] };
  const sides = new Map([
    [ALICE, side(ALICE, LIFE.alice, wire, clock)],
    [BOB, side(BOB, LIFE.bob, wire, clock)],
  ]);
  /** Delivers what is on the wire, until it is quiet; `lost` decides which frames never arrive. */
  const deliver = (lost: (frame: string) => boolean = () => false) => {
    while (wire.frames.length > 0) {
      const [from, to, frame] = wire.frames.shift()!;
      if (!lost(frame)) sides.get(to)!.handlers.received(from, frame);
    }
  };
  return { clock, wire, deliver, alice: sides.get(ALICE)!, bob: sides.get(BOB)! };
}

describe('mail', () => {
  it('arrives once, and is acknowledged', async () => {
    const { alice, bob, deliver, clock, wire } = world();
    alice.mail.send(BOB, hello(1));
    deliver();
    await clock.advance(50);
    deliver();
    await clock.advance(1_000);
    alice.mail.resend();
    expect(bob.read).to.deep.equal([hello(1)]);
    expect(wire.frames).to.deep.equal([]);
  });

  it('is acknowledged together with what comes within a moment, in one frame', async () => {
    const { alice, wire, deliver, clock } = world();
    for (const run of [1, 2, 3]) alice.mail.send(BOB, hello(run));
    deliver();
    await clock.advance(50);
    expect(wire.frames.map(([, , frame]) => JSON.parse(frame).received)).to.deep.equal([[1, 2, 3]]);
    deliver();
    await clock.advance(1_000);
    alice.mail.resend();
    expect(wire.frames).to.deep.equal([]);
  });

  it('is acknowledged at once when there is much of it', () => {
    const { alice, bob, wire, deliver } = world();
    for (let run = 0; run < 64; run += 1) alice.mail.send(BOB, hello(run));
    deliver((frame) => 'received' in JSON.parse(frame));
    expect(bob.read).to.have.lengthOf(64);
    for (let run = 0; run < 64; run += 1) alice.mail.send(BOB, hello(run));
    const letters = wire.frames.splice(0);
    for (const [from, , frame] of letters) bob.handlers.received(from, frame);
    expect(wire.frames.map(([, , frame]) => JSON.parse(frame).received.length)).to.deep.equal([64]);
  });

  it('is acknowledged to the life that wrote it', async () => {
    const { alice, wire, deliver, clock } = world();
    alice.mail.send(BOB, hello(1));
    deliver();
    alice.mail.sign({ id: ALICE, life: LIFE.again });
    alice.mail.send(BOB, hello(2));
    deliver(() => false);
    await clock.advance(50);
    deliver();
    await clock.advance(1_000);
    alice.mail.resend();
    expect(wire.frames).to.deep.equal([]);
  });

  it('is sent again until it arrives, after its time', async () => {
    const { alice, bob, deliver, clock } = world();
    alice.mail.send(BOB, hello(1));
    deliver(() => true);
    alice.mail.resend();
    deliver();
    expect(bob.read).to.deep.equal([]);
    await clock.advance(100);
    alice.mail.resend();
    deliver();
    expect(bob.read).to.deep.equal([hello(1)]);
    expect(alice.metrics.read('quorate_mail_resent_total')).to.equal(1);
  });

  it('is read once although its receipt was lost', async () => {
    const { alice, bob, deliver, clock } = world();
    alice.mail.send(BOB, hello(1));
    deliver((frame) => 'received' in JSON.parse(frame));
    await clock.advance(100);
    alice.mail.resend();
    deliver();
    expect(bob.read).to.deep.equal([hello(1)]);
  });

  it('is sent again at once when the link comes up', () => {
    const { alice, bob, deliver } = world();
    alice.mail.send(BOB, hello(1));
    alice.mail.send(BOB, hello(2));
    deliver(() => true);
    alice.handlers.connected(BOB);
    deliver();
    expect(bob.read).to.deep.equal([hello(1), hello(2)]);
  });

  it('is not sent whole again each time that a link flaps: what is new at once, the rest after its time [PH-17]', async () => {
    const { alice, wire, clock } = world();
    const sent = () => wire.frames.splice(0).map(([, , frame]) => JSON.parse(frame).message.run);
    for (const run of [1, 2]) alice.mail.send(BOB, hello(run));
    expect(sent()).to.deep.equal([1, 2]);
    for (let opened = 0; opened < 10; opened++) alice.handlers.connected(BOB);
    expect(sent()).to.deep.equal([1, 2]);
    alice.mail.send(BOB, hello(3));
    for (let opened = 0; opened < 10; opened++) alice.handlers.connected(BOB);
    expect(sent(), 'written, and written again').to.deep.equal([3, 3]);
    await clock.advance(100);
    for (let opened = 0; opened < 10; opened++) alice.handlers.connected(BOB);
    expect(sent()).to.deep.equal([1, 2, 3]);
  });

  it('may come in any order', () => {
    const { alice, bob, wire, deliver } = world();
    for (const run of [1, 2, 3]) alice.mail.send(BOB, hello(run));
    wire.frames.reverse();
    deliver();
    expect(bob.read).to.deep.equal([hello(3), hello(2), hello(1)]);
  });

  it('starts over with a new life of the sender, whose old letters are gone', async () => {
    const { alice, bob, deliver, clock } = world();
    alice.mail.send(BOB, hello(1));
    deliver(() => true);
    alice.mail.sign({ id: ALICE, life: LIFE.again });
    await clock.advance(100);
    alice.mail.resend();
    deliver();
    expect(bob.read).to.deep.equal([]);
    alice.mail.send(BOB, hello(2));
    deliver();
    expect(bob.read).to.deep.equal([hello(2)]);
  });

  it('is given up when it is too old', async () => {
    const { alice, wire, deliver, clock } = world();
    alice.mail.send(BOB, hello(1));
    deliver(() => true);
    await clock.advance(10_000);
    alice.handlers.connected(BOB);
    expect(wire.frames).to.deep.equal([]);
  });

  it('makes room for new letters when a peer never acknowledges', () => {
    const { alice } = world();
    for (let run = 0; run < 1_100; run += 1) alice.mail.send(BOB, hello(run));
    expect(alice.metrics.read('quorate_mail_dropped_total', { reason: 'full' })).to.equal(76);
  });

  it('is not taken from one who writes in another name, nor for somebody else', () => {
    const { alice, bob, wire } = world();
    alice.mail.send(BOB, hello(1));
    const [[, , frame]] = wire.frames as [[Hex, Hex, string]];
    bob.handlers.received(word(0xc), frame);
    alice.handlers.received(ALICE, frame);
    expect(bob.read).to.deep.equal([]);
    expect(bob.metrics.read('quorate_peer_refused_total', { reason: 'misdirected' })).to.equal(1);
    expect(alice.metrics.read('quorate_peer_refused_total', { reason: 'misdirected' })).to.equal(1);
  });

  for (const garbage of ['', '{', '[]', 'null', '{"from":1}', '{"received":[]}', `{"a":"${'x'.repeat(1_000)}"}`])
    it(`drops ${JSON.stringify(garbage).slice(0, 20)}, and counts it`, () => {
      const { bob } = world();
      bob.handlers.received(ALICE, garbage);
      expect(bob.metrics.read('quorate_peer_refused_total', { reason: 'malformed' })).to.equal(1);
    });
});
