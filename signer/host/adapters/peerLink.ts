/** The dialling side of one peer: connects, checks the server's key, and connects again when the link breaks. */

import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { Hex } from '../../formats/hex.ts';
import { describe } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import { FRAME_CAP, type Peer, PROTOCOL } from '../ports/peers.ts';
import { type Certificate, tlsKeyOf } from './certificate.ts';

export type LinkHooks = { opened(): void; refused(reason: string): void };
export type PeerLink = {
  readonly peer: Peer;
  /** Drops the frame when the link is down or its buffer full: it will be sent again. True if it was not dropped. */
  send(frame: string): boolean;
  isOpen(): boolean;
  /** The peer is known to be there: if a next try is waited for, it is made now. */
  hurry(): void;
  close(): void;
};

const BUFFER = 16 * 1024 * 1024;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
/** A link that does not answer a ping for so long is dead. */
const HEARTBEAT = 10_000;

export type Dialling = {
  readonly self: Hex;
  readonly certificate: Certificate;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks: LinkHooks;
};

export function dial(peer: Peer, dialling: Dialling): PeerLink {
  const link = new Link(peer, dialling);
  link.connect();
  return link;
}

class Link implements PeerLink {
  readonly peer: Peer;
  readonly #dialling: Dialling;
  #socket: WebSocket | null = null;
  #pause = FIRST_PAUSE;
  /** Cancels the next try, while one is waited for. */
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(peer: Peer, dialling: Dialling) {
    this.peer = peer;
    this.#dialling = dialling;
  }

  send(frame: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount >= BUFFER) return false;
    this.#socket.send(frame);
    return true;
  }

  isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  hurry(): void {
    if (this.#cancel === null) return;
    this.#cancel();
    this.#pause = FIRST_PAUSE;
    this.connect();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#socket?.terminate();
  }

  connect(): void {
    const { clock, log, hooks } = this.#dialling;
    this.#cancel = null;
    const socket = open(this.peer, this.#dialling);
    if (socket === null) return;
    this.#socket = socket;
    socket.on('open', () => {
      this.#pause = FIRST_PAUSE;
      keepAlive(socket, clock);
      hooks.opened();
    });
    socket.on('error', (error) => log('debug', 'a link failed', { peer: this.peer.id, reason: describe(error) }));
    socket.on('close', () => this.#connectLater());
  }

  #connectLater(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#dialling.clock.after(this.#pause, () => this.connect());
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }
}

/** Null for an endpoint that is no wss address: nobody can be reached there. */
function open({ id, endpoint, tlsKey }: Peer, { self, certificate, log, hooks }: Dialling): WebSocket | null {
  if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== 'wss:') {
    log('warn', 'a peer has registered an endpoint that cannot be dialled', { peer: id, endpoint });
    return null;
  }
  const { host } = new URL(endpoint);
  const tls = { ...certificate, minVersion: 'TLSv1.3', rejectUnauthorized: false } as const;
  const limits = {
    maxPayload: FRAME_CAP,
    perMessageDeflate: false,
    handshakeTimeout: HEARTBEAT,
    followRedirects: false,
  };
  const socket = new WebSocket(`wss://${host}/${self}/${id}`, PROTOCOL, { ...tls, ...limits });
  socket.once('upgrade', ({ socket: stream }) => {
    const found = (stream as TLSSocket).getPeerX509Certificate();
    if (found !== undefined && tlsKeyOf(found) === tlsKey) return;
    hooks.refused('wrong-key');
    log('warn', 'a peer does not hold its registered TLS key', { peer: id });
    socket.terminate();
  });
  return socket;
}

function keepAlive(socket: WebSocket, clock: Clock): void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const beat = () => {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
    cancel = clock.after(HEARTBEAT, beat);
  };
  let cancel = clock.after(HEARTBEAT, beat);
  socket.once('close', () => cancel());
}
