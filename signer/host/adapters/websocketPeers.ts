/** The peers port: one server, and one link to each admitted peer. Every host dials to send, and listens to receive. */

import type { RawData, WebSocket } from 'ws';
import type { Hex } from '../../formats/hex.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { Peer, PeerHandlers, Peers } from '../ports/peers.ts';
import type { Certificate } from './certificate.ts';
import { dial, type PeerLink } from './peerLink.ts';
import { type Listen, listen, type PeerServer } from './peerServer.ts';
import { createQuota, type Quota } from './quota.ts';

type Surroundings = { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };
/** `port` is the one listened on, once started. */
export type WebSocketPeers = Peers & { port(): number };

export function createWebSocketPeers(at: Listen, certificate: Certificate, surroundings: Surroundings): WebSocketPeers {
  return new Network(at, certificate, surroundings);
}

class Network implements WebSocketPeers {
  readonly #at: Listen;
  readonly #certificate: Certificate;
  readonly #surroundings: Surroundings;
  readonly #admitted = new Map<Hex, Peer>();
  readonly #links = new Map<Hex, PeerLink>();
  readonly #incoming = new Map<Hex, WebSocket>();
  readonly #quotas = new Map<Hex, Quota>();
  #self: Hex | null = null;
  #server: PeerServer | null = null;
  #handlers: PeerHandlers | null = null;

  constructor(at: Listen, certificate: Certificate, surroundings: Surroundings) {
    this.#at = at;
    this.#certificate = certificate;
    this.#surroundings = surroundings;
  }

  port(): number {
    return this.#server?.port ?? this.#at.port;
  }

  async start(handlers: PeerHandlers): Promise<void> {
    this.#handlers = handlers;
    const hooks = {
      isAdmitted: (from: Hex, to: Hex, tlsKey: Hex) => to === this.#self && this.#admitted.get(from)?.tlsKey === tlsKey,
      connected: (from: Hex, socket: WebSocket) => this.#listenTo(from, socket),
      refused: (reason: string) => this.#refused(reason),
    };
    this.#server = await listen(this.#at, this.#certificate, hooks, this.#surroundings.log);
  }

  admit(self: Hex, peers: readonly Peer[]): void {
    this.#self = self;
    const wanted = new Set(peers.map(({ id }) => id));
    for (const id of [...this.#admitted.keys()]) if (!wanted.has(id)) this.#dismiss(id);
    for (const peer of peers) if (!isSame(this.#admitted.get(peer.id), peer)) this.#connect(self, peer);
  }

  send(to: Hex, frame: string): void {
    if (this.#links.get(to)?.send(frame)) this.#count('sent', Buffer.byteLength(frame));
  }

  isConnected(peer: Hex): boolean {
    return this.#links.get(peer)?.isOpen() ?? false;
  }

  async stop(): Promise<void> {
    this.#handlers = null;
    for (const id of [...this.#admitted.keys()]) this.#dismiss(id);
    await this.#server?.close();
    this.#server = null;
  }

  #connect(self: Hex, peer: Peer): void {
    const { clock, log } = this.#surroundings;
    this.#dismiss(peer.id);
    this.#admitted.set(peer.id, peer);
    const hooks = {
      opened: () => this.#handlers?.connected(peer.id),
      refused: (reason: string) => this.#refused(reason),
    };
    this.#links.set(peer.id, dial(peer, { self, certificate: this.#certificate, clock, log, hooks }));
  }

  #dismiss(id: Hex): void {
    this.#admitted.delete(id);
    this.#links.get(id)?.close();
    this.#links.delete(id);
    this.#incoming.get(id)?.terminate();
  }

  #listenTo(from: Hex, socket: WebSocket): void {
    this.#incoming.get(from)?.terminate();
    this.#incoming.set(from, socket);
    this.#links.get(from)?.hurry();
    socket.on('message', (data, isBinary) => this.#receive(from, data, isBinary));
    socket.on('error', (error: Error & { code?: string }) =>
      this.#refused(error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'oversized' : 'broken'),
    );
    socket.on('close', () => this.#incoming.get(from) === socket && this.#incoming.delete(from));
  }

  #receive(from: Hex, data: RawData, isBinary: boolean): void {
    const quota = this.#quotas.get(from) ?? createQuota();
    this.#quotas.set(from, quota);
    this.#count('received', byteLength(data));
    if (isBinary || !Buffer.isBuffer(data)) this.#refused('malformed');
    else if (!quota(data.length, this.#surroundings.clock.now())) this.#refused('quota');
    else if (this.#admitted.has(from)) this.#handlers?.received(from, data.toString('utf8'));
  }

  #count(direction: 'sent' | 'received', bytes: number): void {
    this.#surroundings.metrics.add('quorate_peer_bytes_total', { direction }, bytes);
  }

  #refused(reason: string): void {
    this.#surroundings.metrics.add('quorate_peer_refused_total', { reason });
  }
}

function byteLength(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
}

function isSame(known: Peer | undefined, peer: Peer): boolean {
  return known !== undefined && known.endpoint === peer.endpoint && known.tlsKey === peer.tlsKey;
}
