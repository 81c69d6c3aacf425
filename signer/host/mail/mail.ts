/** Reliable delivery between hosts: every message arrives at least once while both live, and is handed over once. */

import type { Hex } from '../../formats/hex.ts';
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
  /** For the links to other hosts: what arrives is handed to `read`, once each. */
  handlers(read: Read): PeerHandlers;
};

/** What this peer is yet to be told that it arrived. */
type Unsent = { readonly life: Hex; readonly received: number[]; readonly cancel: () => void };

type MailTimes = Pick<Limits, 'resendAfter' | 'lifetime'>;
export type Read = (from: Hex, message: Message) => void;

const LIMITS: Omit<Limits, 'resendAfter' | 'lifetime'> = { letters: 1_024, bytes: 32 * 1024 * 1024 };

/** Letters wait so long, in milliseconds, for others that are acknowledged by the same receipt; so many at most. */
const RECEIPT_DELAY = 50;
const RECEIPT_LETTERS = 64;

export function createMail(ports: MailPorts, times: MailTimes): Mail {
  return new PostOffice(ports, times);
}

class PostOffice implements Mail {
  readonly #ports: MailPorts;
  readonly #limits: Limits;
  readonly #outboxes = new Map<Hex, Outbox>();
  readonly #inboxes = new Map<Hex, Inbox>();
  readonly #receipts = new Map<Hex, Unsent>();
  #sender: Sender | null = null;

  constructor(ports: MailPorts, times: MailTimes) {
    this.#ports = ports;
    this.#limits = { ...LIMITS, ...times };
  }

  handlers(read: Read): PeerHandlers {
    return {
      received: (from, frame) => this.#receive(from, frame, read),
      connected: (peer) => this.#resendTo(peer, true),
    };
  }

  sign(sender: Sender): void {
    if (this.#sender !== null && this.#sender.life !== sender.life) this.#outboxes.clear(); // its sessions died with it
    this.#sender = sender;
  }

  send(to: Hex, message: Message): void {
    const { clock, metrics, peers } = this.#ports;
    if (this.#sender === null) return;
    const { id, life } = this.#sender;
    const { frame, dropped } = this.#outbox(to).write(id, to, life, message, clock.now());
    if (dropped > 0) metrics.add('quorate_mail_dropped_total', { reason: 'full' }, dropped);
    peers.send(to, frame);
  }

  resend(): void {
    for (const to of this.#outboxes.keys()) this.#resendTo(to, false);
  }

  #resendTo(to: Hex, isOpened: boolean): void {
    const { clock, metrics, peers } = this.#ports;
    const frames = this.#outbox(to).due(clock.now(), isOpened);
    if (frames.length > 0) metrics.add('quorate_mail_resent_total', {}, frames.length);
    for (const frame of frames) peers.send(to, frame);
  }

  #receive(from: Hex, text: string, read: Read): void {
    const frame = decoded(text);
    const self = this.#sender;
    if (frame instanceof Malformed) this.#refuse(from, 'malformed', frame.message);
    else if (self === null || frame.to !== self.id || frame.from !== from) this.#refuse(from, 'misdirected', frame.to);
    else if (!('received' in frame)) this.#accept(from, frame, read);
    else if (frame.life === self.life) this.#outbox(from).acknowledge(frame.received);
  }

  #accept(from: Hex, { life, number, message }: Letter, read: Read): void {
    this.#acknowledge(from, life, number);
    if (remembered(this.#inboxes, from, () => new Inbox()).isNew(life, number)) read(from, message);
  }

  #acknowledge(from: Hex, life: Hex, number: number): void {
    if (this.#receipts.get(from)?.life !== life) this.#sendReceipt(from);
    const later = () => this.#ports.clock.after(RECEIPT_DELAY, () => this.#sendReceipt(from));
    const unsent = remembered(this.#receipts, from, () => ({ life, received: [], cancel: later() }));
    unsent.received.push(number);
    if (unsent.received.length >= RECEIPT_LETTERS) this.#sendReceipt(from);
  }

  #sendReceipt(to: Hex): void {
    const unsent = this.#receipts.get(to);
    if (unsent === undefined || this.#sender === null) return;
    unsent.cancel();
    this.#receipts.delete(to);
    const { life, received } = unsent;
    const receipt: Receipt = { from: this.#sender.id, to, life, received };
    this.#ports.peers.send(to, JSON.stringify(receipt));
  }

  #refuse(from: Hex, reason: string, detail: string): void {
    this.#ports.metrics.add('quorate_peer_refused_total', { reason });
    this.#ports.log('debug', 'dropped a frame', { from, reason, detail });
  }

  #outbox(to: Hex): Outbox {
    return remembered(this.#outboxes, to, () => new Outbox(this.#limits));
  }
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
