/** The listening side: TLS 1.3 only, the client's key must be registered for the enclave that it says it speaks for. */

import type { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Hex } from '../../formats/hex.ts';
import { describe, Fatal } from '../errors.ts';
import type { Log } from '../log.ts';
import { FRAME_CAP, PROTOCOL } from '../ports/peers.ts';
import { type Certificate, tlsKeyOf } from './certificate.ts';
import { Knocking } from './knocking.ts';

export type Listen = { readonly host: string; readonly port: number };
export type ServerHooks = {
  /** Whether the holder of this TLS key may speak for `from` to `to`. */
  isAdmitted(from: Hex, to: Hex, tlsKey: Hex): boolean;
  connected(from: Hex, socket: WebSocket): void;
  refused(reason: string): void;
};
export type PeerServer = { readonly port: number; close(): Promise<void> };

/** The path names both enclaves: /<from>/<to>. */
const PATH = /^\/(0x[0-9a-f]{64})\/(0x[0-9a-f]{64})$/;
const HANDSHAKE_TIMEOUT = 10_000;
/** Committees are smaller; the rest is for those who only knock. */
const MOST_CONNECTIONS = 256;

export async function listen(at: Listen, certificate: Certificate, hooks: ServerHooks, log: Log): Promise<PeerServer> {
  const tls = {
    minVersion: 'TLSv1.3',
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT,
  } as const;
  const server = createServer({ ...certificate, ...tls }, (_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_CAP, perMessageDeflate: false });
  server.headersTimeout = HANDSHAKE_TIMEOUT;
  server.maxConnections = MOST_CONNECTIONS;
  const knocking = new Knocking();
  server.on('connection', (socket: Socket) => {
    if (knocking.begin(socket)) return;
    hooks.refused('crowd');
    socket.destroy();
  });
  server.on('tlsClientError', () => hooks.refused('tls'));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => log('debug', 'a peer connection broke', { reason: describe(error) }));
    const from = admit(request, hooks);
    if (from === null) return void socket.destroy();
    knocking.admitted(request.socket);
    sockets.handleUpgrade(request, socket, head, (accepted) => hooks.connected(from, accepted));
  });
  await bind(server, at);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function admit(request: IncomingMessage, hooks: ServerHooks): Hex | null {
  const [, from, to] = PATH.exec(request.url ?? '') ?? [];
  const certificate: X509Certificate | undefined = (request.socket as TLSSocket).getPeerX509Certificate();
  if (certificate === undefined) return refuse(hooks, 'no-certificate');
  if (from === undefined || to === undefined) return refuse(hooks, 'malformed');
  if (request.headers['sec-websocket-protocol'] !== PROTOCOL) return refuse(hooks, 'version');
  return hooks.isAdmitted(from as Hex, to as Hex, tlsKeyOf(certificate))
    ? (from as Hex)
    : refuse(hooks, 'unknown-peer');
}

function refuse(hooks: ServerHooks, reason: string): null {
  hooks.refused(reason);
  return null;
}

function bind(server: Server, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const advice = 'Choose another peers.port, or stop what uses it (perhaps another quorate host).';
      reject(new Fatal('PORT_TAKEN', `cannot listen on ${host}:${port}: ${cause.message}`, advice, { cause }));
    });
    server.listen(port, host, () => resolve());
  });
}
