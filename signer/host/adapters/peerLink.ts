/** The dialling side of one peer: connects, checks the server's key, and connects again when the link breaks. */

import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { Hex } from '../../enclave/api.ts';
import { describe } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports/clock.ts';
import { FRAME_CAP, type Peer, PROTOCOL } from '../ports/peers.ts';
import { type Certificate, tlsKeyOf } from './certificate.ts';

export type LinkHooks = { opened(): void; refused(reason: string): void };
export type PeerLink = {
  readonly peer: Peer;
  /** Drops the frame when the link is down or its buffer full: it will be sent again. */
  send(frame: string): void;
  isOpen(): boolean;
  close(): void;
};

const BUFFER = 16 * 1024 * 1024;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
/** A link that does not answer a ping for so long is dead. */
const HEARTBEAT = 10_000;

export function dial(
  self: Hex,
  peer: Peer,
  certificate: Certificate,
  clock: Clock,
  log: Log,
  hooks: LinkHooks,
): PeerLink {
  let socket: WebSocket | null = null;
  let pause = FIRST_PAUSE;
  let cancel = () => {};
  let isClosed = false;

  const connect = () => {
    const next = open(self, peer, certificate, log, hooks);
    if (next === null) return;
    socket = next;
    next.on('open', () => {
      pause = FIRST_PAUSE;
      keepAlive(next, clock);
      hooks.opened();
    });
    next.on('error', (error) => log('debug', 'a link failed', { peer: peer.id, reason: describe(error) }));
    next.on('close', () => {
      if (isClosed) return;
      cancel = clock.after(pause, connect);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    });
  };
  connect();
  return {
    peer,
    send: (frame) => {
      if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < BUFFER) socket.send(frame);
    },
    isOpen: () => socket?.readyState === WebSocket.OPEN,
    close: () => {
      isClosed = true;
      cancel();
      socket?.terminate();
    },
  };
}

/** Null for an endpoint that is no wss address: nobody can be reached there. */
function open(
  self: Hex,
  { id, endpoint, tlsKey }: Peer,
  certificate: Certificate,
  log: Log,
  hooks: LinkHooks,
): WebSocket | null {
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
