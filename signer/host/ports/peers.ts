/**
 * Frames to and from the hosts of other enclaves: WebSocket over mutually authenticated TLS 1.3, both keys pinned to the
 * registry's. Best effort: a frame may be lost, repeated or reordered; `mail/` makes delivery reliable on top.
 */

import type { Hex } from '../../formats/hex.ts';

/** What two hosts must both speak; offered as the WebSocket subprotocol. */
export const PROTOCOL = 'quorate.host.1';

/** Largest frame between hosts, in bytes. */
export const FRAME_CAP = 4 * 1024 * 1024;

/** As registered. Several enclaves may name one TLS key: whoever holds that key speaks for each of them. */
export type Peer = { readonly id: Hex; readonly endpoint: string; readonly tlsKey: Hex };

export type PeerHandlers = {
  /** A frame by somebody who proved to hold the TLS key registered for `from`. Not parsed yet, at most FRAME_CAP bytes. */
  received(from: Hex, frame: string): void;
  /** The link to this peer is up (again): a good moment to send again what was not acknowledged. */
  connected(peer: Hex): void;
};

export type Peers = {
  start(handlers: PeerHandlers): Promise<void>;
  /** Who this host is and whom it may talk to; everybody else is refused. */
  admit(self: Hex, peers: readonly Peer[]): void;
  send(to: Hex, frame: string): void;
  isConnected(peer: Hex): boolean;
  stop(): Promise<void>;
};
