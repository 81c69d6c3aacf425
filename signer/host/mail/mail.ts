/** Reliable delivery between hosts: every message arrives at least once while both live, and is handed over once. */

import type { Hex } from '../../enclave/api.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Clock } from '../ports/clock.ts';
import type { PeerHandlers, Peers } from '../ports/peers.ts';
import { decodeFrame, Malformed } from './decode.ts';
import { Inbox } from './inbox.ts';
import type { Letter, Message, Receipt } from './messages.ts';
import { type Limits, Outbox } from './outbox.ts';

export type MailPorts = { readonly clock: Clock; readonly peers: Peers; readonly log: Log; readonly metrics: Metrics };
/** `life` names this run of this host: the boot nonce of its enclave. */
export type Sender = { readonly id: Hex; readonly life: Hex };

export type Mail = {
  /** Who writes from now on; nothing is sent before. */
  sign(sender: Sender): void;
  send(to: Hex, message: Message): void;
  /** Sends again what was not acknowledged in time. */
  resend(): void;
  readonly handlers: PeerHandlers;
};

const LIMITS: Omit<Limits, 'resendAfter' | 'lifetime'> = { letters: 1_024, bytes: 32 * 1024 * 1024 };

export function createMail(
  { clock, peers, log, metrics }: MailPorts,
  times: Pick<Limits, 'resendAfter' | 'lifetime'>,
  read: (from: Hex, message: Message) => void,
): Mail {
  const outboxes = new Map<Hex, Outbox>();
  const inboxes = new Map<Hex, Inbox>();
  let sender: Sender | null = null;
  const outbox = (to: Hex) => remembered(outboxes, to, () => new Outbox({ ...LIMITS, ...times }));

  const resendTo = (to: Hex, all: boolean) => {
    const frames = outbox(to).due(clock.now(), all);
    if (frames.length > 0) metrics.add('quorate_mail_resent_total', {}, frames.length);
    for (const frame of frames) peers.send(to, frame);
  };
  const refuse = (from: Hex, reason: string, detail: string) => {
    metrics.add('quorate_peer_refused_total', { reason });
    log('debug', 'dropped a frame', { from, reason, detail });
  };
  const accept = (self: Sender, from: Hex, letter: Letter) => {
    const receipt: Receipt = { from: self.id, to: from, life: letter.life, received: [letter.number] };
    peers.send(from, JSON.stringify(receipt));
    if (remembered(inboxes, from, () => new Inbox()).isNew(letter.life, letter.number)) read(from, letter.message);
  };
  const received = (from: Hex, text: string) => {
    const frame = decoded(text);
    if (frame instanceof Malformed) return refuse(from, 'malformed', frame.message);
    if (sender === null || frame.to !== sender.id || frame.from !== from) return refuse(from, 'misdirected', frame.to);
    if (!('received' in frame)) return accept(sender, from, frame);
    if (frame.life === sender.life) outbox(from).acknowledge(frame.received);
  };
  return {
    sign: (next) => {
      if (sender !== null && sender.life !== next.life) outboxes.clear(); // its sessions died with it
      sender = next;
    },
    send: (to, message) => {
      if (sender === null) return;
      const { frame, dropped } = outbox(to).write(sender.id, to, sender.life, message, clock.now());
      if (dropped > 0) metrics.add('quorate_mail_dropped_total', { reason: 'full' }, dropped);
      peers.send(to, frame);
    },
    resend: () => {
      for (const to of outboxes.keys()) resendTo(to, false);
    },
    handlers: { received, connected: (peer) => resendTo(peer, true) },
  };
}

function decoded(text: string): Letter | Receipt | Malformed {
  try {
    return decodeFrame(text);
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
}

function remembered<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
