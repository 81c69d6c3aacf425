/** The peers port: one server, and one link to each admitted peer. Every host dials to send, and listens to receive. */

import type { RawData, WebSocket } from 'ws';
import type { Hex } from '../../enclave/api.ts';
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

export function createWebSocketPeers(
  at: Listen,
  certificate: Certificate,
  { clock, log, metrics }: Surroundings,
): WebSocketPeers {
  const admitted = new Map<Hex, Peer>();
  const links = new Map<Hex, PeerLink>();
  const incoming = new Map<Hex, WebSocket>();
  const quotas = new Map<Hex, Quota>();
  let self: Hex | null = null;
  let server: PeerServer | null = null;
  let handlers: PeerHandlers | null = null;
  const refused = (reason: string) => metrics.add('quorate_peer_refused_total', { reason });

  const receive = (from: Hex, data: RawData, isBinary: boolean) => {
    const quota = quotas.get(from) ?? createQuota();
    quotas.set(from, quota);
    if (isBinary || !Buffer.isBuffer(data)) return refused('malformed');
    if (!quota(data.length, clock.now())) return refused('quota');
    if (admitted.has(from)) handlers?.received(from, data.toString('utf8'));
  };
  const connected = (from: Hex, socket: WebSocket) => {
    incoming.get(from)?.terminate();
    incoming.set(from, socket);
    socket.on('message', (data, isBinary) => receive(from, data, isBinary));
    socket.on('error', (error: Error & { code?: string }) => {
      const isTooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      refused(isTooLarge ? 'oversized' : 'broken');
    });
    socket.on('close', () => incoming.get(from) === socket && incoming.delete(from));
  };
  const connect = (peer: Peer, own: Hex) => {
    links.get(peer.id)?.close();
    const opened = () => handlers?.connected(peer.id);
    links.set(peer.id, dial(own, peer, certificate, clock, log, { opened, refused }));
  };
  const dismiss = (id: Hex) => {
    admitted.delete(id);
    links.get(id)?.close();
    links.delete(id);
    incoming.get(id)?.terminate();
  };
  return {
    port: () => server?.port ?? at.port,
    start: async (given) => {
      handlers = given;
      const isAdmitted = (from: Hex, to: Hex, tlsKey: Hex) => to === self && admitted.get(from)?.tlsKey === tlsKey;
      server = await listen(at, certificate, { isAdmitted, connected, refused }, log);
    },
    admit: (own, peers) => {
      self = own;
      const wanted = new Set(peers.map(({ id }) => id));
      for (const id of [...admitted.keys()]) if (!wanted.has(id)) dismiss(id);
      for (const peer of peers) {
        if (isSame(admitted.get(peer.id), peer)) continue;
        dismiss(peer.id);
        admitted.set(peer.id, peer);
        connect(peer, own);
      }
    },
    send: (to, frame) => links.get(to)?.send(frame),
    isConnected: (peer) => links.get(peer)?.isOpen() ?? false,
    stop: async () => {
      handlers = null;
      for (const id of [...admitted.keys()]) dismiss(id);
      await server?.close();
      server = null;
    },
  };
}

function isSame(known: Peer | undefined, peer: Peer): boolean {
  return known !== undefined && known.endpoint === peer.endpoint && known.tlsKey === peer.tlsKey;
}
