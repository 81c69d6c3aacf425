/** Keeps the enclave alive, registered, and its latest life on chain; serving begins when the chain has all of it, finally. */

import type { CallName, Params, Result } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { Slot } from '../../proof/slots.ts';
import type { Deployment } from '../chain/deployment.ts';
import type { EnclaveRecord } from '../chain/view/enclaves.ts';
import type { View } from '../chain/view/view.ts';
import { describe, isRetryable, Retryable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { registerEnclave } from '../path/registerEnclave.ts';
import type { Beacon } from '../ports/beacon.ts';
import type { BlockRef, Chain } from '../ports/chain.ts';
import { type Clock, sleep } from '../ports/clock.ts';
import type { Enclave } from '../ports/enclave.ts';
import type { Store } from '../ports/store.ts';
import type { Wallet } from '../ports/wallet.ts';
import type { Poster } from '../posting/poster.ts';
import type { Problems } from '../problems.ts';
import type { Settings } from '../settings.ts';
import { awaitsFinality } from './awaits.ts';
import { Beats } from './beats.ts';
import { findChild } from './findChild.ts';
import { Following } from './following.ts';
import { EnclaveRefused, type Life, type LifeHandlers, type Self } from './life.ts';
import { OtherLives } from './otherLives.ts';
import { backOff, type Restarts } from './restarts.ts';
import { ShownBlocks } from './shownBlocks.ts';
import { startEnclave } from './startEnclave.ts';
import { VotedForks } from './votedForks.ts';

export type LifePorts = {
  readonly clock: Clock;
  readonly chain: Chain;
  readonly beacon: Beacon;
  readonly store: Store;
  readonly enclave: Enclave;
  readonly wallet: Wallet;
  readonly log: Log;
  readonly metrics: Metrics;
};

export function createLife(
  ports: LifePorts,
  view: View,
  poster: Poster,
  problems: Problems,
  deployment: Deployment,
  settings: Settings,
): Life {
  return new EnclaveLife(ports, view, poster, problems, deployment, settings);
}

/** Part of an attestation's lifetime that is left when the next one is due, whatever `renewSeconds` says. */
const LAST_PART = 1 / 3;
const FROZEN =
  'the enclave has seen two blocks made final where there can be one, and signs nothing any more: find out which chain is the true one, then start with an empty data directory and replaceIdentity';
/** > HISTORY_SERVE_WINDOW (EIP-2935), whose hashes the registry compares with. */
const REMEMBERED = 8191;
const FORGOTTEN =
  'the registry remembers no block as old as the checkpoint of this enclave: start with an empty data directory and a recent chain.checkpoint';
const NOBODY: LifeHandlers = { began: () => {}, event: () => {}, ended: () => {} };

class EnclaveLife implements Life {
  readonly #ports: LifePorts;
  readonly #view: View;
  readonly #poster: Poster;
  readonly #problems: Problems;
  readonly #deployment: Deployment;
  readonly #settings: Settings;
  readonly #restarts: Restarts = { failures: 0, notBefore: 0 };
  #handlers = NOBODY;
  #self: Self | null = null;
  #blocks: ShownBlocks | null = null;
  #following: Following | null = null;
  #forks: VotedForks | null = null;
  #beats: Beats | null = null;
  #others: OtherLives | null = null;
  #isFrozen = false;
  #isServing = false;
  #isStopping = false;

  constructor(
    ports: LifePorts,
    view: View,
    poster: Poster,
    problems: Problems,
    deployment: Deployment,
    settings: Settings,
  ) {
    this.#ports = ports;
    this.#view = view;
    this.#poster = poster;
    this.#problems = problems;
    this.#deployment = deployment;
    this.#settings = settings;
  }

  get self(): Self | null {
    return this.#self;
  }

  get isServing(): boolean {
    return this.#isServing && this.#self !== null;
  }

  get earliest(): number {
    const boot = this.#self && this.#view.ledger.enclaves.get(this.#self.id)?.boot;
    return boot?.nonce === this.#self?.status.nonce ? (boot?.recordedIn ?? 0) : 0;
  }

  get isAwaiting(): boolean {
    const self = this.#self;
    if (self === null || this.#isFrozen) return false;
    if (this.#forks?.isAwaited) return true;
    return awaitsFinality(this.#view, self.id) || (this.#beats?.isAwaited() ?? false);
  }

  get slot(): number {
    return this.#following?.finality?.slot ?? 0;
  }

  get proof(): Hex | null {
    return this.#following?.proof ?? null;
  }

  async follow(): Promise<void> {
    if (this.#forks !== null) this.#ports.beacon.know(this.#forks.formats.forks);
    await this.#required().follow();
  }

  async refresh(patience: number): Promise<void> {
    const { clock } = this.#ports;
    const halt = new AbortController();
    await Promise.race([this.#bringOn(), sleep(clock, patience, halt.signal)]);
    halt.abort();
  }

  async believe(update: Hex): Promise<void> {
    await this.#required().believe(update);
  }

  #required(): Following {
    if (this.#following !== null) return this.#following;
    throw new Retryable('ENCLAVE_DOWN', 'the enclave process is not running');
  }

  listen(handlers: LifeHandlers): void {
    this.#handlers = handlers;
  }

  async tend(): Promise<void> {
    const self = this.#self ?? (await this.#start());
    if (self === null || this.#isStopping) return;
    const before = this.#standing(self);
    if (before.lacks !== null || !before.isProven) await this.refresh(this.#settings.times.poll);
    if (self !== this.#self) return;
    const { known, isRegistered, isRecorded, isProven, isRevoked, lacks } = this.#standing(self);
    this.#isServing = isRegistered && isRecorded && isProven && !isRevoked && !this.#isFrozen;
    if (this.#isServing) this.#restarts.failures = 0;
    this.#others?.see(known?.boot ?? null);
    this.#explain(isRegistered, isRecorded && isProven, isRevoked);
    if (this.#isFrozen) return;
    if (lacks === 'registration') await this.#register(self, known);
    if (lacks === 'boot record' && !this.#others?.mustWait) await this.#beats?.record();
  }

  /** What the chain says of this life, and what it should say next. */
  #standing(self: Self) {
    const known = this.#view.ledger.enclaves.get(self.id);
    const isRegistered = known !== undefined && known.validUntil > this.#view.timeNow();
    const isRecorded = known?.boot?.nonce === self.status.nonce;
    const isRevoked = known !== undefined && this.#view.ledger.revoked.has(known.measurement);
    const isProven = (this.#view.checkpoint()?.number ?? -1) >= this.earliest;
    return { known, isRegistered, isRecorded, isRevoked, isProven, lacks: this.#lacks(known, isRecorded) };
  }

  #lacks(known: EnclaveRecord | undefined, isRecorded: boolean): 'registration' | 'boot record' | null {
    if (known === undefined || this.#isStale(known)) return 'registration';
    return !isRecorded || this.#beats?.isDue() ? 'boot record' : null;
  }

  /** What goes wrong is said; the next step tries again. */
  async #bringOn(): Promise<void> {
    try {
      await this.follow();
      this.#problems.clear('finality');
    } catch (error) {
      if (!isRetryable(error)) throw error;
      this.#problems.set('finality', `no newer checkpoint: ${describe(error)}`);
    }
  }

  async ask<N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> {
    const { enclave, metrics } = this.#ports;
    const { ok, refusal } = await enclave.call(name, params);
    if (name === 'sign') this.#beats?.asked((params as Params<'sign'>).requests.length, refusal?.code);
    if (refusal === undefined) return ok as Result<N>;
    metrics.add('quorate_refusals_total', { call: name, code: refusal.code });
    if (refusal.code === 'UPDATE_CONFLICT' || refusal.code === 'ENCLAVE_FROZEN') this.#freeze(refusal.detail);
    throw new EnclaveRefused(name, refusal);
  }

  async prove(block: BlockRef, slots: readonly Slot[]): Promise<void> {
    if (this.#blocks === null) throw new Retryable('ENCLAVE_DOWN', 'the enclave process is not running');
    await this.#blocks.prove(block, slots);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#ports.enclave.stop();
  }

  /** Null while it does not start; the next try comes later each time. */
  async #start(): Promise<Self | null> {
    const { clock, enclave, log, metrics } = this.#ports;
    if (this.#isStopping || clock.now() < this.#restarts.notBefore) return null;
    this.#problems.set('enclave', 'the enclave process is starting');
    try {
      await enclave.start({
        event: (event) => this.#handlers.event(event),
        exited: (reason) => this.#lost(reason),
      });
      return this.#begin(await startEnclave(this.#ports, this.#deployment, this.#settings));
    } catch (error) {
      if (!isRetryable(error)) throw error;
      await enclave.stop();
      metrics.add('quorate_enclave_restarts_total');
      this.#problems.set('enclave', `the enclave does not start: ${describe(error)}`);
      backOff(this.#restarts, clock.now());
      log('error', 'the enclave does not start', { reason: describe(error) });
      return null;
    }
  }

  #begin(self: Self): Self {
    const { identity, generation, finality, isFrozen, nonce } = self.status;
    this.#others = new OtherLives(this.#ports, nonce); // writes, and so may fail: before anything else changes
    this.#self = self;
    const show = (proof: Params<'prove'>) => this.ask('prove', proof);
    const forks = this.#watchForks();
    const ask = <N extends CallName>(name: N, params: Params<N>): Promise<Result<N>> =>
      name === 'follow'
        ? forks.follow(this.#following?.finality ?? null, (params as Params<'follow'>).update, () =>
            this.ask(name, params),
          )
        : this.ask(name, params);
    const { checkpoint } = this.#settings;
    this.#blocks = new ShownBlocks(this.#ports.chain, this.#deployment, show);
    this.#view.unpin();
    this.#following = new Following(this.#ports, this.#view, forks.formats, checkpoint, ask, finality);
    this.#beats = new Beats(this.#ports, this.#view, this, this.#poster, self);
    this.#isFrozen = isFrozen;
    this.#ports.log('info', 'the enclave is up', { enclave: self.id, identity, generation });
    this.#handlers.began(self);
    return self;
  }

  #watchForks(): VotedForks {
    const { log } = this.#ports;
    const prove = (block: BlockRef, slots: readonly Slot[]) => this.prove(block, slots);
    this.#forks = new VotedForks({ view: this.#view, prove, problems: this.#problems, log }, this.#deployment.finality);
    return this.#forks;
  }

  #lost(reason: string): void {
    const { clock, log, metrics } = this.#ports;
    const self = this.#self;
    this.#self = null;
    this.#blocks = null;
    this.#following = null;
    this.#forks = null;
    this.#beats = null;
    this.#others = null;
    this.#isServing = false;
    this.#handlers.ended(self);
    if (this.#isStopping) return;
    backOff(this.#restarts, clock.now());
    metrics.add('quorate_enclave_restarts_total');
    this.#problems.set('enclave', `the enclave process ended: ${reason}`);
    log('error', 'the enclave process ended', { reason });
  }

  #freeze(detail: string): void {
    if (!this.#isFrozen) this.#ports.log('error', 'the enclave is frozen', { detail });
    this.#isFrozen = true;
    this.#isServing = false;
    this.#problems.set('enclave', FROZEN);
  }

  #explain(isRegistered: boolean, isRecorded: boolean, isRevoked: boolean): void {
    const problems = this.#problems;
    problems.clear('enclave');
    problems.clear('other lives');
    const others = this.#others?.words ?? null;
    if (others !== null) problems.set('other lives', others);
    if (this.#isFrozen) problems.set('enclave', FROZEN);
    else if (isRevoked) problems.set('enclave', 'a vote has revoked the measurement of this enclave: it signs nothing');
    else if (!isRegistered) problems.set('enclave', 'no valid registration of this enclave is final on chain yet');
    else if (!isRecorded) problems.set('enclave', 'the boot record of this life is not proven to be final yet');
  }

  /** The attestation lapses soon, or the registry names another host than this one. */
  #isStale(known: EnclaveRecord): boolean {
    const { endpoint, tlsKey, region, times } = this.#settings;
    if (known.endpoint !== endpoint || known.tlsKey !== tlsKey || known.region !== region) return true;
    const left = known.validUntil - this.#view.timeNow();
    return left < Math.min(times.renewSeconds, this.#lifetimeOf(known, left) * LAST_PART);
  }

  /** Seconds that were left when this attestation was first seen; kept, so that a restart does not take the rest for the whole. */
  #lifetimeOf({ id, epoch }: EnclaveRecord, left: number): number {
    const { store } = this.#ports;
    const name = `lifetime of ${id} ${epoch}`;
    const known = store.fact(name);
    if (known !== null) return Number(known);
    store.setFact(name, String(left));
    return left;
  }

  /** Asking the enclave is worth it only when the answer would be posted. */
  async #register(self: Self, known: EnclaveRecord | undefined): Promise<void> {
    const epoch = (known?.epoch ?? 0) + 1;
    if (this.#poster.isPursued({ kind: 'register', enclave: self.id, epoch, data: '0x' })) return;
    const block = this.#view.checkpoint();
    if (block === null) return;
    const child = this.#deployment.finality.parentRoots && epoch === 1 ? await this.#child() : null;
    await registerEnclave(this.#ports.wallet, this, this.#poster, this.#settings, { self, epoch, block, child });
  }

  /** What shows that this identity verifies from a block of this chain. @throws Retryable */
  async #child(): Promise<Hex | null> {
    const { trusted } = await this.ask('status', {});
    if (trusted === null) return null;
    const { number, header } = await findChild(this.#ports.chain, trusted);
    const age = (this.#view.head?.number ?? number) - number;
    if (age > REMEMBERED) throw new Retryable('HISTORY_PRUNED', `${FORGOTTEN}: block ${number}, ${age} blocks ago`);
    return header;
  }
}
