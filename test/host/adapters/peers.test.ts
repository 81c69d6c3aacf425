import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect } from 'node:tls';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type Certificate, generateCertificate, tlsKeyOf } from '../../../signer/host/adapters/certificate.ts';
import { MOST_KNOCKING } from '../../../signer/host/adapters/knocking.ts';
import { systemClock } from '../../../signer/host/adapters/systemClock.ts';
import { createWebSocketPeers, type WebSocketPeers } from '../../../signer/host/adapters/websocketPeers.ts';
import { createMetrics, type Metrics } from '../../../signer/host/metrics.ts';
import { FRAME_CAP, type Peer, PROTOCOL } from '../../../signer/host/ports/peers.ts';
import { word } from '../support/fakeChain.ts';

const [ALICE, BOB] = [word(0xa), word(0xb)];
const LISTEN = { host: '127.0.0.1', port: 0 };

type Side = {
  readonly peers: WebSocketPeers;
  readonly metrics: Metrics;
  readonly certificate: Certificate;
  readonly received: [from: string, frame: string][];
  readonly connections: string[];
  /** Resolves when the condition holds after some event of this side. */
  until(condition: () => boolean): Promise<void>;
};

async function side(certificate: Certificate): Promise<Side> {
  const metrics = createMetrics();
  const peers = createWebSocketPeers(LISTEN, certificate, { clock: systemClock, log: () => {}, metrics });
  const received: Side['received'] = [];
  const connections: string[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const check of waiting) check();
  };
  const add = metrics.add;
  metrics.add = (...values) => {
    add(...values);
    look();
  };
  await peers.start({
    received: (from, frame) => {
      received.push([from, frame]);
      look();
    },
    connected: (peer) => {
      connections.push(peer);
      look();
    },
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { peers, metrics, certificate, received, connections, until };
}

function peer(id: Peer['id'], { peers, certificate }: Side): Peer {
  return { id, endpoint: `wss://127.0.0.1:${peers.port()}`, tlsKey: tlsKeyOf(certificate.cert) };
}

describe('peers over TLS', () => {
  let certificates: Certificate[];
  let alice: Side;
  let bob: Side;
  before(async () => {
    certificates = await Promise.all([1, 2, 3].map(() => generateCertificate(new Date(0))));
  });
  beforeEach(async () => {
    alice = await side(certificates[0]!);
    bob = await side(certificates[1]!);
  });
  afterEach(async () => {
    await alice.peers.stop();
    await bob.peers.stop();
  });
  const introduce = async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    alice.peers.admit(ALICE, [peer(BOB, bob)]);
    await Promise.all([alice.until(() => alice.connections.length > 0), bob.until(() => bob.connections.length > 0)]);
  };
  const refusals = (at: Side, reason: string) => at.metrics.read('quorate_peer_refused_total', { reason });
  const dialAs = (
    certificate: Certificate | null,
    path = `/${ALICE}/${BOB}`,
    protocol: string | undefined = PROTOCOL,
  ) =>
    new WebSocket(`wss://127.0.0.1:${bob.peers.port()}${path}`, protocol, {
      ...certificate,
      rejectUnauthorized: false,
    });

  it('carry frames both ways between those who are registered', async () => {
    await introduce();
    alice.peers.send(BOB, 'to bob');
    bob.peers.send(ALICE, 'to alice');
    await Promise.all([bob.until(() => bob.received.length > 0), alice.until(() => alice.received.length > 0)]);
    expect(bob.received).to.deep.equal([[ALICE, 'to bob']]);
    expect(alice.received).to.deep.equal([[BOB, 'to alice']]);
    expect(alice.peers.isConnected(BOB)).to.equal(true);
    const bytes = (of: Side, direction: string) => of.metrics.read('quorate_peer_bytes_total', { direction });
    expect([bytes(alice, 'sent'), bytes(bob, 'received')]).to.deep.equal([6, 6]);
    expect([bytes(bob, 'sent'), bytes(alice, 'received')]).to.deep.equal([8, 8]);
  });

  it('refuse a client whose key is not the registered one', async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    const [error] = await once(dialAs(certificates[2]!), 'error');
    expect(error).to.be.instanceOf(Error);
    expect(refusals(bob, 'unknown-peer')).to.equal(1);
  });

  it('refuse an enclave that nobody has admitted, and one that is spoken to by mistake', async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    await once(dialAs(certificates[0]!, `/${word(0xc)}/${BOB}`), 'error');
    await once(dialAs(certificates[0]!, `/${ALICE}/${word(0xc)}`), 'error');
    expect(refusals(bob, 'unknown-peer')).to.equal(2);
  });

  it('refuse a client without a certificate, another path, another version', async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    await once(dialAs(null), 'error');
    await once(dialAs(certificates[0]!, '/'), 'error');
    await once(dialAs(certificates[0]!, undefined, 'quorate.host.0'), 'error');
    expect(['no-certificate', 'malformed', 'version'].map((reason) => refusals(bob, reason))).to.deep.equal([1, 1, 1]);
  });

  it('speak nothing older than TLS 1.3', async () => {
    const socket = connect({
      port: bob.peers.port(),
      host: '127.0.0.1',
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    });
    const [error] = await once(socket, 'error');
    expect(String(error)).to.match(/protocol version|alert/i);
  });

  it('come through a crowd that knocks from one address, and are not counted among it', async () => {
    const { port } = new URL(peer(BOB, bob).endpoint);
    const crowd = Array.from({ length: 300 }, () => connectTcp(Number(port), '127.0.0.1').on('error', () => {}));
    await bob.until(() => refusals(bob, 'crowd') >= 300 - MOST_KNOCKING);
    expect(crowd.filter(({ destroyed }) => !destroyed).length).to.be.at.least(MOST_KNOCKING);
    for (const socket of crowd.slice(0, 8)) socket.destroy();
    await introduce();
    expect(refusals(bob, 'crowd')).to.be.at.least(300 - MOST_KNOCKING);
    for (const socket of crowd) socket.destroy();
  });

  it('do not talk to a server whose key is not the registered one', async () => {
    alice.peers.admit(ALICE, [{ ...peer(BOB, bob), tlsKey: tlsKeyOf(certificates[2]!.cert) }]);
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    await alice.until(() => refusals(alice, 'wrong-key') > 0);
    alice.peers.send(BOB, 'secret');
    expect(alice.connections).to.deep.equal([]);
    expect(bob.received).to.deep.equal([]);
  });

  it('drop binary frames, and cut off whoever sends more than a frame may hold', async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    const socket = dialAs(certificates[0]!);
    await once(socket, 'open');
    socket.send(Buffer.from([1, 2, 3]));
    await bob.until(() => refusals(bob, 'malformed') === 1);
    socket.send('x'.repeat(FRAME_CAP + 1));
    await once(socket, 'close');
    expect(refusals(bob, 'oversized')).to.equal(1);
    expect(bob.received).to.deep.equal([]);
  });

  it('stop listening to a peer that sends without measure, for a while', async () => {
    bob.peers.admit(BOB, [peer(ALICE, alice)]);
    const socket = dialAs(certificates[0]!);
    await once(socket, 'open');
    for (let count = 0; count < 6_000; count += 1) socket.send('x');
    await bob.until(() => refusals(bob, 'quota') > 0);
    expect(bob.received.length).to.be.within(4_000, 5_999);
    socket.terminate();
  });

  it('connect again when a peer comes back', async () => {
    await introduce();
    const port = bob.peers.port();
    await bob.peers.stop();
    bob = await side(certificates[1]!);
    await bob.peers.stop();
    const again = createWebSocketPeers({ host: '127.0.0.1', port }, certificates[1]!, {
      ...{ clock: systemClock, log: () => {}, metrics: createMetrics() },
    });
    await again.start({ received: () => {}, connected: () => {} });
    again.admit(BOB, [peer(ALICE, alice)]);
    await alice.until(() => alice.connections.length > 1);
    await again.stop();
  });

  it('forget a peer that the registry no longer names', async () => {
    await introduce();
    bob.peers.admit(BOB, []);
    expect(bob.peers.isConnected(ALICE)).to.equal(false);
    await alice.until(() => true);
    await once(dialAs(certificates[0]!), 'error');
    expect(refusals(bob, 'unknown-peer')).to.be.above(0);
  });
});
