/** One host: what it owns, wired in a straight line, and the loops that drive it until it is stopped or only a person can help. */

import type { Event } from '../enclave/api.ts';
import type { Hex } from '../formats/hex.ts';
import type { Deployment } from './chain/deployment.ts';
import { createView } from './chain/view/createView.ts';
import type { View } from './chain/view/view.ts';
import { type Convener, createConvener, type Heard } from './convene/convener.ts';
import { describe, isRetryable } from './errors.ts';
import { admitPeers } from './life/admitPeers.ts';
import { createLife } from './life/createLife.ts';
import type { Life } from './life/life.ts';
import { untilChainAnswers } from './life/requireChain.ts';
import type { Log } from './log.ts';
import { Loop } from './loop.ts';
import { createMail, type Mail } from './mail/mail.ts';
import type { Metrics } from './metrics.ts';
import { keepShare } from './path/keepShare.ts';
import { postActivation } from './path/postActivation.ts';
import { postConfirmation } from './path/postConfirmation.ts';
import { postRefusal } from './path/postRefusal.ts';
import { postSignature } from './path/postSignature.ts';
import { watchKeys } from './path/watchKeys.ts';
import { watchRequests } from './path/watchRequests.ts';
import type { Beacon } from './ports/beacon.ts';
import type { Chain } from './ports/chain.ts';
import { type Clock, sleep } from './ports/clock.ts';
import type { Enclave } from './ports/enclave.ts';
import type { Pcs } from './ports/pcs.ts';
import type { Peers } from './ports/peers.ts';
import type { Store } from './ports/store.ts';
import type { Wallet } from './ports/wallet.ts';
import { createPoster } from './posting/createPoster.ts';
import type { Poster } from './posting/poster.ts';
import type { Problems } from './problems.ts';
import type { Settings } from './settings.ts';
import type { Spawn } from './work.ts';

export type Ports = {
  readonly clock: Clock;
  readonly chain: Chain;
  readonly beacon: Beacon;
  readonly pcs: Pcs;
  readonly store: Store;
  readonly peers: Peers;
  readonly enclave: Enclave;
  readonly wallet: Wallet;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Why this host is not ready: some ports have reasons of their own. */
  readonly problems: Problems;
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

/** What becomes due together is brought about together: postings wait so long for each other, in milliseconds. */
const GATHER = 10;
/** So often the disk is tried, in milliseconds: what cannot be written down must not happen. */
const PROBE = 5_000;

class RunningHost implements Host {
  readonly #ports: Ports;
  readonly #deployment: Deployment;
  readonly #settings: Settings;
  readonly #view: View;
  readonly #poster: Poster;
  readonly #life: Life;
  readonly #mail: Mail;
  readonly #convener: Convener;
  readonly #ticking: Loop;
  readonly #posting: Loop;
  readonly #reminding: Loop;
  readonly #tasks = new Set<Promise<void>>();
  readonly #halt = new AbortController();
  readonly #end = Promise.withResolvers<void>();
  #isWritable = true;
  #triedDiskAt = Number.NEGATIVE_INFINITY;
  #lastTick: number;
  #loops: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(ports: Ports, deployment: Deployment, settings: Settings) {
    const { clock, problems } = ports;
    const { poll, resend, letter } = settings.times;
    const spawn: Spawn = (name, work) => this.#spawn(name, work);
    this.#ports = ports;
    this.#deployment = deployment;
    this.#settings = settings;
    this.#ticking = new Loop(clock, poll, this.#halt.signal, () => this.#tick());
    this.#posting = new Loop(clock, poll, this.#halt.signal, () => this.#post());
    this.#reminding = new Loop(clock, resend, this.#halt.signal, async () => this.#remind());
    this.#view = createView(...([ports, problems, deployment, settings] as const), () => this.#ticking.hurry());
    this.#poster = createPoster(ports, this.#view, problems, deployment, settings);
    this.#life = createLife(ports, this.#view, this.#poster, problems, deployment, settings);
    this.#mail = createMail(ports, { resendAfter: resend, lifetime: letter });
    this.#convener = createConvener(
      ...([ports, this.#view, this.#life, this.#mail, this.#poster, problems, spawn, deployment, settings] as const),
    );
    this.#lastTick = clock.now();
    problems.set('start', 'starting');
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  readonly readiness = (): Readiness => {
    const { isServing, self } = this.#life;
    const unread = this.#view.head === null ? ['no finalised block has been read yet'] : [];
    const reasons = [...this.#ports.problems.list(), ...unread];
    return { ready: isServing && reasons.length === 0, enclave: self?.id ?? null, reasons };
  };

  readonly lastTick = (): number => this.#lastTick;

  async start(): Promise<void> {
    const { peers, problems, chain, beacon } = this.#ports;
    const { signal } = this.#halt;
    await untilChainAnswers(this.#ports, problems, this.#deployment, this.#settings.times.poll, signal);
    if (signal.aborted) return;
    this.#life.listen({
      began: ({ id, status }) => this.#mail.sign({ id, life: status.nonce }),
      event: (event) => this.#contained('event', () => this.#heard(event)),
      ended: (self) => {
        if (self !== null) peers.admit(self.id, []);
        this.#convener.lost();
      },
    });
    await peers.start(
      this.#mail.handlers((from, message) =>
        this.#contained('message', () => this.#isWritable && this.#convener.hear(from, message)),
      ),
    );
    signal.addEventListener(
      'abort',
      chain.onBlock(() => this.#ticking.hurry()),
    );
    signal.addEventListener(
      'abort',
      beacon.onFinality(() => (this.#life.isServing ? this.#awaited() : this.#ticking.hurry())),
    );
    const loops = [this.#ticking, this.#posting, this.#reminding];
    this.#loops = Promise.all(loops.map((loop) => loop.run().catch((error) => this.#fail(error))));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Once through everything that a new block can change. Fails only with what no later tick can mend. */
  async #tick(): Promise<void> {
    const { clock, store } = this.#ports;
    this.#isWritable = await this.#guarded('store', async () => this.#tryDisk());
    if (this.#isWritable) this.#isWritable = await this.#guarded('keeping', () => store.tick(() => this.#step()));
    this.#posting.hurry();
    this.#lastTick = clock.now();
  }

  async #step(): Promise<void> {
    const { chain, metrics, problems } = this.#ports;
    await this.#guarded('chain', () => this.#view.observe());
    if (!this.#view.isCaughtUp) return;
    await this.#guarded('start', () => this.#life.tend());
    const { self } = this.#life;
    admitPeers(this.#ports, this.#life, this.#view.ledger, problems);
    if (this.#stopping === null) {
      watchRequests(this.#view, this.#poster, metrics, self);
      await this.#guarded('keys', () => watchKeys(chain, this.#view, this.#poster, self));
    }
    this.#awaited();
    this.#convener.convene();
  }

  /** What waits for time alone: letters without an answer, and turns that have come. */
  #remind(): void {
    this.#mail.resend();
    this.#awaited();
    this.#convene();
  }

  /** The enclave is brought on where something waits for it, and then something may be due. */
  #awaited(): void {
    if (this.#isWritable && this.#view.isCaughtUp && this.#life.isAwaiting) this.#spawn('follow', this.#follow());
  }

  async #follow(): Promise<void> {
    const before = this.#view.checkpoint()?.hash;
    await this.#life.follow();
    if (this.#view.checkpoint()?.hash !== before) this.#convene();
  }

  #convene(): void {
    if (this.#isWritable && this.#view.isCaughtUp) this.#convener.convene();
  }

  async #post(): Promise<void> {
    if (!this.#isWritable || !this.#view.isCaughtUp) return;
    await sleep(this.#ports.clock, GATHER, this.#halt.signal);
    await this.#guarded('posting', () => this.#poster.tend());
  }

  /** A disk that is full or read-only stops everything: outside of a tick, for in one nothing is written before its end. */
  #tryDisk(): void {
    const { clock, store } = this.#ports;
    const now = clock.now();
    if (this.#isWritable && now - this.#triedDiskAt < PROBE) return;
    store.requireFile();
    store.setFact('last tick', String(now));
    this.#triedDiskAt = now;
  }

  /** What the enclave says, to the stage that acts on it. */
  #heard(event: Event): void {
    if (event.event === 'seal') {
      this.#spawn('seal', keepShare(this.#ports.store, this.#life, event));
      return;
    }
    this.#bring(event);
    this.#convener.heard(event);
  }

  #bring(event: Heard): void {
    const [{ self }, { ledger }, poster] = [this.#life, this.#view, this.#poster];
    if (self === null) return;
    switch (event.event) {
      case 'envelope':
      case 'paired':
      case 'fault':
        return;
      case 'confirmation':
        postConfirmation(poster, event);
        break;
      case 'activation':
        postActivation(ledger, poster, self, this.#convener.leaderOf(event.session), event);
        break;
      case 'signature':
        postSignature(ledger, poster, self, this.#convener.leaderOf(event.session), event);
        break;
      case 'refusal':
        postRefusal(ledger, poster, event);
        break;
    }
    this.#posting.hurry();
  }

  /** What one event or message does wrong must not reach the stream that it came by; it is done when this returns. */
  #contained(name: string, act: () => unknown): void {
    this.#spawn(name, (async () => void act())());
  }

  /** Work that fails with Retryable was said where it matters, or concerns only one message. */
  #spawn(name: string, work: Promise<void>): void {
    const task = work
      .catch((error) => {
        if (!isRetryable(error)) throw error;
        this.#ports.log('warn', 'work failed', { work: name, code: error.code, reason: describe(error) });
      })
      .catch((error) => this.#fail(error));
    this.#tasks.add(task);
    void task.then(() => this.#tasks.delete(task));
  }

  /** A stage that fails is tried again in the next tick; the others go on. */
  async #guarded(name: string, stage: () => Promise<void>): Promise<boolean> {
    const { metrics, problems, log } = this.#ports;
    try {
      await stage();
      problems.clear(`stage ${name}`);
      return true;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      metrics.add('quorate_rpc_errors_total', { code: error.code });
      problems.set(`stage ${name}`, describe(error));
      log('warn', 'a stage failed', { stage: name, code: error.code, reason: describe(error) });
      return false;
    }
  }

  #fail(error: unknown): void {
    this.#end.reject(error);
    this.#halt.abort();
  }

  async #stop(): Promise<void> {
    const { clock, peers, store } = this.#ports;
    await this.#convener.stop(clock.now() + this.#settings.times.grace);
    this.#halt.abort();
    await this.#loops;
    await this.#life.stop();
    await Promise.all(this.#tasks);
    await peers.stop();
    store.close();
    this.#end.resolve();
  }
}
