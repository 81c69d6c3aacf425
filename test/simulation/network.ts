/** The network between hosts, as the `Peers` port: frames get lost, come twice, late and out of order. */

import type { Hex } from '../../signer/formats/hex.ts';
import type { Peer, PeerHandlers, Peers } from '../../signer/host/ports/peers.ts';
import type { Counters, Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

type Endpoint = { readonly tlsKey: Hex; handlers: PeerHandlers | null; self: Hex | null; peers: readonly Peer[] };

const LATE = 1_000;

export class Network {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #counters: Counters;
  readonly #lastArrival = new Map<string, number>();
  /** While it is, nothing that is sent arrives. */
  isSilent = false;

  constructor(scheduler: Scheduler, random: Random, faults: Faults, counters: Counters) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#faults = faults;
    this.#counters = counters;
  }

  /** The port of the host that listens at `address`; a new life of a host takes the place of the old one. */
  join(address: string, tlsKey: Hex): Peers {
    const endpoint: Endpoint = { tlsKey, handlers: null, self: null, peers: [] };
    this.#endpoints.set(address, endpoint);
    return {
      start: async (handlers) => {
        endpoint.handlers = handlers;
      },
      admit: (self, peers) => {
        endpoint.self = self;
        endpoint.peers = peers;
      },
      send: (to, frame) => this.#send(endpoint, to, frame),
      isConnected: (peer) => this.#addressee(endpoint, peer) !== undefined,
      stop: async () => {
        endpoint.handlers = null;
      },
    };
  }

  /** A host that is gone hears nothing and says nothing. */
  leave(address: string): void {
    const endpoint = this.#endpoints.get(address);
    if (endpoint) endpoint.handlers = null;
    this.#endpoints.delete(address);
  }

  #send(from: Endpoint, to: Hex, frame: string): void {
    if (this.isSilent || this.#random.chance(this.#faults.loss)) {
      this.#counters.saw('lost');
      return;
    }
    this.#carry(from, to, frame);
    if (this.#random.chance(this.#faults.duplication)) {
      this.#counters.saw('duplicated');
      this.#carry(from, to, frame);
    }
  }

  #carry(from: Endpoint, to: Hex, frame: string): void {
    const { min, max } = this.#faults.delay;
    const delay = min + this.#random.below(max - min + 1);
    this.#countOrder(`${from.self} ${to}`, this.#scheduler.now + delay);
    if (delay >= LATE) this.#counters.saw('delayed');
    this.#scheduler.after(delay, () => this.#arrive(from, to, frame));
  }

  #countOrder(route: string, arrival: number): void {
    const last = this.#lastArrival.get(route) ?? 0;
    if (arrival < last) this.#counters.saw('reordered');
    this.#lastArrival.set(route, Math.max(last, arrival));
  }

  /** Like the real transport: both sides' TLS keys are the registered ones, or nothing arrives. */
  #arrive(from: Endpoint, to: Hex, frame: string): void {
    const receiver = this.#addressee(from, to);
    const sender = receiver?.peers.find((peer) => peer.id === from.self);
    if (from.self !== null && sender?.tlsKey === from.tlsKey) receiver?.handlers?.received(from.self, frame);
  }

  #addressee(from: Endpoint, to: Hex): Endpoint | undefined {
    const peer = from.peers.find(({ id }) => id === to);
    const endpoint = peer && this.#endpoints.get(peer.endpoint);
    return endpoint?.handlers && endpoint.tlsKey === peer?.tlsKey ? endpoint : undefined;
  }
}
