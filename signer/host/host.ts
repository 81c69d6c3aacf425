/** One host: what it owns, wired in a straight line, and the loops that drive it until it is stopped or only a person can help. */

import type { Event } from '../enclave/api.ts';
import type { Hex } from '../formats/hex.ts';
import type { Deployment } from './chain/deployment.ts';
import { createView } from './chain/view/createView.ts';
import type { View } from './chain/view/view.ts';
import type { Convener } from './convene/convener.ts';
import { createConvener } from './convene/createConvener.ts';
import { describe, isRetryable } from './errors.ts';
import { admitPeers } from './life/admitPeers.ts';
import { createLife } from './life/createLife.ts';
import type { Life } from './life/life.ts';
import { untilChainAnswers } from './life/requireChain.ts';
import type { Log } from './log.ts';
import { createMail, type Mail } from './mail/mail.ts';
import type { Message } from './mail/messages.ts';
import type { Metrics } from './metrics.ts';
import { keepShare } from './path/keepShare.ts';
import { postActivation } from './path/postActivation.ts';
import { postConfirmation } from './path/postConfirmation.ts';
import { postRefusal } from './path/postRefusal.ts';
import { postSignature } from './path/postSignature.ts';
import { type RelayRounds, relayRounds } from './path/relayRounds.ts';
import { watchKeys } from './path/watchKeys.ts';
import { watchRequests } from './path/watchRequests.ts';
import type { Chain } from './ports/chain.ts';
import { type Clock, sleep } from './ports/clock.ts';
import type { Enclave } from './ports/enclave.ts';
import type { Peers } from './ports/peers.ts';
import type { Store } from './ports/store.ts';
import type { Wallet } from './ports/wallet.ts';
import { createPoster } from './posting/createPoster.ts';
import type { Poster } from './posting/poster.ts';
import { watchGas } from './posting/watchGas.ts';
import { createProblems, type Problems } from './problems.ts';
import type { Settings } from './settings.ts';

export type Ports = {
  readonly clock: Clock;
  readonly chain: Chain;
  readonly store: Store;
  readonly peers: Peers;
  readonly enclave: Enclave;
  readonly wallet: Wallet;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type Readiness = { readonly ready: boolean; readonly enclave: Hex | null; readonly reasons: readonly string[] };

export type Host = {
  /** Resolves when the host runs, ready or not. Throws Fatal when it never can. */
  start(): Promise<void>;
  /** Lets sessions end within their grace, then stops everything. */
  stop(): Promise<void>;
  readiness(): Readiness;
  /** Clock time at which the last tick ended. */
  lastTick(): number;
  /** Resolves when the host has stopped; rejects with what stopped it if that was not `stop`. */
  readonly ended: Promise<void>;
};

export function createHost(ports: Ports, deployment: Deployment, settings: Settings): Host {
  return new RunningHost(ports, deployment, settings);
}

class RunningHost implements Host {
  readonly #ports: Ports;
  readonly #deployment: Deployment;
  readonly #settings: Settings;
  readonly #problems: Problems;
  readonly #view: View;
  readonly #poster: Poster;
  readonly #life: Life;
  readonly #mail: Mail;
  readonly #convener: Convener;
  readonly #relay: RelayRounds;
  readonly #tasks = new Set<Promise<void>>();
  readonly #halt = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #nap = new AbortController();
  #isHurried = false;
  #wroteAt = Number.NEGATIVE_INFINITY;
  #lastTick: number;
  #loops: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(ports: Ports, deployment: Deployment, settings: Settings) {
    const { clock, log, metrics } = ports;
    const spawn: Spawn = (name, work) => this.#spawn(name, work);
    this.#ports = ports;
    this.#deployment = deployment;
    this.#settings = settings;
    this.#problems = createProblems();
    this.#problems.set('start', 'starting');
    this.#view = createView(ports, this.#problems, settings);
    this.#poster = createPoster(ports, this.#view, this.#problems, deployment, settings);
    this.#life = createLife(ports, this.#view, this.#poster, this.#problems, deployment, settings);
    this.#mail = createMail(ports, settings.times);
    this.#relay = createRelay({ clock, log, metrics }, this.#life, this.#mail, spawn, settings);
    this.#convener = createConvener(ports, this.#view, this.#life, this.#mail, this.#poster, this.#problems, spawn, settings);
    this.#lastTick = clock.now();
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  readonly readiness = (): Readiness => {
    const reasons = this.#problems.list();
    const { isServing, self } = this.#life;
    const unread = this.#view.head === null ? ['no finalised block has been read yet'] : [];
    return { ready: isServing && reasons.length === 0, enclave: self?.id ?? null, reasons: [...reasons, ...unread] };
  };

  readonly lastTick = (): number => this.#lastTick;

  async start(): Promise<void> {
    const { peers } = this.#ports;
    await untilChainAnswers(this.#ports, this.#problems, this.#deployment, this.#settings.times.poll, this.#halt.signal);
    if (this.#halt.signal.aborted) return;
    this.#life.listen({
      began: (self) => this.#mail.sign({ id: self.id, life: self.status.nonce }),
      event: (event) => this.#contained('event', () => this.#hearEnclave(event)),
      ended: (self) => {
        if (self !== null) peers.admit(self.id, []);
        this.#convener.lost();
      },
    });
    await this.#mail.start((from, message) => this.#contained('message', () => this.#convener.hear(from, message)));
    const loops = [this.#tickOn(), this.#postOn(), this.#resendOn()];
    this.#loops = Promise.all(loops.map((loop) => loop.catch((error) => this.#fail(error))));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }
}
